import type { PostGrant } from "../../../access/posts.ts";
import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import { liveReplies, toPost } from "../../../model/post.ts";
import { isSafePath } from "../../../ports/files/files.ts";
import type { Statement } from "../../../ports/sql/sql.ts";
import { notifyDeleted } from "./announce.ts";
import { lockPost, rootOf } from "./lock.ts";
import { doForgetMentions } from "./unmention.ts";

/** The post and its replies (semantics 5.8); $1 id, $2 time, $3 who deletes. Answers the ids that were deleted. */
const ROOT = `WITH doomed AS (SELECT $1::varchar AS id UNION ALL SELECT p.id FROM posts p WHERE ${liveReplies("p", "$1::varchar")}),
  gone AS (UPDATE posts SET deleteat = $2::bigint, updateat = $2::bigint,
      props = coalesce(props, '{}') || jsonb_build_object('deleteBy', $3::text)
    WHERE id IN (SELECT id FROM doomed) AND deleteat = 0 RETURNING id),
  thread AS (UPDATE threads SET threaddeleteat = $2::bigint WHERE postid = $1::varchar),
  files AS (UPDATE fileinfo SET deleteat = $2::bigint, updateat = $2::bigint WHERE postid IN (SELECT id FROM gone) AND deleteat = 0),
  saved AS (DELETE FROM preferences WHERE category = 'flagged_post' AND name IN (SELECT id FROM gone))
  SELECT id FROM gone`;

/** One reply: its thread is counted anew without it. */
const REPLY = `WITH gone AS (UPDATE posts SET deleteat = $2::bigint, updateat = $2::bigint,
      props = coalesce(props, '{}') || jsonb_build_object('deleteBy', $3::text)
    WHERE id = $1::varchar AND deleteat = 0 RETURNING id, rootid, userid),
  rest AS (SELECT count(*) AS replies, coalesce(max(p.createat), 0) AS latest, coalesce(bool_or(p.userid = gone.userid), false) AS still
    FROM gone JOIN posts p ON ${liveReplies("p", "gone.rootid")} AND p.id <> gone.id),
  thread AS (UPDATE threads SET replycount = rest.replies, lastreplyat = rest.latest,
      participants = CASE WHEN rest.still THEN participants ELSE participants - gone.userid::text END
    FROM gone, rest WHERE threads.postid = gone.rootid),
  root AS (UPDATE posts SET updateat = greatest(posts.updateat, $2::bigint) FROM gone WHERE posts.id = gone.rootid),
  files AS (UPDATE fileinfo SET deleteat = $2::bigint, updateat = $2::bigint WHERE postid IN (SELECT id FROM gone) AND deleteat = 0),
  saved AS (DELETE FROM preferences WHERE category = 'flagged_post' AND name IN (SELECT id FROM gone))
  SELECT id FROM gone`;

/** Rows of the post and its replies, for good (semantics 5.11); answers where their files are stored. $1 id. */
const PERMANENT = `WITH gone AS (DELETE FROM posts WHERE id = $1::varchar OR rootid = $1::varchar RETURNING id, originalid),
  threads_ AS (DELETE FROM threads WHERE postid = $1::varchar),
  followers AS (DELETE FROM threadmemberships WHERE postid = $1::varchar),
  reactions_ AS (DELETE FROM reactions WHERE postid IN (SELECT id FROM gone)),
  priority AS (DELETE FROM postspriority WHERE postid IN (SELECT id FROM gone)),
  files AS (DELETE FROM fileinfo WHERE postid IN (SELECT id FROM gone) RETURNING path, thumbnailpath, previewpath),
  saved AS (DELETE FROM preferences WHERE category = 'flagged_post' AND name IN (SELECT id FROM gone))
  SELECT id, (SELECT json_agg(json_build_array(path, thumbnailpath, previewpath)) FROM files) AS paths FROM gone WHERE originalid = ''`;

/** Drafts of replies to what is gone; not indexed by root, so never on a request's way (semantics 5.9). */
const DRAFTS = "DELETE FROM drafts WHERE rootid = $1";

/**
 * Deletes a post: softly, with its replies where it is a root; or for good. Announces it. The channel's counters never
 * go down. Throws 404 when somebody else was faster.
 */
export async function doDeletePost(
  ctx: Context,
  { row, channel }: PostGrant,
  deletedBy: string,
  permanent: boolean,
): Promise<void> {
  const at = Math.max(Date.now(), row.update_at + 1);
  const soft = { text: row.root_id === "" ? ROOT : REPLY, params: [row.id, at, deletedBy] };
  // So that what follows sees, and counts, every reply that was stored before.
  const statements: Statement[] = [lockPost(rootOf(row))];
  // A reply that goes for good is first counted out of its thread.
  if (!permanent || row.root_id !== "") statements.push(soft);
  if (permanent) statements.push({ text: PERMANENT, params: [row.id] });
  const gone = (await ctx.sql.batch(statements)).at(-1)!;
  if (gone.length === 0) throw fail("app.post.get.app_error");
  await notifyDeleted(ctx, channel, toPost(row), deletedBy);
  if (permanent) ctx.background(removeFiles(ctx, gone[0]!.paths as string[][] | null));
  ctx.background(row.root_id === "" ? ctx.sql.query(DRAFTS, [row.id]) : doForgetMentions(ctx, row, channel));
}

/** Removes what rows of `fileinfo` pointed to: each its paths, of which some may be "". */
export async function removeFiles(ctx: Context, paths: string[][] | null): Promise<void> {
  for (const path of (paths ?? []).flat()) if (path && isSafePath(path)) await ctx.files.remove(path);
}
