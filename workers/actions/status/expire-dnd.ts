import type { Context } from "../../context.ts";
import { notifyStatuses, type StatusChange } from "./announce.ts";

/** Ends every "do not disturb" whose time is over (semantics 15.4); called once a minute. Returns what has changed. */
export async function expireDnd(ctx: Context): Promise<StatusChange[]> {
  if (!ctx.config.ServiceSettings.EnableUserStatuses) return [];
  const expired = await ctx.sql.query<StatusChange>(
    `UPDATE status SET status = CASE WHEN prevstatus IN ('online', 'away', 'offline') THEN prevstatus ELSE 'online' END,
       manual = false, dndendtime = 0, prevstatus = ''
     WHERE status = 'dnd' AND dndendtime > 0 AND dndendtime <= $1 RETURNING userid AS user_id, status`,
    [Math.floor(Date.now() / 1_000)],
  );
  await notifyStatuses(ctx, expired);
  return expired;
}
