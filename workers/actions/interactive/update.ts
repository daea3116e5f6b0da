import type { PostGrant } from "../../access/posts.ts";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { runeCount } from "../../text/clean.ts";
import { doEditPost } from "../posts/change/edit.ts";
import { MAX_MESSAGE, propsForUser, withActionIds } from "../posts/draft.ts";
import { ephemeralPost } from "../posts/ephemeral.ts";
import { type ActionCookie, RETAINED_PROPS, withCookies } from "./cookie.ts";

type Props = Record<string, unknown>;

/** What an integration wants the post to become; props null: as they are. */
export interface Update {
  message: string;
  props: Props | null;
}

const MAX_PROPS = 800_000;

/** Throws 400 for what no post can be. */
export function checkUpdate(sent: {
  message?: string | null | undefined;
  props?: Props | null | undefined;
}): Update {
  const update = { message: sent.message ?? "", props: sent.props ?? null };
  if (runeCount(update.message) > MAX_MESSAGE) throw fail("model.post.is_valid.message_length.app_error");
  const text = JSON.stringify(update);
  if (text.length > MAX_PROPS || text.includes("\\u0000")) throw fail("model.post.is_valid.props.app_error");
  return update;
}

/** The props wanted, with those of the original that no update changes (semantics 20.4). */
function retaining(wanted: Props, original: Props): Props {
  const props = { ...wanted };
  for (const name of [...RETAINED_PROPS, "from_bot"]) {
    if (original[name] === undefined) delete props[name];
    else props[name] = original[name];
  }
  return props;
}

/** Edits a stored post for its integration (semantics 20.4). Throws 404. */
export async function doUpdateStored(ctx: Context, grant: PostGrant, update: Update): Promise<void> {
  const { row, channel, rights } = grant;
  const {
    channel_mentions: _,
    previewed_post: __,
    ...given
  } = update.props ? retaining(update.props, row.props) : row.props;
  const props = await propsForUser(ctx, channel, rights, update.message, given);
  await doEditPost(ctx, grant, { message: update.message, props });
}

/** Shows the user an ephemeral post anew: its integration is the only one who knows what it said (semantics 20.4, 20.5). */
export async function doUpdateEphemeral(
  ctx: Context,
  userId: string,
  cookie: ActionCookie,
  update: Update,
): Promise<void> {
  const wanted: Props = { ...update.props, ...cookie.retain_props };
  for (const name of cookie.remove_props) delete wanted[name];
  withActionIds(wanted);
  const rootId = cookie.root_post_id === cookie.post_id ? "" : cookie.root_post_id;
  const made = ephemeralPost({
    channelId: cookie.channel_id,
    userId,
    message: update.message,
    rootId,
    props: wanted,
  });
  const post = await withCookies(ctx, { ...made, id: cookie.post_id });
  const event = envelope(
    "post_edited",
    { post: JSON.stringify(post) },
    { user_id: userId, channel_id: cookie.channel_id },
  );
  await publish(ctx, `user:${userId}`, [event]);
}
