import { z } from "zod";
import { channelAndRights } from "../../../access/permissions.ts";
import { type PostGrant, requirePost } from "../../../access/posts.ts";
import { openCookie } from "../../../actions/interactive/cookie.ts";
import { doPress, type Press } from "../../../actions/interactive/press.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import { actionsOf } from "../../../model/interactive.ts";

const body = z.looseObject({ selected_option: z.string().nullish(), cookie: z.string().nullish() });
type Body = z.infer<typeof body>;

/** The body, which may be missing altogether. Throws 400. */
async function read(r: Req<any>): Promise<Body> {
  const text = await r.raw.text();
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badBody("body");
  }
  const outcome = body.safeParse(value);
  if (!outcome.success) throw badBody(String(outcome.error.issues[0]?.path[0] ?? "body"));
  return outcome.data;
}

/** The stored post's action, else what the cookie of an ephemeral post's says; of a channel that the session may read. */
async function access(r: Req<any>): Promise<Press> {
  const { selected_option, cookie } = await read(r);
  const postId = r.param("post_id");
  const common = { user: r.me.user, postId, selected: selected_option ?? "" };
  if (cookie) {
    const held = await openCookie(r.ctx, cookie);
    if (!held || held.post_id !== postId || !isId(held.channel_id)) throw badBody("cookie");
    const [channel, rights] = await channelAndRights(r, held.channel_id);
    if (!rights.readChannel(channel)) throw forbidden();
    return { ...common, channel, rights, rootId: held.root_post_id, action: held, cookie: held };
  }
  const stored: PostGrant = await requirePost(r, postId);
  const { row, channel, rights } = stored;
  const action = actionsOf(row.props).find(({ id }) => id === r.path.action_id);
  if (!action?.integration) throw fail("api.post.do_action.action_id.app_error");
  return { ...common, channel, rights, rootId: row.root_id || row.id, action, stored };
}

/** POST /posts/{id}/actions/{id} (semantics 20.3 to 20.5). */
export const pressAction = route<undefined, Press>({
  method: "POST",
  path: "/api/v4/posts/{post_id}/actions/{action_id}",
  auth: "session",
  access,
  handle: (r, press) => doPress(r.ctx, press),
});
