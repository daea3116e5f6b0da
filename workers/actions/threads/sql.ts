import { POST_TEXT, postFrom } from "../../model/post.ts";
import { TEXT_SEPARATOR } from "../../model/post-list.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../model/user.ts";
import type { Param } from "../../ports/sql/sql.ts";

/** One thread as its follower has it, without its post. */
export interface ThreadRow {
  id: string;
  reply_count: number;
  last_reply_at: number;
  last_viewed_at: number;
  unread_replies: number;
  unread_mentions: number;
  urgent: boolean;
  delete_at: number;
  participants: string[] | null;
}

export interface Totals {
  total: number;
  total_unread_threads: number;
  total_unread_mentions: number;
  total_unread_urgent_mentions: number;
}

/** What a statement of threads answers: one row. */
export interface ThreadsRow {
  /** In their order. */
  threads: ThreadRow[] | null;
  /** POST_TEXT of their roots, joined by TEXT_SEPARATOR. */
  texts: string | null;
  /** The participants, where asked for. */
  users: User[] | null;
  totals: Totals | null;
}

/** Which of the followed threads a list holds (semantics 3.8). */
export interface ThreadsQuery {
  userId: string;
  teamId: string;
  /** ms; 0 = any */
  since: number;
  /** Thread ids, at most one of them. */
  before: string;
  after: string;
  offset: number;
  limit: number;
  unread: boolean;
  deleted: boolean;
  excludeDirect: boolean;
  extended: boolean;
  wants: "both" | "totals" | "threads";
}

/**
 * Followed threads in one pass: the user's memberships by their index, each with its thread by primary key. Everything
 * that costs more per thread is done for the page only. A membership that outlived the channel's shows nothing
 * (IS TRUE: looked up in one hash of the user's channels, not in the table for each thread).
 */
const followed = (user: string, where: string) => `followed AS MATERIALIZED (
  SELECT m.postid, m.lastviewed, m.unreadmentions, m.lastupdated, t.lastreplyat, t.replycount, t.participants, t.threaddeleteat
  FROM threadmemberships m JOIN threads t ON t.postid = m.postid
  WHERE m.userid = ${user} AND m.following AND (t.channelid IN (SELECT channelid FROM channelmembers WHERE userid = ${user})) IS TRUE
    AND ${where})`;

/** A row from before threads knew their team has NULL there. */
const TEAM = "coalesce(t.threadteamid, (SELECT c.teamid FROM channels c WHERE c.id = t.channelid))";

/**
 * The page's threads with their unread replies; all or none is known without counting. The sum keeps the planner from
 * walking every post since then by the index on createat: a thread's replies are few.
 */
const THREAD_JSON = `json_build_object('id', x.postid, 'reply_count', coalesce(x.replycount, 0), 'last_reply_at', coalesce(x.lastreplyat, 0),
  'last_viewed_at', coalesce(x.lastviewed, 0), 'unread_mentions', coalesce(x.unreadmentions, 0), 'delete_at', coalesce(x.threaddeleteat, 0),
  'unread_replies', CASE WHEN coalesce(x.lastviewed, 0) = 0 THEN coalesce(x.replycount, 0) WHEN x.lastviewed >= x.lastreplyat THEN 0
    ELSE (SELECT count(*) FROM posts r WHERE r.rootid = x.postid AND r.deleteat = 0 AND r.createat + 0 > x.lastviewed) END,
  'urgent', EXISTS (SELECT 1 FROM postspriority y WHERE y.postid = x.postid AND y.priority = 'urgent'),
  'participants', x.participants)`;

/** Output columns from a CTE `page` of threads. */
export const pageColumns = (
  order: string,
  extended: boolean,
) => `(SELECT json_agg(${THREAD_JSON} ORDER BY ${order}) FROM page x) AS threads,
  (SELECT string_agg(${POST_TEXT}, ${TEXT_SEPARATOR}) FROM ${postFrom("(SELECT p.* FROM page g JOIN posts p ON p.id = g.postid)")}) AS texts,
  ${
    extended
      ? `(SELECT json_agg(v) FROM (SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.id IN (SELECT jsonb_array_elements_text(g.participants)
    FROM page g WHERE jsonb_typeof(g.participants) = 'array')) v)`
      : "NULL"
  } AS users`;

/** A list of followed threads, and the totals of all of them, as one statement. */
export function threadsStatement(q: ThreadsQuery): { text: string; params: Param[] } {
  const params: Param[] = [];
  const p = (value: Param, type: string) => `$${params.push(value)}::${type}`;
  const user = p(q.userId, "varchar");
  const team = p(q.teamId, "varchar");
  const scope = [
    q.excludeDirect ? `${TEAM} = ${team}` : `${TEAM} IN (${team}, '')`,
    q.deleted ? "true" : "coalesce(t.threaddeleteat, 0) = 0",
  ];
  const parts = [followed(user, scope.join(" AND "))];
  const outputs: string[] = [];
  if (q.wants === "totals") outputs.push("NULL AS threads", "NULL AS texts", "NULL AS users");
  else {
    const which: string[] = [];
    if (q.since > 0) {
      const since = p(q.since, "bigint");
      which.push(`(f.lastupdated >= ${since} OR f.lastreplyat >= ${since})`);
    }
    if (q.unread) which.push("coalesce(f.lastviewed, 0) < f.lastreplyat");
    const anchor = q.before || q.after;
    if (anchor) {
      const id = p(anchor, "varchar");
      which.push(
        `(f.lastreplyat, f.postid) ${q.before ? "<" : ">"} ((SELECT lastreplyat FROM threads WHERE postid = ${id}), ${id})`,
      );
    }
    const way = q.after ? "ASC" : "DESC";
    parts.push(`page AS MATERIALIZED (SELECT * FROM followed f ${which.length > 0 ? `WHERE ${which.join(" AND ")}` : ""}
      ORDER BY f.lastreplyat ${way}, f.postid ${way} LIMIT ${p(q.limit, "int")} OFFSET ${p(q.offset, "int")})`);
    outputs.push(pageColumns(`x.lastreplyat ${way}, x.postid ${way}`, q.extended));
  }
  outputs.push(q.wants === "threads" ? "NULL AS totals" : TOTALS);
  return { text: `WITH ${parts.join(",\n")}\nSELECT ${outputs.join(",\n")}`, params };
}

const TOTALS = `(SELECT json_build_object('total', count(*), 'total_unread_threads', count(*) FILTER (WHERE coalesce(f.lastviewed, 0) < f.lastreplyat),
  'total_unread_mentions', coalesce(sum(f.unreadmentions), 0), 'total_unread_urgent_mentions', coalesce(sum(f.unreadmentions) FILTER (WHERE
    f.unreadmentions > 0 AND EXISTS (SELECT 1 FROM postspriority y WHERE y.postid = f.postid AND y.priority = 'urgent')), 0)) FROM followed f) AS totals`;

/** One followed thread; no row of `threads` when the user does not follow it. A root that nobody has answered has none either. */
export function threadStatement(
  userId: string,
  threadId: string,
  extended: boolean,
): { text: string; params: Param[] } {
  const text = `WITH page AS MATERIALIZED (
      SELECT m.postid, m.lastviewed, m.unreadmentions, t.lastreplyat, t.replycount, t.participants, t.threaddeleteat
      FROM threadmemberships m LEFT JOIN threads t ON t.postid = m.postid WHERE m.postid = $2::varchar AND m.userid = $1::varchar AND m.following)
    SELECT ${pageColumns("x.postid", extended)}, NULL AS totals`;
  return { text, params: [userId, threadId] };
}
