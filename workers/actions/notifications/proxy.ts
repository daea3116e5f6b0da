import type { Context } from "../../context.ts";
import { publish } from "../../events/publish.ts";
import { log } from "../../log/log.ts";
import { newId } from "../../model/id.ts";
import { OutboundError } from "../../ports/outbound/outbound.ts";
import { signerOf } from "./signature.ts";

/** What the push proxy is told, but for what `sendPush` adds. All text; absent where it says nothing (semantics 23.5). */
export interface PushMessage {
  type: "message" | "clear" | "update_badge" | "session" | "test";
  badge?: number;
  category?: "CAN_REPLY";
  post_id?: string;
  channel_id?: string;
  team_id?: string;
  root_id?: string;
  channel_name?: string;
  sender_id?: string;
  sender_name?: string;
  message?: string;
  override_username?: string;
  override_icon_url?: string;
  from_webhook?: string;
  is_crt_enabled?: boolean;
}

export type PushResult = "OK" | "REMOVE" | "FAIL";

const TIMEOUT_MS = 30_000;
const MAX_ANSWER = 65_536;
/** The public proxy serves licensed servers only; Mattermost refuses it without a licence (semantics 23.6). */
const LICENSED_PROXY = /^https?:\/\/(?:push|hpns-[a-z]+)\.mattermost\.com(?:[:/]|$)/i;

/** Pushes of this node that are on their way; beyond PushNotificationBuffer further ones are dropped. */
let waiting = 0;

/** Whether there is a proxy to send to. */
export function pushEnabled({ config: { EmailSettings } }: Pick<Context, "config">): boolean {
  const { SendPushNotifications, PushNotificationServer } = EmailSettings;
  return (
    SendPushNotifications && PushNotificationServer !== "" && !LICENSED_PROXY.test(PushNotificationServer)
  );
}

/**
 * Sends to one device, `platform:token`. A device that the proxy says is gone is forgotten. Never throws: "FAIL" is logged.
 */
export async function sendPush(ctx: Context, device: string, message: PushMessage): Promise<PushResult> {
  if (waiting >= Math.max(ctx.config.EmailSettings.PushNotificationBuffer, 1)) {
    log.warn("push notification dropped: too many are waiting");
    return "FAIL";
  }
  waiting++;
  try {
    const result = await post(ctx, device, message);
    if (result === "REMOVE") await forgetDevice(ctx, device);
    return result;
  } catch (error) {
    log.warn(`push notification not sent: ${error instanceof OutboundError ? error.message : String(error)}`);
    return "FAIL";
  } finally {
    waiting--;
  }
}

async function post(ctx: Context, device: string, message: PushMessage): Promise<PushResult> {
  const cut = device.indexOf(":");
  if (cut < 1) return "FAIL";
  const [platform, deviceId, ackId] = [device.slice(0, cut), device.slice(cut + 1), newId()];
  const signer = await signerOf(ctx);
  const body = {
    ...message,
    ack_id: ackId,
    platform,
    server_id: signer.serverId,
    device_id: deviceId,
    version: "v2",
    is_id_loaded: false,
    signature: await signer.sign(ackId, deviceId),
  };
  const answer = await toProxy(ctx, "send_push", body);
  const { status, error } = JSON.parse(answer) as { status?: unknown; error?: unknown };
  if (status === "OK" || status === "REMOVE") return status;
  log.warn(`the push proxy refused a notification: ${String(error).slice(0, 200)}`);
  return "FAIL";
}

/** Whether a push reaches the device: "unknown" where the proxy does not say (client-flows 21). */
export async function tryPush(ctx: Context, device: string): Promise<"true" | "false" | "unknown"> {
  if (!pushEnabled(ctx)) return "unknown";
  const result = await sendPush(ctx, device, { type: "test" });
  return result === "FAIL" ? "unknown" : result === "OK" ? "true" : "false";
}

/** Tells the proxy that a device got a push, for its statistics. */
export async function forwardAck(ctx: Context, ack: unknown): Promise<void> {
  if (!pushEnabled(ctx)) return;
  await toProxy(ctx, "ack", ack).catch((error) => log.warn(`push receipt not forwarded: ${String(error)}`));
}

async function toProxy(ctx: Context, path: "send_push" | "ack", body: unknown): Promise<string> {
  const server = ctx.config.EmailSettings.PushNotificationServer.replace(/\/+$/, "");
  const response = await ctx.outbound.fetch(`${server}/api/v1/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER,
    trusted: true,
  });
  if (response.status >= 300) throw new OutboundError("unreachable", `the proxy answered ${response.status}`);
  return response.text();
}

/** The app was removed, or has another token by now: its session says so (http-conventions 2.4). */
async function forgetDevice(ctx: Context, device: string): Promise<void> {
  const rows = await ctx.sql.query<{ token: string; user_id: string }>(
    `UPDATE sessions SET deviceid = '', props = coalesce(props, '{}') || jsonb_build_object('last_removed_device_id', $1::text)
     WHERE deviceid = $1 RETURNING token, userid AS user_id`,
    [device],
  );
  for (const { token, user_id } of rows)
    await publish(ctx, `user:${user_id}`, [], [{ kind: "session_changed", token }]);
}
