import type { Context } from "../../../context.ts";
import { envelope } from "../../../events/envelope.ts";
import { publish } from "../../../events/publish.ts";
import type { Channel } from "../../../model/channel.ts";
import type { PostRow } from "../../../model/post.ts";
import { attachmentTexts, matchKeywords, mentionTokens } from "../../../text/mentions.ts";
import { keywordIndex } from "../keywords.ts";
import { lockPost } from "./lock.ts";
import { type ThreadState, threadStates } from "./thread-state.ts";

/** Lowers the count of followers who have not seen the reply; $1 root, $2 reply's time, $3 usernames, $4 ids, $5 everyone, $6 author, $7 now. */
const LOWER = `UPDATE threadmemberships m SET unreadmentions = m.unreadmentions - 1, lastupdated = $7::bigint FROM users u
  WHERE m.postid = $1::varchar AND u.id = m.userid AND m.lastviewed <= $2::bigint AND m.unreadmentions > 0 AND m.userid <> $6::varchar
    AND ($5::boolean OR u.username = ANY($3::text[]) OR u.id = ANY($4::text[])) RETURNING m.userid`;

/** A deleted reply no longer counts as a mention for those who have not seen it (semantics 5.9). */
export async function doForgetMentions(ctx: Context, reply: PostRow, channel: Channel): Promise<void> {
  const tokens = mentionTokens([reply.message, ...attachmentTexts(reply.props)]);
  const index = await keywordIndex(ctx);
  const ids = matchKeywords(tokens, (keyword) => index.users.get(keyword), index.multibyte);
  const everyone = channel.type === "D" || channel.type === "G" || tokens.all || tokens.channel;
  if (!everyone && tokens.usernames.length === 0 && ids.size === 0) return;
  const params = [
    reply.root_id,
    reply.create_at,
    tokens.usernames,
    [...ids],
    everyone,
    reply.user_id,
    Date.now(),
  ];
  const [, lowered] = await ctx.sql.batch([lockPost(reply.root_id), { text: LOWER, params }]);
  const rows = lowered as unknown as { userid: string }[];
  const states = await threadStates(
    ctx,
    reply.root_id,
    rows.map((row) => row.userid),
  );
  if (states.length === 0) return;
  await publish(
    ctx,
    `channel:${channel.id}`,
    states.map((state) => updated(state, channel, reply)),
  );
}

/** One mention and one reply fewer than before. */
function updated({ userId, thread }: ThreadState, channel: Channel, reply: PostRow) {
  const unseen = reply.create_at > thread.last_viewed_at ? 1 : 0;
  const data = {
    thread: JSON.stringify(thread),
    previous_unread_mentions: thread.unread_mentions + 1,
    previous_unread_replies: thread.unread_replies + unseen,
  };
  return envelope("thread_updated", data, { user_id: userId, team_id: channel.team_id });
}
