import { z } from "zod";
import { type PostGrant, requirePost } from "../../../access/posts.ts";
import { type ChangeBody, checkChange, checkEditable } from "../../../actions/posts/change/check.ts";
import { doEditPost } from "../../../actions/posts/change/edit.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";

const change = z.looseObject({
  message: z.string().nullish(),
  props: z.record(z.string(), z.unknown()).nullish(),
  is_pinned: z.boolean().nullish(),
  file_ids: z.array(z.string()).nullish(),
  has_reactions: z.boolean().nullish(),
});

const update = change.extend({ id: z.string() });

/** edit_post for one's own posts, else edit_others_posts, and to post there at all; upload_file for new files (semantics 5.1). */
export async function requireEdit(r: Req<any>, fileIds: string[] | null | undefined): Promise<PostGrant> {
  const grant = await requirePost(r, r.param("post_id"), { deleted: true });
  const { row, channel, rights } = grant;
  if (
    !rights.channel(channel, row.user_id === r.userId ? "edit_post" : "edit_others_posts") ||
    !rights.createPost(channel)
  )
    throw forbidden();
  if (row.delete_at > 0) throw fail("api.post.update_post.permissions_details.app_error");
  const adds = fileIds?.some((id) => !row.file_ids.includes(id));
  if (adds && !rights.channel(channel, "upload_file")) throw forbidden();
  return grant;
}

async function edit(r: Req<ChangeBody>, grant: PostGrant, change: ChangeBody, patch: boolean) {
  await checkEditable(r, grant, patch);
  return doEditPost(r.ctx, grant, await checkChange(r, grant, change));
}

/** PUT /posts/{id}: the whole post, so that what is left out is taken away; only its files stay (semantics 5.1). */
export const updatePost = route<z.infer<typeof update>, PostGrant>({
  method: "PUT",
  path: "/api/v4/posts/{post_id}",
  auth: "session",
  body: update,
  async access(r) {
    if (r.body.id !== r.param("post_id")) throw badBody("id");
    return requireEdit(r, r.body.file_ids);
  },
  handle(r, grant) {
    const { message, props, is_pinned, file_ids } = r.body;
    const whole = { message: message ?? "", props: props ?? {}, is_pinned: is_pinned ?? false, file_ids };
    return edit(r, grant, whole, false);
  },
});

/** PUT /posts/{id}/patch. */
export const patchPost = route<ChangeBody, PostGrant>({
  method: "PUT",
  path: "/api/v4/posts/{post_id}/patch",
  auth: "session",
  body: change,
  access: (r) => requireEdit(r, r.body.file_ids),
  handle: (r, grant) => edit(r, grant, r.body, true),
});
