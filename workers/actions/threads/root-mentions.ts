import { afterAnswer } from "../../after-answer.ts";
import type { Context } from "../../context.ts";
import { publish } from "../../events/publish.ts";
import type { Channel } from "../../model/channel.ts";
import type { PostRow } from "../../model/post.ts";
import { attachmentTexts, matchKeywords, mentionTokens } from "../../text/mentions.ts";
import { lockPost } from "../posts/change/lock.ts";
import { memberOf } from "../posts/create-parts/mentioned.ts";
import { keywordIndex } from "../posts/keywords.ts";
import { notifyFollowers } from "./added.ts";

/** $1 root, $2 channel, $3 users, $4 usernames, $5 now. */
const FOLLOW = `INSERT INTO threadmemberships (postid, userid, following, lastviewed, lastupdated, unreadmentions)
  SELECT $1, u.id, true, 0, $5::bigint, 0 FROM users u ${memberOf("$2", "u.id")}
  WHERE (u.id = ANY($3::text[]) OR u.username = ANY($4::text[])) AND u.deleteat = 0
  ON CONFLICT DO NOTHING RETURNING userid`;

/**
 * Whom a root mentions follows its thread from the first reply on (semantics 3.4). Usernames in the root's message are the
 * reply's own statement's; this adds who is mentioned by other words, or by an attachment. Nothing where nobody is.
 */
export async function followRootMentions(ctx: Context, channel: Channel, root: PostRow): Promise<void> {
  await afterAnswer();
  const attached = attachmentTexts(root.props);
  const index = await keywordIndex(ctx);
  const tokens = mentionTokens([root.message, ...attached]);
  const ids = matchKeywords(tokens, (keyword) => index.users.get(keyword), index.multibyte);
  const names = attached.length > 0 ? mentionTokens(attached).usernames : [];
  if (ids.size === 0 && names.length === 0) return;
  const params = [root.id, channel.id, [...ids], names, Date.now()];
  const [, added] = await ctx.sql.batch([lockPost(root.id), { text: FOLLOW, params }]);
  const rows = added as unknown as { userid: string }[];
  if (rows.length === 0) return;
  // A kept page of the channel knows which of its posts anyone follows.
  await publish(ctx, `channel:${channel.id}`, [], [{ kind: "posts", channel: channel.id }]);
  await notifyFollowers(
    ctx,
    channel,
    root.id,
    rows.map(({ userid }) => userid),
  );
}
