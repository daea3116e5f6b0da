import { afterAnswer } from "../../after-answer.ts";
import type { Context } from "../../context.ts";
import { type PushMessage, pushEnabled, sendPush } from "./proxy.ts";
import { badgeOf, collapsedSql, devicesOf } from "./recipients.ts";

/** What was read: a channel, or only a thread in it. */
interface Place {
  channel_id: string;
  root_id?: string;
}

/**
 * Takes the notifications of channels that were just read off the user's other devices (semantics 9.3), after the answer.
 * `sessionId`: the one that read them, whose device knows.
 */
export function clearPushes(
  ctx: Context,
  userId: string,
  channelIds: string[],
  sessionId: string | undefined,
): void {
  if (channelIds.length > 0 && pushEnabled(ctx))
    ctx.background(
      run(
        ctx,
        userId,
        channelIds.map((channel_id) => ({ channel_id })),
        sessionId ?? "",
      ),
    );
}

/** The same for a thread that was read by itself. */
export function clearThreadPushes(
  ctx: Context,
  userId: string,
  thread: Required<Place>,
  sessionId: string | undefined,
): void {
  if (pushEnabled(ctx)) ctx.background(run(ctx, userId, [thread], sessionId ?? ""));
}

/** Tells the user's other devices how much is unread, where no notification does (semantics 9.8, 23.5). */
export function updateBadges(ctx: Context, userId: string, sessionId: string | undefined): void {
  if (pushEnabled(ctx)) ctx.background(send(ctx, userId, [{ type: "update_badge" }], sessionId ?? ""));
}

const run = (ctx: Context, userId: string, places: Place[], sessionId: string) =>
  send(
    ctx,
    userId,
    places.map((place) => ({ type: "clear", ...place })),
    sessionId,
  );

async function send(ctx: Context, userId: string, messages: PushMessage[], sessionId: string): Promise<void> {
  await afterAnswer();
  const collapsed = collapsedSql(ctx);
  const [row] = await ctx.sql.query<{
    devices: string[] | null;
    own: string | null;
    badge: number;
    collapsed: boolean;
  }>(
    `SELECT k.*, CASE WHEN k.devices IS NULL THEN 0 ELSE ${badgeOf("k.id", "k.collapsed")} END AS badge FROM (
       SELECT u.id, ${devicesOf("u.id")} AS devices, ${collapsed} AS collapsed,
         (SELECT s.deviceid FROM sessions s WHERE s.id = $3) AS own FROM users u WHERE u.id = $1) k`,
    [userId, Date.now(), sessionId],
  );
  for (const device of row?.devices ?? []) {
    if (device === row!.own) continue;
    for (const message of messages)
      await sendPush(ctx, device, { ...message, badge: row!.badge, is_crt_enabled: row!.collapsed });
  }
}
