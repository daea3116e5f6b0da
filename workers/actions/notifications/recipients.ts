import type { Context } from "../../context.ts";
import { channelOf } from "../../model/channel.ts";
import type { StatusName } from "../../model/status.ts";

/** A member who may be notified of a post. */
export interface Recipient {
  id: string;
  email: string;
  email_verified: boolean;
  is_bot: boolean;
  notify_props: Record<string, string>;
  channel_props: Record<string, string>;
  status: StatusName;
  /** Whether the user reads threads collapsed (semantics 3.2). */
  collapsed: boolean;
  /** Distinct `platform:token`s of sessions that take notifications; null for none. */
  devices: string[] | null;
  /** Unread mentions in all (semantics 9.8); 0 without devices. */
  badge: number;
}

const COLLAPSED: Record<string, string> = {
  always_on: "true",
  disabled: "false",
  default_on: preference("<> 'off'", "true"),
  default_off: preference("= 'on'", "false"),
};

function preference(test: string, standard: string): string {
  return `coalesce((SELECT f.value ${test} FROM preferences f WHERE f.userid = u.id AND f.category = 'display_settings'
    AND f.name = 'collapsed_reply_threads'), ${standard})`;
}

const TAKES = `s.deviceid <> '' AND (s.expiresat = 0 OR s.expiresat > $2::bigint)
  AND coalesce(s.props->>'device_notification_disabled', '') <> 'true'`;

export const devicesOf = (user: string) =>
  `(SELECT json_agg(DISTINCT s.deviceid) FROM sessions s WHERE s.userid = ${user} AND ${TAKES})`;

/** Of live channels and threads (semantics 9.8). A sum of counters would be numeric, which comes as text. */
export const badgeOf = (
  user: string,
  collapsed: string,
) => `((SELECT coalesce(sum(CASE WHEN ${collapsed} THEN coalesce(b.mentioncountroot, 0) ELSE b.mentioncount END), 0)
      FROM channelmembers b ${channelOf("b.channelid")} WHERE b.userid = ${user} AND c.deleteat = 0)
    + CASE WHEN ${collapsed} THEN (SELECT coalesce(sum(f.unreadmentions), 0)
      FROM threadmemberships f JOIN threads h ON h.postid = f.postid AND coalesce(h.threaddeleteat, 0) = 0
        JOIN channels l ON l.id = h.channelid AND l.deleteat = 0
      WHERE f.userid = ${user} AND f.following AND f.unreadmentions > 0) ELSE 0 END)::bigint`;

export const collapsedSql = (ctx: Context) =>
  COLLAPSED[ctx.config.ServiceSettings.CollapsedThreads] ?? "true";

/**
 * The members among `userIds`, and with `push` those who want a push of every post of the channel; never `authorId` for
 * that reason. One query, whose last condition only gives each parameter a use.
 */
export function recipients(
  ctx: Context,
  channelId: string,
  authorId: string,
  userIds: string[],
  push: boolean,
): Promise<Recipient[]> {
  const everything = `UNION SELECT m.userid, m.notifyprops FROM channelmembers m JOIN users a ON a.id = m.userid
      WHERE m.channelid = $1 AND m.userid <> $4 AND coalesce(nullif(m.notifyprops->>'push', 'default'), a.notifyprops->>'push') = 'all'
        AND EXISTS (SELECT FROM sessions s WHERE s.userid = m.userid AND s.deviceid <> '')`;
  return ctx.sql.query<Recipient>(
    `WITH who AS (
       SELECT m.userid, m.notifyprops FROM unnest($3::text[]) AS w (userid)
       CROSS JOIN LATERAL (SELECT * FROM channelmembers m WHERE m.channelid = $1 AND m.userid = w.userid LIMIT 1) m
       ${push ? everything : ""}),
     known AS MATERIALIZED (
       SELECT u.id, u.email, u.emailverified AS email_verified, b.userid IS NOT NULL AS is_bot,
         coalesce(u.notifyprops, '{}') AS notify_props, coalesce(w.notifyprops, '{}') AS channel_props,
         coalesce(nullif(t.status, ''), 'offline') AS status, ${collapsedSql(ctx)} AS collapsed,
         ${push ? devicesOf("u.id") : "NULL::json"} AS devices
       FROM who w JOIN users u ON u.id = w.userid AND u.deleteat = 0 LEFT JOIN bots b ON b.userid = u.id
       LEFT JOIN status t ON t.userid = u.id WHERE ($2::bigint, $4::text) IS NOT NULL)
     SELECT k.*, CASE WHEN k.devices IS NULL THEN 0 ELSE ${badgeOf("k.id", "k.collapsed")} END AS badge FROM known k`,
    [channelId, Date.now(), userIds, authorId],
  );
}
