import type { Context } from "../../context.ts";
import { publish } from "../../events/publish.ts";
import type { Session } from "../../model/session.ts";
import { ENDED, type EndedRow, endedEffects, endSessions } from "./revoke.ts";
import { lengthOf } from "./session.ts";

/** What mobile tells of the device of its session; "" leaves a field as it is (http-conventions 2.4). */
export interface DeviceInput {
  device_id: string;
  device_notification_disabled: string;
  mobile_version: string;
}

/** Attaches the device: mobile length, and no other session with it. Returns the session as it is now. */
export async function doAttachDevice(ctx: Context, session: Session, input: DeviceInput): Promise<Session> {
  const { device_id, ...rest } = input;
  const props = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ""));
  const changed = { ...session, props: { ...session.props, ...props } };
  if (device_id) {
    changed.device_id = device_id;
    changed.expires_at = Date.now() + lengthOf(changed, ctx.config);
  }
  const [row] = await ctx.sql.query<EndedRow>(
    `WITH device AS (
       UPDATE sessions SET deviceid = $2, expiresat = $3, props = coalesce(props, '{}') || $4::jsonb WHERE id = $1
     ), ${endSessions("$5 <> '' AND deviceid = $5 AND userid = $6 AND id <> $1")} SELECT ${ENDED}`,
    [session.id, changed.device_id, changed.expires_at, JSON.stringify(props), device_id, session.user_id],
  );
  await publish(
    ctx,
    `user:${session.user_id}`,
    [],
    [{ kind: "session_changed", token: session.token }, ...endedEffects(row!)],
  );
  return changed;
}
