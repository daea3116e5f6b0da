import type { Context } from "../../context.ts";
import { channelOf } from "../../model/channel.ts";

/** What is unread in one team; direct and group messages are those of team "". */
export interface TeamUnread {
  team_id: string;
  msg_count: number;
  mention_count: number;
  mention_count_root: number;
  msg_count_root: number;
  thread_count: number;
  thread_mention_count: number;
  thread_urgent_mention_count: number;
}

/**
 * Unread counts of a user per team, in one query over the user's own memberships (semantics 9.6): messages of muted
 * channels do not count, mentions in them do. `only`: one team; `except`: all others; `threads`: with followed threads.
 */
export function teamUnreads(
  ctx: Context,
  userId: string,
  options: { only?: string; except?: string; threads?: boolean },
): Promise<TeamUnread[]> {
  const threads = options.threads
    ? `SELECT coalesce(t.threadteamid, (SELECT c.teamid FROM channels c WHERE c.id = t.channelid), '') AS team_id, 0 AS msgs, 0 AS mentions, 0 AS mentions_root, 0 AS msgs_root,
        count(*) FILTER (WHERE x.lastviewed < t.lastreplyat) AS threads, coalesce(sum(x.unreadmentions), 0) AS thread_mentions,
        coalesce(sum(x.unreadmentions) FILTER (WHERE y.priority = 'urgent'), 0) AS urgent
      FROM threadmemberships x CROSS JOIN LATERAL (SELECT * FROM threads t WHERE t.postid = x.postid LIMIT 1) t
        LEFT JOIN postspriority y ON y.postid = x.postid
      WHERE x.userid = $1 AND x.following AND coalesce(t.threaddeleteat, 0) = 0 AND (x.lastviewed < t.lastreplyat OR x.unreadmentions > 0)
        AND (t.channelid IN (SELECT m.channelid FROM channelmembers m ${channelOf("m.channelid")}
          WHERE m.userid = $1 AND c.deleteat = 0)) IS TRUE
      GROUP BY 1`
    : "";
  return ctx.sql.query<TeamUnread>(
    `SELECT team_id, sum(msgs)::bigint AS msg_count, sum(mentions)::bigint AS mention_count,
        sum(mentions_root)::bigint AS mention_count_root, sum(msgs_root)::bigint AS msg_count_root,
        sum(threads)::bigint AS thread_count, sum(thread_mentions)::bigint AS thread_mention_count,
        sum(urgent)::bigint AS thread_urgent_mention_count
      FROM (
        SELECT c.teamid AS team_id,
          sum(CASE WHEN m.notifyprops->>'mark_unread' = 'mention' THEN 0 ELSE greatest(c.totalmsgcount - m.msgcount, 0) END) AS msgs,
          sum(coalesce(m.mentioncount, 0)) AS mentions, sum(coalesce(m.mentioncountroot, 0)) AS mentions_root,
          sum(CASE WHEN m.notifyprops->>'mark_unread' = 'mention' THEN 0
            ELSE greatest(coalesce(c.totalmsgcountroot, 0) - coalesce(m.msgcountroot, 0), 0) END) AS msgs_root,
          0 AS threads, 0 AS thread_mentions, 0 AS urgent
        FROM channelmembers m ${channelOf("m.channelid")}
        WHERE m.userid = $1 AND c.deleteat = 0 GROUP BY c.teamid
        ${threads && `UNION ALL ${threads}`}) u
      WHERE ($2 = '' OR team_id = $2) AND ($3 = '' OR team_id <> $3)
      GROUP BY team_id`,
    [userId, options.only ?? "", options.except ?? ""],
  );
}
