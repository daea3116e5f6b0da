import { requireSelf } from "../../../access/permissions.ts";
import { requirePost } from "../../../access/posts.ts";
import { updateBadges } from "../../../actions/notifications/clear.ts";
import { doSetUnread } from "../../../actions/posts/change/unread.ts";
import { badBody } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";

/** collapsed_threads_supported of the body, which old clients do not send. */
async function threadsSupported(r: Req<any>): Promise<boolean> {
  const text = await r.raw.text();
  if (text === "") return false;
  try {
    return (
      (JSON.parse(text) as { collapsed_threads_supported?: unknown } | null)?.collapsed_threads_supported ===
      true
    );
  } catch {
    throw badBody("body");
  }
}

/** POST /users/{id}/posts/{id}/set_unread (semantics 9.4). */
export const setUnread = route({
  method: "POST",
  path: "/api/v4/users/{user_id}/posts/{post_id}/set_unread",
  auth: "session",
  async access(r) {
    const userId = await requireSelf(r);
    return { userId, grant: await requirePost(r, r.param("post_id")) };
  },
  async handle(r, { userId, grant }) {
    const unread = await doSetUnread(r.ctx, grant, userId, await threadsSupported(r));
    updateBadges(r.ctx, userId, userId === r.userId ? r.me.session.id : undefined);
    return unread;
  },
});
