import { hubNamesOf } from "../../../durable/placement.ts";
import type { Context } from "../../context.ts";

export interface Figure {
  name: string;
  value: number;
}

const DAY_MS = 86_400_000;
const DAYS_SHOWN = 31;

/**
 * The counts of the System Console's statistics, in one query; `teamId` "" means the whole server. Posts are counted by
 * their channels' counters, so that the cost does not grow with history: deleted ones are included.
 */
export async function standardFigures(ctx: Context, teamId: string): Promise<Figure[]> {
  const now = Date.now();
  const bots = "NOT EXISTS (SELECT FROM bots b WHERE b.userid = u.id)";
  const ofTeam = `($1 = '' OR EXISTS (SELECT FROM teammembers m WHERE m.userid = u.id AND m.teamid = $1 AND m.deleteat = 0))`;
  const active = (since: string) => `(SELECT count(*) FROM status s JOIN users u ON u.id = s.userid
    WHERE s.lastactivityat > ${since} AND u.deleteat = 0 AND ${bots} AND ${ofTeam})`;
  const channels = (type: string) =>
    `(SELECT count(*) FROM channels c WHERE c.type = '${type}' AND c.deleteat = 0 AND ($1 = '' OR c.teamid = $1))`;
  const [row] = await ctx.replica.query<Record<string, number>>(
    `SELECT ${channels("O")} AS channel_open_count, ${channels("P")} AS channel_private_count,
      (SELECT coalesce(sum(c.totalmsgcount), 0)::bigint FROM channels c WHERE $1 = '' OR c.teamid = $1) AS post_count,
      (SELECT count(*) FROM users u WHERE u.deleteat = 0 AND ${bots} AND ${ofTeam}) AS unique_user_count,
      (SELECT count(*) FROM teams WHERE deleteat = 0) AS team_count,
      ${active("$2::bigint")} AS daily_active_users, ${active("$3::bigint")} AS monthly_active_users,
      (SELECT count(*) FROM users u WHERE u.deleteat > 0 AND ${bots} AND ${ofTeam}) AS inactive_user_count,
      (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS total_master_db_connections`,
    [teamId, now - DAY_MS, now - 30 * DAY_MS],
  );
  const fixed = {
    total_read_db_connections: 0,
    single_channel_guest_count: 0,
    total_websocket_connections: await connections(ctx),
  };
  return Object.entries({ ...row, ...fixed }).map(([name, value]) => ({ name, value }));
}

/** Sockets of this node; on the edge of all. */
async function connections({ env }: Context): Promise<number> {
  const counts = await Promise.all(
    hubNamesOf(env, { topic: "system" }).map((name) => env.HUB.get(env.HUB.idFromName(name)).openSockets()),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Integrations and sessions. */
export async function extraFigures(ctx: Context, teamId: string): Promise<Figure[]> {
  const [row] = await ctx.replica.query<Record<string, number>>(
    `SELECT (SELECT count(*) FROM incomingwebhooks h WHERE h.deleteat = 0 AND ($1 = '' OR h.teamid = $1)) AS incoming_webhook_count,
      (SELECT count(*) FROM outgoingwebhooks h WHERE h.deleteat = 0 AND ($1 = '' OR h.teamid = $1)) AS outgoing_webhook_count,
      (SELECT count(*) FROM commands h WHERE h.deleteat = 0 AND ($1 = '' OR h.teamid = $1)) AS command_count,
      (SELECT count(*) FROM sessions WHERE expiresat = 0 OR expiresat > $2::bigint) AS session_count`,
    [teamId, Date.now()],
  );
  return Object.entries(row!).map(([name, value]) => ({ name, value }));
}

/** Per day (YYYY-MM-DD, UTC) of the last month, newest first: posts, posts by bots, or users who posted. */
export function dailyFigures(
  ctx: Context,
  kind: "posts" | "bot_posts" | "users",
  teamId: string,
): Promise<Figure[]> {
  const since = Math.floor(Date.now() / DAY_MS - DAYS_SHOWN) * DAY_MS;
  const bots = kind === "bot_posts" ? "JOIN bots b ON b.userid = p.userid" : "";
  const team = teamId ? "JOIN channels c ON c.id = p.channelid AND c.teamid = $2" : "";
  const system = kind === "users" ? "AND p.type NOT LIKE 'system\\_%'" : "";
  return ctx.replica.query<Figure>(
    `SELECT to_char(to_timestamp(p.createat / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS name,
      ${kind === "users" ? "count(DISTINCT p.userid)" : "count(*)"} AS value
     FROM posts p ${bots} ${team} WHERE p.createat >= $1 AND p.originalid = '' ${system}
     GROUP BY 1 ORDER BY 1 DESC LIMIT ${DAYS_SHOWN - 1}`,
    teamId ? [since, teamId] : [since],
  );
}
