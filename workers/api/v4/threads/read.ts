import { clearThreadPushes } from "../../../actions/notifications/clear.ts";
import { doReadAllThreads } from "../../../actions/threads/follow.ts";
import { doMoveThread } from "../../../actions/threads/move.ts";
import { badUrl } from "../../../errors/app-error.ts";
import { OK, rawJson } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { accessTeam, accessThread } from "./access.ts";

/** PUT threads/read: marks all read (semantics 3.10). */
export const readAllThreads = route({
  method: "PUT",
  path: "/api/v4/users/{user_id}/teams/{team_id}/threads/read",
  auth: "session",
  access: accessTeam,
  async handle(r, { userId, teamId }) {
    await doReadAllThreads(r.ctx, userId, teamId);
    return OK;
  },
});

/** PUT threads/{id}/read/{timestamp}: read up to that time (semantics 3.9). */
export const readThread = route({
  method: "PUT",
  path: "/api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/read/{timestamp}",
  auth: "session",
  access: accessThread,
  async handle(r, grant) {
    const timestamp = r.path.timestamp ?? "";
    if (!/^\d{1,15}$/.test(timestamp)) throw badUrl("timestamp");
    const { userId, threadId, channel, rights } = grant;
    const at = Number(timestamp);
    const thread = await doMoveThread(r.ctx, { userId: r.userId, rights }, { ...grant, to: { at } });
    const sessionId = userId === r.userId ? r.me.session.id : undefined;
    clearThreadPushes(r.ctx, userId, { channel_id: channel.id, root_id: threadId }, sessionId);
    return rawJson(thread);
  },
});

/** POST threads/{id}/set_unread/{post_id}: unread from that post on (semantics 3.12). */
export const unreadThread = route({
  method: "POST",
  path: "/api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/set_unread/{post_id}",
  auth: "session",
  access: accessThread,
  async handle(r, grant) {
    const to = { postId: r.param("post_id") };
    return rawJson(await doMoveThread(r.ctx, { userId: r.userId, rights: grant.rights }, { ...grant, to }));
  },
});
