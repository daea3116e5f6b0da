import type { Parts } from "../create-sql.ts";

/** Joins the membership `m` of one user: by lateral and limit looked up user by user, where a join may read all of a channel's. */
export const memberOf = (channel: string, user: string) =>
  `CROSS JOIN LATERAL (SELECT * FROM channelmembers m WHERE m.channelid = ${channel} AND m.userid = ${user} LIMIT 1) m`;

export interface Missed {
  id: string;
  username: string;
  in_team: boolean;
}

/**
 * Who is mentioned (semantics 2.4 to 2.10): `named` for a word of the post, `mentioned` for whatever reason. Of names
 * that differ only in trailing punctuation the longest that is a member counts (2.3).
 */
export function mentionedParts(s: Parts): void {
  const { shape, channel } = s;
  if (!shape.mentions) {
    for (const name of ["mentioned", "member_count", "group_names", "missed"]) s.out("NULL", name);
    return;
  }
  const names = s.p(s.values.usernames, "text[]");
  const arms = [
    `(SELECT DISTINCT ON (rtrim(u.username, '.-_')) m.userid FROM users u ${memberOf(channel, "u.id")}
      WHERE u.username = ANY(${names}) AND u.deleteat = 0 ORDER BY rtrim(u.username, '.-_'), length(u.username) DESC)`,
    `SELECT m.userid FROM channelmembers m WHERE m.channelid = ${channel} AND m.userid = ANY(${s.p(s.values.userIds, "text[]")})`,
    ...wideArm(s),
  ];
  const others = shape.self ? "" : `WHERE n.userid <> ${s.user}`;
  s.with(`named AS MATERIALIZED (SELECT n.userid FROM (${arms.join("\n UNION ")}) n ${others})`);
  s.with(`mentioned AS MATERIALIZED (SELECT userid FROM named${commentedArm(s)})`);
  s.out("(SELECT json_agg(userid) FROM mentioned)", "mentioned");
  s.out(shape.missed ? missedQuery(s, names) : "NULL", "missed");
}

function missedQuery({ channel, p, values }: Parts, names: string): string {
  return `(SELECT json_agg(x) FROM (SELECT u.id, u.username, EXISTS (SELECT 1 FROM teammembers t
      WHERE t.teamid = ${p(values.teamId, "varchar")} AND t.userid = u.id AND t.deleteat = 0) AS in_team
    FROM users u WHERE u.username = ANY(${names}) AND u.deleteat = 0 AND NOT EXISTS (SELECT 1 FROM bots b WHERE b.userid = u.id)
      AND (SELECT true FROM channelmembers m WHERE m.channelid = ${channel} AND m.userid = u.id) IS NOT TRUE
    ORDER BY u.username LIMIT 50) x)`;
}

function wideArm(s: Parts): string[] {
  const { wide } = s.shape;
  if (wide === "group") {
    s.out("NULL", "member_count");
    s.out(
      `(SELECT string_agg(u.username, ', ' ORDER BY u.username) FROM channelmembers m JOIN users u ON u.id = m.userid WHERE m.channelid = ${s.channel})`,
      "group_names",
    );
    return [`SELECT m.userid FROM channelmembers m WHERE m.channelid = ${s.channel}`];
  }
  s.out("NULL", "group_names");
  if (!wide) {
    s.out("NULL", "member_count");
    return [];
  }
  const max = s.p(s.values.maxWide, "int");
  s.with(
    `size AS MATERIALIZED (SELECT count(*) AS members FROM (SELECT 1 FROM channelmembers WHERE channelid = ${s.channel} LIMIT ${max} + 1) few)`,
  );
  s.out("(SELECT members FROM size)", "member_count");
  return [
    `SELECT m.userid FROM channelmembers m JOIN users u ON u.id = m.userid
      WHERE (SELECT members FROM size) < ${max} AND m.channelid = ${s.channel} AND u.deleteat = 0
        AND coalesce(u.notifyprops->>'channel', 'true') = 'true'
        AND NOT (coalesce(m.notifyprops->>'ignore_channel_mentions', 'default') = 'on'
          OR (coalesce(m.notifyprops->>'ignore_channel_mentions', 'default') = 'default' AND coalesce(m.notifyprops->>'mark_unread', '') = 'mention'))
        ${wide === "online" ? "AND EXISTS (SELECT 1 FROM status o WHERE o.userid = m.userid AND o.status = 'online')" : ""}`,
  ];
}

/** Those who took part in the thread, want to hear of comments and do not read threads collapsed (semantics 2.9). */
function commentedArm(s: Parts): string {
  if (!s.shape.reply || s.shape.collapsed === "on") return "";
  return ` UNION SELECT w.userid FROM (
      SELECT user_id AS userid, true AS wrote_root FROM root WHERE NOT (coalesce(props->>'from_webhook', '') = 'true' AND coalesce(props->>'override_username', '') <> '')
      UNION ALL SELECT x.userid, false FROM threads h, jsonb_array_elements_text(coalesce(h.participants, '[]')) AS x(userid) WHERE h.postid = ${s.root}) w
    JOIN users u ON u.id = w.userid AND u.deleteat = 0
    ${memberOf(s.channel, "w.userid")}
    WHERE w.userid <> ${s.user} AND (u.notifyprops->>'comments' = 'any' OR (u.notifyprops->>'comments' = 'root' AND w.wrote_root))
      AND NOT ${s.collapsed("w.userid")}`;
}

/** The author's read position and the mentioned users' counters: one update, so that no row is written twice (1.20, 2.11). */
export function membersPart(s: Parts): void {
  const { shape, user, channel } = s;
  const byPreference = shape.reply && shape.collapsed !== "off";
  if (shape.viewed) {
    // The snapshot from before the statement: what the author had not read.
    s.out(
      `(SELECT m.msgcount < c.totalmsgcount OR m.mentioncount > 0 FROM channelmembers m, channels c
        WHERE m.channelid = ${channel} AND m.userid = ${user} AND c.id = ${channel}${byPreference ? ` AND NOT ${s.collapsed(user)}` : ""})`,
      "was_unread",
    );
  } else s.out("false", "was_unread");
  if (!shape.viewed && !shape.mentions) return;
  const mine = shape.viewed ? `m.userid = ${user}` : "false";
  const up = (column: string, by: number) =>
    `CASE WHEN ${mine} THEN 0 ELSE coalesce(m.${column}, 0) + ${by} END`;
  const seen = (column: string, value: string) =>
    `CASE WHEN ${mine} THEN greatest(m.${column}, ${value}) ELSE m.${column} END`;
  const who = [
    shape.viewed && `SELECT ${user} AS userid${byPreference ? ` WHERE NOT ${s.collapsed(user)}` : ""}`,
    shape.mentions && "SELECT userid FROM mentioned",
  ].filter(Boolean);
  s.with(`members AS (UPDATE channelmembers m SET mentioncount = ${up("mentioncount", 1)},
      mentioncountroot = ${up("mentioncountroot", shape.reply ? 0 : 1)},
      urgentmentioncount = ${up("urgentmentioncount", shape.urgent ? 1 : 0)},
      msgcount = ${seen("msgcount", "ch.totalmsgcount")}, msgcountroot = ${seen("msgcountroot", "ch.totalmsgcountroot")},
      lastviewedat = ${seen("lastviewedat", "ch.lastpostat")},
      lastupdateat = CASE WHEN ${mine} THEN greatest(m.lastviewedat, ch.lastpostat) ELSE ${s.at} END
    FROM ch, (${who.join(" UNION ")}) w WHERE m.channelid = ${channel} AND m.userid = w.userid)`);
}
