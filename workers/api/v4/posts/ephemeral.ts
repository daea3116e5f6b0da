import { z } from "zod";
import { channelById } from "../../../access/channels.ts";
import { requireSystem } from "../../../access/permissions.ts";
import { withCookies } from "../../../actions/interactive/cookie.ts";
import { MAX_MESSAGE, withActionIds } from "../../../actions/posts/draft.ts";
import { ephemeralEvent, ephemeralPost } from "../../../actions/posts/ephemeral.ts";
import { badBody, fail } from "../../../errors/app-error.ts";
import { publish } from "../../../events/publish.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import { runeCount } from "../../../text/clean.ts";

const body = z.looseObject({
  user_id: z.string(),
  post: z.looseObject({
    channel_id: z.string(),
    message: z.string().nullish(),
    root_id: z.string().nullish(),
    props: z.record(z.string(), z.unknown()).nullish(),
  }),
});

/** POST /posts/ephemeral (semantics 6.4). */
export const createEphemeral = route<z.infer<typeof body>>({
  method: "POST",
  path: "/api/v4/posts/ephemeral",
  auth: "session",
  status: 201,
  body,
  access: (r) => requireSystem(r, "create_post_ephemeral"),
  async handle(r) {
    const { user_id, post } = r.body;
    const { channel_id, message, root_id, props } = post;
    if (!isId(user_id)) throw badBody("user_id");
    if (!isId(channel_id) || !(await channelById(r.ctx, channel_id))) throw badBody("channel_id");
    if (root_id && !isId(root_id)) throw badBody("root_id");
    if (message && runeCount(message) > MAX_MESSAGE)
      throw fail("model.post.is_valid.message_length.app_error");
    const own = { ...props };
    withActionIds(own);
    const made = ephemeralPost({
      channelId: channel_id,
      userId: r.userId,
      message: message ?? "",
      rootId: root_id ?? "",
      props: own,
    });
    const sent = await withCookies(r.ctx, made);
    await publish(r.ctx, `user:${user_id}`, [ephemeralEvent(user_id, sent)]);
    return sent;
  },
});
