import { requireSelf } from "../../../access/permissions.ts";
import { requirePost } from "../../../access/posts.ts";
import { fail } from "../../../errors/app-error.ts";
import type { ErrorId } from "../../../errors/catalogue.ts";
import type { Req } from "../../../http/request.ts";
import { type Method, type Route, route } from "../../../http/route.ts";

/** A route of a feature that needs a licence: authorised as ever, then refused (client-flows 22). */
const licensed = (method: Method, path: string, error: ErrorId, access: (r: Req) => unknown): Route =>
  route({
    method,
    path: `/api/v4${path}`,
    auth: "session",
    access,
    handle() {
      throw fail(error);
    },
  });

const ownPost = async (r: Req) => {
  await requireSelf(r);
  return requirePost(r, r.param("post_id"));
};
const readablePost = (r: Req) => requirePost(r, r.param("post_id"));

/** Acknowledgements, moving threads, burn-on-read. */
export const licensedPosts: Route[] = [
  licensed("POST", "/users/{user_id}/posts/{post_id}/ack", "license_error.feature_unavailable", ownPost),
  licensed("DELETE", "/users/{user_id}/posts/{post_id}/ack", "license_error.feature_unavailable", ownPost),
  licensed("POST", "/posts/{post_id}/move", "api.post.move_thread.disabled.app_error", readablePost),
  licensed("DELETE", "/posts/{post_id}/burn", "license_error.feature_unavailable", readablePost),
  licensed("GET", "/posts/{post_id}/reveal", "license_error.feature_unavailable", readablePost),
];
