import type { Context } from "../../context.ts";
import { type Effect, envelope } from "../../events/envelope.ts";
import type { User } from "../../model/user.ts";
import { ENDED, type EndedRow, endedEffects, endSessions } from "../sessions/revoke.ts";
import { announceUser, CHANGED_USER, userEffect } from "./account/announce.ts";
import { sendMailLater } from "./mail.ts";

/** Activates or deactivates an account (semantics 14.8); an account that is so already stays as it is. */
export async function doSetActive(ctx: Context, user: User, active: boolean): Promise<void> {
  if ((user.delete_at === 0) === active) return;
  const { changed, effects } = active ? await activate(ctx, user) : await deactivate(ctx, user);
  if (!changed) return;
  const event = envelope("user_activation_status_change", {}, {});
  await announceUser(ctx, changed, { keywords: true, effects, events: [event] });
  if (!active && !user.is_bot) sendMailLater(ctx, { to: user.email, kind: "deactivated" });
}

async function activate(ctx: Context, user: User): Promise<{ changed: User | undefined; effects: Effect[] }> {
  const [changed] = await ctx.sql.query<User>(
    `WITH changed AS (UPDATE users SET deleteat = 0, updateat = greatest($2, updateat + 1) WHERE id = $1 RETURNING *) ${CHANGED_USER}`,
    [user.id, Date.now()],
  );
  return { changed, effects: [] };
}

/** Its sessions end, it is offline, its bots go with it, and what OAuth apps were about to get is void. */
async function deactivate(
  ctx: Context,
  user: User,
): Promise<{ changed: User | undefined; effects: Effect[] }> {
  const [row] = await ctx.sql.query<User & EndedRow & { owned: string[] | null }>(
    `WITH changed AS (UPDATE users SET deleteat = $2, updateat = greatest($2, updateat + 1) WHERE id = $1 RETURNING *),
     owned AS (UPDATE bots SET deleteat = $2, updateat = $2 WHERE ownerid = $1 AND deleteat = 0 AND $3::boolean RETURNING userid),
     owned_users AS (UPDATE users SET deleteat = $2, updateat = greatest($2, updateat + 1)
       WHERE id IN (SELECT userid FROM owned) AND id <> $1 AND deleteat = 0),
     offline AS (INSERT INTO status (userid, status, manual, lastactivityat, dndendtime, prevstatus)
       VALUES ($1, 'offline', false, $2, 0, '')
       ON CONFLICT (userid) DO UPDATE SET status = 'offline', manual = false, dndendtime = 0, prevstatus = ''),
     codes AS (DELETE FROM oauthauthdata WHERE userid = $1),
     ${endSessions("userid = $1 OR userid IN (SELECT userid FROM owned)")}
     SELECT c.*, ${ENDED}, (SELECT json_agg(userid) FROM owned) AS owned FROM (${CHANGED_USER}) c`,
    [user.id, Date.now(), ctx.config.ServiceSettings.DisableBotsWhenOwnerIsDeactivated],
  );
  if (!row) return { changed: undefined, effects: [] };
  const { ended, owned, ...changed } = row;
  const users = [user.id, ...(owned ?? [])];
  return {
    changed: changed as User,
    effects: [
      ...users.map((id): Effect => ({ kind: "sessions", user: id })),
      ...(owned ?? []).map((id) => userEffect(id)),
      ...endedEffects({ ended }),
      { kind: "status", user: user.id },
    ],
  };
}
