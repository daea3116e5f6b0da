import { caches } from "../../cache/caches.ts";
import type { Context } from "../../context.ts";
import { notifyStatuses } from "./announce.ts";
import { statusesOf } from "./statuses.ts";

/** Away where nothing was done for UserStatusAwayTimeout; a status that the user has chosen stays (semantics 15.2). */
export async function setAwayIfIdle(ctx: Context, userIds: Iterable<string>): Promise<void> {
  if (!ctx.config.ServiceSettings.EnableUserStatuses) return;
  const cutoff = Date.now() - ctx.config.TeamSettings.UserStatusAwayTimeout * 1_000;
  const rows = [...(await statusesOf(ctx, userIds)).values()];
  const idle = rows.filter((row) => !row.manual && row.status !== "away" && row.last_activity_at <= cutoff);
  if (idle.length === 0) return;
  // The database may know of newer activity on another node.
  const away = await ctx.sql.query<{ userid: string }>(
    `UPDATE status SET status = 'away' WHERE userid = ANY($1::text[]) AND manual IS NOT TRUE AND status <> 'away'
       AND lastactivityat <= $2 RETURNING userid`,
    [idle.map((row) => row.user_id), cutoff],
  );
  // Others were active elsewhere: they are read anew next time.
  const done = new Set(away.map((row) => row.userid));
  for (const row of idle) if (!done.has(row.user_id)) caches.statuses.delete(row.user_id);
  await notifyStatuses(
    ctx,
    away.map(({ userid }) => ({ user_id: userid, status: "away" })),
  );
}

/** A connection closed and those that remain were last active at `lastActivity`: that is the user's activity now (websocket 8). */
export async function setAwayIfOthersIdle(ctx: Context, userId: string, lastActivity: number): Promise<void> {
  if (!ctx.config.ServiceSettings.EnableUserStatuses) return;
  if (lastActivity > Date.now() - ctx.config.TeamSettings.UserStatusAwayTimeout * 1_000) return;
  const away = await ctx.sql.query<{ userid: string }>(
    `UPDATE status SET status = 'away', lastactivityat = $2 WHERE userid = $1 AND manual IS NOT TRUE AND status = 'online'
     RETURNING userid`,
    [userId, lastActivity],
  );
  await notifyStatuses(
    ctx,
    away.map(({ userid }) => ({ user_id: userid, status: "away" })),
  );
}
