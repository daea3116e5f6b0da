import { caches } from "../../cache/caches.ts";
import type { Context } from "../../context.ts";
import { notifyStatuses } from "./announce.ts";

/** Offline where no connection is left; a status that the user has chosen stays (semantics 15.2). One statement for all. */
export async function setOffline(ctx: Context, userIds: string[]): Promise<void> {
  if (!ctx.config.ServiceSettings.EnableUserStatuses || userIds.length === 0) return;
  const ids = [...userIds].sort();
  const activity = ids.map((id) => caches.statuses.get(id)?.last_activity_at ?? 0);
  const saved = await ctx.sql.query<{ userid: string }>(
    `UPDATE status s SET status = 'offline', lastactivityat = greatest(s.lastactivityat, a.at)
     FROM unnest($1::text[], $2::bigint[]) AS a (id, at)
     WHERE s.userid = a.id AND s.manual IS NOT TRUE AND s.status <> 'offline' RETURNING s.userid`,
    [ids, activity],
  );
  await notifyStatuses(
    ctx,
    saved.map(({ userid }) => ({ user_id: userid, status: "offline" })),
    true,
  );
}

/** The node has just started, so nobody is connected (websocket 8). */
export async function setEveryoneOffline(ctx: Context): Promise<void> {
  await ctx.sql.query(
    "UPDATE status SET status = 'offline' WHERE manual IS NOT TRUE AND status <> 'offline'",
  );
  caches.statuses.clear();
}
