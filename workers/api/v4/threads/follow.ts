import { doFollowThread } from "../../../actions/threads/follow.ts";
import { OK } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { accessThread } from "./access.ts";

const PATH = "/api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/following";

/** PUT threads/{id}/following (semantics 3.11). */
export const followThread = route({
  method: "PUT",
  path: PATH,
  auth: "session",
  access: accessThread,
  async handle(r, grant) {
    await doFollowThread(r.ctx, grant, true);
    return OK;
  },
});

/** DELETE threads/{id}/following (semantics 3.11). */
export const unfollowThread = route({
  method: "DELETE",
  path: PATH,
  auth: "session",
  access: accessThread,
  async handle(r, grant) {
    await doFollowThread(r.ctx, grant, false);
    return OK;
  },
});
