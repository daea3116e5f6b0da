import { z } from "zod";
import { channelById } from "../../../access/channels.ts";
import { type Rights, rightsOf } from "../../../access/permissions.ts";
import { autoRespond, mayRespond } from "../../../actions/posts/auto-respond.ts";
import { type CreateOptions, type Draft, doCreatePost } from "../../../actions/posts/create.ts";
import { checkDraft, draftProps } from "../../../actions/posts/draft.ts";
import { extendSession } from "../../../actions/sessions/extend.ts";
import { setOnline } from "../../../actions/status/set-online.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import type { Channel } from "../../../model/channel.ts";
import { isId } from "../../../model/id.ts";
import { withoutProxy } from "../../../text/image-proxy.ts";

const body = z.looseObject({
  id: z.string().nullish(),
  channel_id: z.string(),
  message: z.string().nullish(),
  root_id: z.string().nullish(),
  type: z.string().nullish(),
  props: z.record(z.string(), z.unknown()).nullish(),
  file_ids: z.array(z.string()).nullish(),
  pending_post_id: z.string().nullish(),
  create_at: z.number().nullish(),
  metadata: z
    .looseObject({
      priority: z
        .looseObject({
          priority: z.string().nullish(),
          requested_ack: z.boolean().nullish(),
          persistent_notifications: z.boolean().nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

/** Anything else means true (semantics 1.6). */
const FALSE = new Set(["0", "f", "F", "false", "FALSE", "False"]);

type Body = z.infer<typeof body>;

interface Grant {
  channel: Channel;
  rights: Rights;
}

/** create_post in the channel or create_post_public of its team; upload_file for files (semantics 1.2). */
async function access(r: Req<Body>): Promise<Grant> {
  if (!isId(r.body.channel_id)) throw badBody("channel_id");
  const rights = await rightsOf(r);
  const channel = await channelById(r.ctx, r.body.channel_id);
  if (!channel) throw fail("api.context.invalid_param.app_error", { name: "post.channel_id" });
  if (!rights.createPost(channel)) throw forbidden();
  if (r.body.file_ids?.length && !rights.channel(channel, "upload_file")) throw forbidden();
  return { channel, rights };
}

/** POST /posts (semantics 1). */
export const createPost = route<Body, Grant>({
  method: "POST",
  path: "/api/v4/posts",
  auth: "session",
  status: 201,
  body,
  access,
  async handle(r, { channel, rights }) {
    const draft: Draft = {
      channel,
      author: r.me.user,
      rootId: r.body.root_id ?? "",
      message: withoutProxy(r.ctx.config, r.body.message ?? ""),
      type: r.body.type ?? "",
      props: await draftProps(r, channel, rights),
      fileIds: [...new Set(r.body.file_ids ?? [])],
      priority: r.body.metadata?.priority?.priority ?? "",
      pendingPostId: r.body.pending_post_id ?? "",
      createAt: rights.system("manage_system") ? (r.body.create_at ?? 0) : 0,
    };
    await checkDraft(r, draft, rights);
    const options: CreateOptions = {
      rights,
      setOnline: !FALSE.has(r.text("set_online")),
      markViewed: !("from_webhook" in draft.props || "from_bot" in draft.props),
      fires: true,
    };
    const post = await doCreatePost(r.ctx, draft, options);
    extendSession(r);
    if (options.setOnline) r.ctx.background(setOnline(r.ctx, r.userId, { sessionId: r.me.session.id }));
    if (mayRespond(draft)) r.ctx.background(autoRespond(r.ctx, draft, post));
    return post;
  },
});
