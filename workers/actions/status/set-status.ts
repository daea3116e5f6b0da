import type { Context } from "../../context.ts";
import { type Status, type StatusName, toStatus } from "../../model/status.ts";
import type { User } from "../../model/user.ts";
import { announceUser, CHANGED_USER } from "../users/account/announce.ts";
import { notifyStatuses } from "./announce.ts";
import { setAllOnline } from "./set-online.ts";
import { statusesOf } from "./statuses.ts";

const SET = `INSERT INTO status AS s (userid, status, manual, lastactivityat, dndendtime, prevstatus)
  VALUES ($1, $2::text, true, $3, coalesce($4::bigint, 0), CASE WHEN $2::text = 'dnd' THEN 'offline' ELSE '' END)
  ON CONFLICT (userid) DO UPDATE SET status = excluded.status, manual = true,
    lastactivityat = greatest(s.lastactivityat, excluded.lastactivityat),
    dndendtime = CASE WHEN $2::text = 'dnd' THEN coalesce($4::bigint, s.dndendtime) ELSE 0 END,
    prevstatus = CASE WHEN $2::text <> 'dnd' THEN '' WHEN s.status = 'dnd' THEN s.prevstatus ELSE s.status END
  RETURNING userid AS user_id, status, manual, lastactivityat AS last_activity_at, dndendtime AS dnd_end_time`;

/**
 * The user chooses a status (semantics 15.4, 15.5). `dndEndTime`: seconds, 0 = no end, undefined = as it is; cut to
 * whole minutes. Undefined for an unknown user. Leaving `ooo` ends the automatic answers.
 */
export async function setStatus(
  ctx: Context,
  userId: string,
  status: StatusName,
  dndEndTime?: number,
): Promise<Status | undefined> {
  const before = (await statusesOf(ctx, [userId])).get(userId);
  if (!before || !ctx.config.ServiceSettings.EnableUserStatuses) return before && toStatus(before);
  if (before.status === "ooo" && status !== "ooo") await stopResponder(ctx, userId);
  if (status === "online") {
    await setAllOnline(ctx, [userId], true);
    return { user_id: userId, status, manual: false, last_activity_at: Date.now(), dnd_end_time: 0 };
  }
  const endTime = dndEndTime === undefined ? null : dndEndTime - (dndEndTime % 60);
  const [saved] = await ctx.sql.query<Status>(SET, [userId, status, before.last_activity_at, endTime]);
  await notifyStatuses(ctx, [{ user_id: userId, status }]);
  return saved!;
}

/** Out of the office, or back: follows the notification setting auto_responder_active (websocket 8). */
export async function setOutOfOffice(ctx: Context, userId: string, away: boolean): Promise<void> {
  if (away) await setStatus(ctx, userId, "ooo");
  else if ((await statusesOf(ctx, [userId])).get(userId)?.status === "ooo")
    await setAllOnline(ctx, [userId], true);
}

async function stopResponder(ctx: Context, userId: string): Promise<void> {
  const [user] = await ctx.sql.query<User>(
    `WITH changed AS (UPDATE users SET notifyprops = notifyprops || '{"auto_responder_active": "false"}',
       updateat = greatest($2, updateat + 1) WHERE id = $1 AND notifyprops->>'auto_responder_active' = 'true' RETURNING *)
     ${CHANGED_USER}`,
    [userId, Date.now()],
  );
  if (user) await announceUser(ctx, user);
}
