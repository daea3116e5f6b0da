import { z } from "zod";
import { channelsByIds } from "../../../access/channels.ts";
import { rightsOf } from "../../../access/permissions.ts";
import { mayIncludeDeleted, type PostGrant, requirePost } from "../../../access/posts.ts";
import { addMetadata } from "../../../actions/posts/metadata/index.ts";
import { readableLinks, visiblePosts, visibleTo } from "../../../actions/posts/metadata/visible.ts";
import { SERVER_VERSION } from "../../../config/version.ts";
import { badBody } from "../../../errors/app-error.ts";
import { json, notModified } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import type { FileInfo } from "../../../model/file.ts";
import { isId } from "../../../model/id.ts";
import { FILE_JSON, POST_COLUMNS, POST_FROM, type Post, type PostRow, toPost } from "../../../model/post.ts";

const MAX_IDS = 1_000;
const FILES_MAX_AGE = "max-age=2592000, private";

/** The whole post as the session's user may see it. */
export async function shownPost(
  r: Req<any>,
  { row, rights }: Pick<PostGrant, "row" | "rights">,
): Promise<Post> {
  const post = toPost(row);
  await addMetadata(r.ctx, [post]);
  return visibleTo(post, await readableLinks(r.ctx, rights, [post]));
}

/** GET /posts/{id}. */
export const getPost = route({
  method: "GET",
  path: "/api/v4/posts/{post_id}",
  auth: "session",
  async access(r) {
    const id = r.param("post_id");
    return requirePost(r, id, { deleted: await mayIncludeDeleted(r) });
  },
  async handle(r, grant) {
    const { id, update_at, root_id, reply_count } = grant.row;
    // A reply tells how many there are, without being changed by another one.
    const etag = [SERVER_VERSION, id, update_at, ...(root_id ? [reply_count] : [])].join(".");
    if (r.header("if-none-match") === etag) return notModified(etag);
    const post = await shownPost(r, grant);
    // A linked post changes without this one.
    const foreign = post.metadata.embeds?.some(({ type }) => type === "permalink") ?? false;
    return json(post, foreign ? {} : { headers: { ETag: etag } });
  },
});

/** POST /posts/ids: what is not readable is left out (semantics 4.5). */
export const postsByIds = route<string[]>({
  method: "POST",
  path: "/api/v4/posts/ids",
  auth: "session",
  body: z.array(z.string()),
  access: idsGiven,
  async handle(r) {
    const rows = await r.ctx.sql.query<PostRow>(
      `SELECT ${POST_COLUMNS} FROM ${POST_FROM} WHERE p.id = ANY($1::text[]) AND p.originalid = '' ORDER BY p.createat DESC, p.id DESC`,
      [r.body],
    );
    const rights = await rightsOf(r);
    const channels = await channelsByIds(r.ctx, new Set(rows.map((row) => row.channel_id)));
    const readable = new Set(channels.filter((channel) => rights.readChannel(channel)).map(({ id }) => id));
    const posts = rows.filter((row) => readable.has(row.channel_id)).map(toPost);
    await addMetadata(r.ctx, posts);
    return visiblePosts(r.ctx, rights, posts);
  },
});

/** Post ids in the body; which of them the session may read is decided post by post. Throws 400. */
export function idsGiven(r: Req<string[]>): void {
  if (r.body.length === 0 || r.body.length > MAX_IDS || !r.body.every(isId)) throw badBody("post_ids");
}

/** GET /posts/{id}/files/info. */
export const postFiles = route({
  method: "GET",
  path: "/api/v4/posts/{post_id}/files/info",
  auth: "session",
  async access(r) {
    const id = r.param("post_id");
    const deleted = await mayIncludeDeleted(r);
    return { ...(await requirePost(r, id, { deleted })), deleted };
  },
  async handle(r, { row, deleted }) {
    const infos = deleted ? await allFiles(r, row.id) : (row.files ?? []);
    const newest = Math.max(0, ...infos.map((info) => info.update_at));
    const etag = `${SERVER_VERSION}.${row.id}.${newest}`;
    const headers = { "Cache-Control": FILES_MAX_AGE };
    if (r.header("if-none-match") === etag) return notModified(etag, headers);
    return json(infos, { headers: { ...headers, ETag: etag } });
  },
});

async function allFiles(r: Req<any>, postId: string): Promise<FileInfo[]> {
  const rows = await r.ctx.sql.query<{ info: FileInfo }>(
    `SELECT ${FILE_JSON} AS info FROM fileinfo f WHERE f.postid = $1 ORDER BY f.createat, f.id`,
    [postId],
  );
  return rows.map(({ info }) => info);
}
