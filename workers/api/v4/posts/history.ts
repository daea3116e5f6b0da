import { type PostGrant, requirePost } from "../../../access/posts.ts";
import { checkChange, checkEditable } from "../../../actions/posts/change/check.ts";
import { doEditPost } from "../../../actions/posts/change/edit.ts";
import { visiblePosts } from "../../../actions/posts/metadata/visible.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import { route } from "../../../http/route.ts";
import type { FileInfo } from "../../../model/file.ts";
import { FILE_JSON, POST_COLUMNS, POST_FROM, type PostRow, toPost } from "../../../model/post.ts";
import { requireEdit } from "./edit.ts";

/** Files by id: a version's files may belong to the post no more, and never belong to the version's own id. */
const VERSIONS = `SELECT ${POST_COLUMNS}, (SELECT json_agg(${FILE_JSON} ORDER BY f.createat, f.id) FROM fileinfo f WHERE f.postid = $1
    AND f.id IN (SELECT json_array_elements_text(coalesce(nullif(p.fileids, ''), '[]')::json))) AS version_files
  FROM ${POST_FROM} WHERE p.originalid = $1 ORDER BY p.editat DESC, p.updateat DESC`;

/** GET /posts/{id}/edit_history: earlier versions, newest first; the author's own only (semantics 5.5). */
export const editHistory = route({
  method: "GET",
  path: "/api/v4/posts/{post_id}/edit_history",
  auth: "session",
  async access(r) {
    const { row, channel, rights } = await requirePost(r, r.param("post_id"));
    if (row.user_id !== r.userId || !rights.channel(channel, "edit_post")) throw forbidden();
    return { id: row.id, rights };
  },
  async handle(r, { id, rights }) {
    const rows = await r.ctx.sql.query<PostRow & { version_files: FileInfo[] | null }>(VERSIONS, [id]);
    if (rows.length === 0) throw fail("app.post.get_post_edit_history.not_found");
    const posts = rows.map(({ version_files, ...row }) =>
      toPost({ ...row, files: version_files, reactions: null }),
    );
    return visiblePosts(r.ctx, rights, posts);
  },
});

/** POST /posts/{id}/restore/{version}: message and files as they were (semantics 5.5). */
export const restoreVersion = route<undefined, PostGrant>({
  method: "POST",
  path: "/api/v4/posts/{post_id}/restore/{restore_version_id}",
  auth: "session",
  access: (r) => requireEdit(r, undefined),
  async handle(r, grant) {
    const versionId = r.param("restore_version_id");
    const [version] = await r.ctx.sql.query<{ message: string; file_ids: string[] }>(
      `SELECT message, coalesce(nullif(fileids, ''), '[]')::json AS file_ids FROM posts WHERE id = $1 AND originalid = $2`,
      [versionId, grant.row.id],
    );
    if (!version) throw fail("app.post.restore_post_version.not_found");
    await checkEditable(r, grant, true);
    return doEditPost(r.ctx, grant, await checkChange(r, grant, version));
  },
});
