import { liveReplies, POST_TEXT, postFrom } from "../../../model/post.ts";
import { TEXT_SEPARATOR } from "../../../model/post-list.ts";
import type { Param, Statement } from "../../../ports/sql/sql.ts";

/** What of a thread is asked for (semantics 4.4). */
export interface ThreadWindow {
  postId: string;
  viewer: string;
  /** CRT: only the root's id gives the replies; else any post of the thread does. */
  collapsed: boolean;
  down: boolean;
  /** By update time, ascending, deleted replies included: what changed since. */
  updatesOnly: boolean;
  /** Where to go on: the time (createat, or updateat with updatesOnly) and id of the last one seen; 0 and "" from the start. */
  fromTime: number;
  fromPost: string;
  /** 0 = all. */
  limit: number;
}

export interface ThreadRow {
  /** Null where there is no such live post. */
  channel_id: string | null;
  root_id: string | null;
  /** Replies as asked, joined by commas. */
  ord: string | null;
  texts: string | null;
  has_next: boolean;
  following: boolean;
  latest_id: string | null;
  latest_at: number | null;
}

/** One thread: its root, and a window of its replies. */
export function threadStatement(w: ThreadWindow): Statement {
  const params: Param[] = [];
  const p = (value: Param, type: string) => `$${params.push(value)}::${type}`;
  const column = w.updatesOnly ? "updateat" : "createat";
  const up = w.down || w.updatesOnly;
  const order = (alias: string) =>
    `${alias}${column} ${up ? "ASC" : "DESC"}, ${alias}id ${up ? "ASC" : "DESC"}`;
  const root = w.collapsed ? "id" : "CASE WHEN rootid = '' THEN id ELSE rootid END";
  const id = "(SELECT id FROM root)";
  let where = w.updatesOnly
    ? `p.rootid >= ${id} AND p.rootid <= ${id} AND p.originalid = ''`
    : liveReplies("p", id);
  const asked = p(w.postId, "varchar");
  // The sum keeps the planner from all posts of all channels since then: a thread's replies are few.
  if (w.fromTime > 0) {
    const time = p(w.fromTime, "bigint");
    where += w.fromPost
      ? ` AND (p.${column} + 0, p.id) ${up ? ">" : "<"} (${time}, ${p(w.fromPost, "varchar")})`
      : ` AND p.${column} + 0 ${up ? ">" : "<"} ${time}`;
  }
  const limit = w.limit > 0 ? p(w.limit, "int") : "";
  return {
    text: `WITH asked AS (SELECT ${root} AS id, channelid FROM posts WHERE id = ${asked} AND deleteat = 0),
      root AS (SELECT p.* FROM posts p WHERE p.id = (SELECT id FROM asked) AND p.deleteat = 0),
      replies AS (SELECT * FROM (SELECT p.* FROM posts p WHERE ${where} OFFSET 0) p ORDER BY ${order("p.")}${limit && ` LIMIT ${limit} + 1`}),
      picked AS (SELECT * FROM replies ORDER BY ${order("")}${limit && ` LIMIT ${limit}`}),
      wanted AS (SELECT * FROM root UNION ALL SELECT * FROM picked)
      SELECT (SELECT channelid FROM asked) AS channel_id, (SELECT id FROM root) AS root_id,
        (SELECT string_agg(id, ',' ORDER BY ${order("")}) FROM picked) AS ord,
        (SELECT string_agg(${POST_TEXT}, ${TEXT_SEPARATOR}) FROM ${postFrom("wanted")}) AS texts,
        (SELECT count(*) FROM replies) > (SELECT count(*) FROM picked) AS has_next,
        EXISTS (SELECT 1 FROM threadmemberships m WHERE m.postid = (SELECT id FROM root) AND m.userid = ${p(w.viewer, "varchar")} AND m.following) AS following,
        (SELECT id FROM wanted ORDER BY updateat DESC, id LIMIT 1) AS latest_id, (SELECT max(updateat) FROM wanted) AS latest_at`,
    params,
  };
}
