import { POST_COLUMNS, POST_FROM } from "../../../model/post.ts";
import type { Param, Statement } from "../../../ports/sql/sql.ts";

/** What an edit writes; null leaves a column as it is, so that edits of different parts do not undo each other. */
export interface EditValues {
  id: string;
  /** Id of the row that keeps the version before. */
  versionId: string;
  /** ms; of edits at once each gets a later one. */
  at: number;
  message: string | null;
  hashtags: string | null;
  /** JSON. */
  props: string | null;
  pinned: boolean | null;
  /** The whole list as it shall be; what the author may not attach is dropped. */
  fileIds: string[] | null;
  /** Whether clients shall show the post as edited (semantics 5.3). */
  edited: boolean;
}

export interface EditRow {
  total_msg_count: number;
  total_msg_count_root: number;
  last_post_at: number;
  last_root_post_at: number;
}

/** An edit (semantics 5.3 to 5.6) and the post after it, as one transaction. The first answers no row when the post is gone. */
export function editStatements(v: EditValues): [Statement, Statement] {
  const params: Param[] = [];
  const p = (value: Param, type: string) => `$${params.push(value)}::${type}`;
  const id = p(v.id, "varchar");
  const at = "old.at";
  const set = [`updateat = ${at}`];
  if (v.message !== null)
    set.push(`message = ${p(v.message, "varchar")}`, `hashtags = ${p(v.hashtags ?? "", "varchar")}`);
  if (v.props !== null) set.push(`props = ${p(v.props, "jsonb")}`);
  if (v.pinned !== null) set.push(`ispinned = ${p(v.pinned, "boolean")}`);
  if (v.edited) set.push(`editat = ${at}`);
  // A history row and its successor must not share a time: clients and the index tell versions by it.
  const parts = [
    `old AS (SELECT *, greatest(${p(v.at, "bigint")}, updateat + 1) AS at FROM posts WHERE id = ${id} AND deleteat = 0 FOR UPDATE)`,
  ];
  if (v.fileIds !== null) {
    const ids = p(v.fileIds, "text[]");
    parts.push(
      // New files are claimed as on creation, files of an earlier version come back (semantics 1.19, 5.6).
      `kept AS (UPDATE fileinfo f SET postid = old.id, channelid = old.channelid, deleteat = 0 FROM old WHERE f.id = ANY(${ids})
        AND (f.postid = old.id OR (f.postid = '' AND f.deleteat = 0 AND f.creatorid IN (old.userid, 'nouser'))) RETURNING f.id)`,
      `dropped AS (UPDATE fileinfo f SET deleteat = ${at}, updateat = ${at} FROM old WHERE f.postid = old.id AND f.deleteat = 0 AND f.id <> ALL(${ids}))`,
    );
    set.push(
      `fileids = (SELECT coalesce('["' || string_agg(k.id, '","' ORDER BY array_position(${ids}, k.id::text)) || '"]', '[]') FROM kept k)`,
    );
  }
  parts.push(
    `version AS (INSERT INTO posts (id, createat, updateat, deleteat, userid, channelid, rootid, originalid, message, type, props, hashtags,
        filenames, fileids, hasreactions, editat, ispinned, remoteid)
      SELECT ${p(v.versionId, "varchar")}, createat, ${at}, ${at}, userid, channelid, rootid, id, message, type, props, hashtags,
        filenames, fileids, hasreactions, editat, ispinned, remoteid FROM old)`,
    `post AS (UPDATE posts SET ${set.join(", ")} FROM old WHERE posts.id = old.id)`,
    `root AS (UPDATE posts SET updateat = greatest(posts.updateat, ${at}) FROM old WHERE posts.id = old.rootid AND old.rootid <> '')`,
    `ch AS (UPDATE channels c SET lastpostat = greatest(c.lastpostat, ${at}) FROM old WHERE c.id = old.channelid
      RETURNING c.totalmsgcount, c.totalmsgcountroot, c.lastpostat, c.lastrootpostat)`,
  );
  const text = `WITH ${parts.join(",\n")}
    SELECT totalmsgcount AS total_msg_count, coalesce(totalmsgcountroot, 0) AS total_msg_count_root, lastpostat AS last_post_at,
      coalesce(lastrootpostat, 0) AS last_root_post_at FROM ch`;
  return [
    { text, params },
    { text: `SELECT ${POST_COLUMNS} FROM ${POST_FROM} WHERE p.id = $1`, params: [v.id] },
  ];
}
