import { z } from "zod";
import { isRestrictedDirect } from "../../../access/direct.ts";
import { channelAndRights, requireTeam } from "../../../access/permissions.ts";
import { MAX_FILES, MAX_MESSAGE, PRIORITIES } from "../../../actions/posts/draft.ts";
import {
  doDeleteScheduledPost,
  doSchedulePost,
  doUpdateScheduledPost,
  type ScheduledValues,
  scheduledPostOf,
  scheduledPostsOf,
} from "../../../actions/scheduled-posts/store.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import { connectionOf } from "../../../http/connection.ts";
import type { Req } from "../../../http/request.ts";
import { type Route, route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import type { ScheduledPost } from "../../../model/scheduled-post.ts";
import { runeCount } from "../../../text/clean.ts";

const ONE = "/api/v4/posts/schedule/{scheduled_post_id}";
/** Code points, as the column holds them. */
const MAX_PROPS = 8_000;
/** ms that a client's clock and the request may lose. */
const GRACE = 5_000;

const priority = z.looseObject({
  priority: z.string().nullish(),
  requested_ack: z.boolean().nullish(),
  persistent_notifications: z.boolean().nullish(),
});
const body = z.looseObject({
  id: z.string().nullish(),
  channel_id: z.string(),
  root_id: z.string().nullish(),
  type: z.string().nullish(),
  message: z.string().nullish(),
  props: z.record(z.string(), z.unknown()).nullish(),
  file_ids: z.array(z.string()).nullish(),
  scheduled_at: z.int(),
  priority: priority.nullish(),
  metadata: z.looseObject({ priority: priority.nullish() }).nullish(),
});
type Body = z.infer<typeof body>;

function requireEnabled(r: Req<any>): void {
  if (!r.ctx.config.ServiceSettings.ScheduledPosts) throw fail("api.scheduled_posts.feature_disabled");
}

/** create_post, or create_post_public of an open channel's team; upload_file for files; a live channel. Throws 400, 403, 404. */
async function requirePostTo(r: Req<Body>, channelId: string): Promise<void> {
  const [channel, rights] = await channelAndRights(r, channelId);
  if (!rights.createPost(channel)) throw forbidden();
  if (r.body.file_ids?.length && !rights.channel(channel, "upload_file")) throw forbidden();
  if (channel.delete_at > 0) throw fail("app.save_scheduled_post.channel_deleted.app_error");
  if (await isRestrictedDirect(r.ctx, channel))
    throw fail("api.post.create_post.can_not_post_in_restricted_dm.error");
}

/** The caller's own scheduled post of the path. Throws 404, 403. */
async function requireOwn(r: Req<any>): Promise<ScheduledPost> {
  requireEnabled(r);
  const scheduled = await scheduledPostOf(r.ctx, r.param("scheduled_post_id"));
  if (scheduled.user_id !== r.userId) throw forbidden();
  return scheduled;
}

/** Throws 400 (semantics 17.3, and the limits of the columns). */
function valuesOf(r: Req<Body>, rootId: string): ScheduledValues {
  const { message, props, file_ids, scheduled_at, metadata } = r.body;
  const sent = r.body.priority ?? metadata?.priority ?? {};
  const values = {
    message: message ?? "",
    props: props ?? {},
    fileIds: [...new Set(file_ids ?? [])],
    priority: sent,
    scheduledAt: scheduled_at,
  };
  if (values.message.includes("\0")) throw badBody("message");
  if (runeCount(values.message) > MAX_MESSAGE) throw fail("model.post.is_valid.message_length.app_error");
  if (values.message === "" && values.fileIds.length === 0)
    throw fail("model.scheduled_post.is_valid.empty_post.app_error");
  const text = JSON.stringify(values.props);
  if (runeCount(text) > MAX_PROPS || text.includes("\\u0000"))
    throw fail("model.scheduled_post.is_valid.props.app_error");
  if (values.fileIds.length > MAX_FILES || !values.fileIds.every(isId)) throw badBody("file_ids");
  if (!PRIORITIES.has(sent.priority ?? "")) throw badBody("priority");
  if (sent.priority && rootId)
    throw fail("api.post.post_priority.priority_post_only_allowed_for_root_post.request_error");
  if (sent.requested_ack || sent.persistent_notifications) throw fail("license_error.feature_unavailable");
  if (scheduled_at < Date.now() - GRACE) throw fail("model.scheduled_post.is_valid.scheduled_at.app_error");
  return { ...values, priority: sent.priority ? { priority: sent.priority } : {} };
}

export const scheduledPosts: Route[] = [
  route<Body>({
    method: "POST",
    path: "/api/v4/posts/schedule",
    auth: "session",
    status: 201,
    body,
    async access(r) {
      requireEnabled(r);
      if (!isId(r.body.channel_id)) throw badBody("channel_id");
      await requirePostTo(r, r.body.channel_id);
    },
    handle(r) {
      const { channel_id, root_id, type } = r.body;
      if (root_id && !isId(root_id)) throw badBody("root_id");
      if (type && type !== "me") throw badBody("type");
      const rootId = root_id ?? "";
      const place = { userId: r.userId, channelId: channel_id, rootId, type: type ?? "" };
      return doSchedulePost(r.ctx, place, valuesOf(r, rootId), connectionOf(r));
    },
  }),
  route<Body, ScheduledPost>({
    method: "PUT",
    path: ONE,
    auth: "session",
    status: 201,
    body,
    async access(r) {
      if (r.body.id && r.body.id !== r.param("scheduled_post_id")) throw badBody("id");
      const scheduled = await requireOwn(r);
      await requirePostTo(r, scheduled.channel_id);
      return scheduled;
    },
    handle: (r, { id, root_id }) => doUpdateScheduledPost(r.ctx, id, valuesOf(r, root_id), connectionOf(r)),
  }),
  route<undefined, ScheduledPost>({
    method: "DELETE",
    path: ONE,
    auth: "session",
    status: 201,
    access: requireOwn,
    async handle(r, scheduled) {
      await doDeleteScheduledPost(r.ctx, scheduled, connectionOf(r));
      return scheduled;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/posts/scheduled/team/{team_id}",
    auth: "session",
    async access(r) {
      requireEnabled(r);
      await requireTeam(r, r.param("team_id"), "view_team");
    },
    handle: (r) => scheduledPostsOf(r.ctx, r.userId, r.param("team_id"), r.bool("includeDirectChannels")),
  }),
];
