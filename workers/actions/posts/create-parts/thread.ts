import type { Parts } from "../create-sql.ts";
import { memberOf } from "./mentioned.ts";

/** Someone who follows the thread after a reply; numbers are from before it. */
export interface Follower {
  userid: string;
  lastviewed: number;
  unreadmentions: number;
  /** Whether the reply mentions this follower by a word of it. */
  mentioned: boolean;
  /** Whether the membership is new. */
  added: boolean;
  /** Whether the follower's settings ask for a desktop notification (`followers` of `posted`, semantics 1.23). */
  notify: boolean;
}

/** The thread's row by one upsert, its followers, and what each of them had unread (semantics 3.1, 3.4 to 3.6). */
export function threadParts(s: Parts): void {
  if (!s.shape.reply) {
    for (const name of ["thread", "followers", "marks", "buckets", "replies_before"]) s.out("NULL", name);
    return;
  }
  const { at, user, channel, root } = s;
  s.with(`old AS MATERIALIZED (SELECT replycount, lastreplyat FROM threads WHERE postid = ${root})`);
  const known = "EXISTS (SELECT 1 FROM old)";
  s.with(
    `bump AS (UPDATE posts SET updateat = greatest(updateat, ${at}) WHERE id = ${root} AND EXISTS (SELECT 1 FROM post))`,
  );
  // Counting what is there already is only needed for threads from before the row existed: CASE keeps it lazy.
  s.with(`thread AS (INSERT INTO threads AS t (postid, replycount, lastreplyat, participants, channelid, threaddeleteat, threadteamid)
    SELECT ${root}, CASE WHEN ${known} THEN 1 ELSE 1 + (SELECT count(*) FROM posts r WHERE r.rootid = ${root} AND r.deleteat = 0) END, ${at},
      CASE WHEN ${known} THEN '[]'::jsonb ELSE coalesce((SELECT jsonb_agg(x.userid ORDER BY x.latest) FROM (SELECT r.userid, max(r.createat) AS latest
        FROM posts r WHERE r.rootid = ${root} AND r.deleteat = 0 AND r.userid <> ${user} GROUP BY r.userid) x), '[]') END || to_jsonb(${user}),
      ${channel}, NULL, ${s.p(s.values.teamId, "varchar")} FROM post
    ON CONFLICT (postid) DO UPDATE SET replycount = coalesce(t.replycount, 0) + 1, lastreplyat = greatest(t.lastreplyat, excluded.lastreplyat),
      participants = (coalesce(t.participants, '[]') - ${user}::text) || to_jsonb(${user}), threaddeleteat = NULL
    RETURNING replycount, lastreplyat, participants)`);
  s.out(
    `coalesce((SELECT row_to_json(thread) FROM thread), (SELECT row_to_json(o) FROM (SELECT replycount, lastreplyat, participants FROM threads WHERE postid = ${root}) o))`,
    "thread",
  );
  followParts(s, known);
  unreadParts(s);
}

/** Who begins to follow, and who follows then. */
function followParts(s: Parts, known: string): void {
  const { at, user, channel, root, shape } = s;
  const named = shape.mentions ? "EXISTS (SELECT 1 FROM named n WHERE n.userid = x.userid)" : "false";
  if (shape.follow) {
    const mentioned = shape.mentions ? "UNION SELECT userid FROM mentioned" : "";
    s.with(`considered AS MATERIALIZED (SELECT x.userid, ${named} AS named, f.following, f.userid IS NOT NULL AS known FROM (
        SELECT ${user} AS userid
        UNION SELECT m.userid FROM root ${memberOf(channel, "root.user_id")}
          WHERE coalesce(root.props->>'from_webhook', '') <> 'true'
        UNION SELECT m.userid FROM root, regexp_matches(root.message, '@([A-Za-z0-9.\\-_]+)', 'g') AS name
          JOIN users u ON u.username IN (lower(name[1]), rtrim(lower(name[1]), '.-_')) ${memberOf(channel, "u.id")}
          WHERE NOT ${known}
        UNION SELECT m.userid FROM channelmembers m WHERE m.channelid = ${channel} AND m.userid = ANY(${s.p(s.values.autoFollow, "text[]")})
        ${mentioned}) x
      LEFT JOIN threadmemberships f ON f.postid = ${root} AND f.userid = x.userid)`);
    // Rows that would stay as they are are not touched: a thread's followers may be many.
    s.with(`follow AS (INSERT INTO threadmemberships AS f (postid, userid, following, lastviewed, lastupdated, unreadmentions)
      SELECT ${root}, c.userid, true, CASE WHEN c.userid = ${user} THEN ${at} ELSE 0 END, ${at}, CASE WHEN c.named THEN 1 ELSE 0 END
      FROM considered c, post WHERE NOT c.known OR c.named OR (c.userid = ${user} AND c.following)
      ON CONFLICT (postid, userid) DO UPDATE SET following = true, lastupdated = excluded.lastupdated,
        unreadmentions = CASE WHEN f.userid = ${user} THEN 0 ELSE coalesce(f.unreadmentions, 0) + excluded.unreadmentions END,
        lastviewed = greatest(f.lastviewed, excluded.lastviewed)
      WHERE f.following OR excluded.unreadmentions > 0)`);
  }
  const desktop =
    "coalesce(nullif(m.notifyprops->>'desktop', 'default'), u.notifyprops->>'desktop', 'mention')";
  const threads =
    "coalesce(nullif(m.notifyprops->>'desktop_threads', 'default'), u.notifyprops->>'desktop_threads', 'all')";
  s.with(`readers AS MATERIALIZED (SELECT x.userid, coalesce(f.lastviewed, 0) AS lastviewed, coalesce(f.unreadmentions, 0) AS unreadmentions,
      x.named AS mentioned, f.userid IS NULL AS added, coalesce(m.notifyprops->>'mark_unread', '') <> 'mention' AND ${desktop} <> 'none'
        AND (x.named OR ${desktop} = 'all' OR ${threads} = 'all') AS notify
    FROM (${
      shape.follow
        ? `SELECT userid, named FROM considered WHERE named OR following IS NOT FALSE
      UNION ALL SELECT o.userid, false FROM threadmemberships o WHERE o.postid = ${root} AND o.following
        AND NOT EXISTS (SELECT 1 FROM considered c WHERE c.userid = o.userid)`
        : `SELECT x.userid, ${named} AS named FROM threadmemberships x WHERE x.postid = ${root} AND x.following`
    }) x
    ${memberOf(channel, "x.userid")}
    JOIN users u ON u.id = x.userid AND u.deleteat = 0
    LEFT JOIN threadmemberships f ON f.postid = ${root} AND f.userid = x.userid
    WHERE ${s.collapsed("x.userid")})`);
  s.out("(SELECT json_agg(readers) FROM readers)", "followers");
}

/**
 * How many replies each follower had not seen. All or none is known without looking; for the others the replies are
 * read once, and counted between the times at which followers looked last.
 */
function unreadParts(s: Parts): void {
  s.with(`marks AS MATERIALIZED (SELECT array_agg(DISTINCT r.lastviewed ORDER BY r.lastviewed) AS seen FROM readers r, old
    WHERE r.lastviewed > 0 AND r.lastviewed < old.lastreplyat)`);
  s.out("(SELECT to_json(seen) FROM marks)", "marks");
  s.out(
    `(SELECT json_agg(json_build_array(b.place, b.replies)) FROM (SELECT width_bucket(r.createat - 1, k.seen) AS place, count(*) AS replies
      FROM marks k JOIN posts r ON r.rootid = ${s.root} AND r.deleteat = 0 AND r.createat + 0 > k.seen[1] GROUP BY 1) b)`,
    "buckets",
  );
  s.out("(SELECT replycount FROM old)", "replies_before");
}
