import type { Context } from "../../context.ts";
import { lengthOf } from "../sessions/session.ts";
import { pushEnabled, sendPush } from "./proxy.ts";

/** A session that ended longer ago is not spoken of, ms. */
const RECENT = 3_600_000;

/**
 * Scheduled work: tells the devices of sessions that have just ended that nothing more will come until somebody logs in, each
 * once (semantics 24.4, expiry_notify). One query, and none without a proxy.
 */
export async function notifyExpired(ctx: Context): Promise<void> {
  if (!pushEnabled(ctx)) return;
  const ended = await ctx.sql.query<{ device_id: string; props: Record<string, string> }>(
    `UPDATE sessions SET expirednotify = true WHERE expiresat > $1::bigint - ${RECENT} AND expiresat < $1::bigint AND expiresat > 0
       AND deviceid <> '' AND NOT coalesce(expirednotify, false) RETURNING deviceid AS device_id, coalesce(props, '{}') AS props`,
    [Date.now()],
  );
  const site = ctx.config.TeamSettings.SiteName;
  for (const session of ended) {
    const hours = Math.round(lengthOf(session, ctx.config) / 3_600_000);
    const message = `Session Expired: Please log in to continue receiving notifications. Sessions for ${site} are configured by your system administrator to expire every ${hours} hours.`;
    await sendPush(ctx, session.device_id, { type: "session", message });
  }
}
