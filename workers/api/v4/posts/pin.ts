import { requirePost } from "../../../access/posts.ts";
import { checkEditable } from "../../../actions/posts/change/check.ts";
import { doEditPost } from "../../../actions/posts/change/edit.ts";
import { OK } from "../../../http/reply.ts";
import { type Route, route } from "../../../http/route.ts";

/** POST /posts/{id}/pin and /unpin: whoever may read the channel (semantics 5.12). */
const pinning = (verb: "pin" | "unpin"): Route =>
  route({
    method: "POST",
    path: `/api/v4/posts/{post_id}/${verb}`,
    auth: "session",
    access: (r) => requirePost(r, r.param("post_id")),
    async handle(r, grant) {
      await checkEditable(r, grant, true);
      await doEditPost(r.ctx, grant, { pinned: verb === "pin" });
      return OK;
    },
  });

export const pinPost = pinning("pin");
export const unpinPost = pinning("unpin");
