import { requireSystem } from "../../../access/permissions.ts";
import { requirePost } from "../../../access/posts.ts";
import { doDeletePost } from "../../../actions/posts/change/delete.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";

/** DELETE /posts/{id}; ?permanent=true where the configuration lets administrators (semantics 5.8 to 5.11). */
export const deletePost = route({
  method: "DELETE",
  path: "/api/v4/posts/{post_id}",
  auth: "session",
  async access(r) {
    const permanent = r.bool("permanent");
    if (permanent && !r.ctx.config.ServiceSettings.EnableAPIPostDeletion)
      throw fail("api.post.delete_post.not_enabled.app_error");
    if (permanent) await requireSystem(r, "manage_system");
    const grant = await requirePost(r, r.param("post_id"), { deleted: permanent });
    const { row, channel, rights } = grant;
    if (!rights.channel(channel, row.user_id === r.userId ? "delete_post" : "delete_others_posts"))
      throw forbidden();
    return { grant, permanent };
  },
  async handle(r, { grant, permanent }) {
    if (grant.channel.delete_at > 0) throw fail("api.post.delete_post.can_not_delete_post_in_deleted.error");
    await doDeletePost(r.ctx, grant, r.userId, permanent);
    return OK;
  },
});
