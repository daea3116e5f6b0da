import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import { publish } from "../../../events/publish.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../../model/user.ts";
import { ENDED, type EndedRow, endedEffects, endSessions } from "../../sessions/revoke.ts";
import { userEffect } from "../account/announce.ts";
import { checkNewPassword } from "../account/validate.ts";
import { sendMail, sendMailLater } from "../mail.ts";
import { findToken, makeToken } from "./tokens.ts";

export interface AccountToken {
  UserId: string;
  Email: string;
}

/** Of `UPDATE users`: $2 is the hash, $3 the time; the account logs in by it from then on. */
export const SET_PASSWORD = `password = $2, lastpasswordupdate = $3, updateat = greatest($3, updateat + 1), authdata = NULL,
  authservice = '', failedattempts = 0`;

/**
 * Sets a password that the caller may set, and ends the user's other sessions (semantics 14.14). `keep`: a session id. Whoever logged in
 * by a service logs in by the password from then on.
 */
export async function doSetPassword(ctx: Context, user: User, password: string, keep = ""): Promise<void> {
  checkNewPassword(password, ctx.config);
  const switched = user.auth_service !== "";
  const hash = await ctx.compute.hashPassword(password);
  const [row] = await ctx.sql.query<EndedRow>(
    `WITH changed AS (UPDATE users SET ${SET_PASSWORD} WHERE id = $1 RETURNING id),
     ${endSessions("userid = $1 AND id <> $4 AND $5::boolean AND EXISTS (SELECT FROM changed)")} SELECT ${ENDED}`,
    [
      user.id,
      hash,
      Date.now(),
      keep,
      switched || ctx.config.ServiceSettings.TerminateSessionsOnPasswordChange,
    ],
  );
  await publish(ctx, `user:${user.id}`, [], [userEffect(user.id), ...endedEffects(row!)]);
  if (user.is_bot) return;
  const change = switched
    ? ({ kind: "sign_in_changed", method: "e-mail and password" } as const)
    : ({ kind: "password_changed" } as const);
  sendMailLater(ctx, { to: user.email, ...change });
}

/**
 * Sends a link for a new password, where there is such an account (semantics 14.13). Who asks does not learn whether: what can
 * be wrong is found before the account is looked for, and the mail leaves after the answer.
 */
export async function doSendReset(ctx: Context, email: string): Promise<void> {
  if (!ctx.mail.configured || !ctx.config.ServiceSettings.SiteURL)
    throw fail("api.user.send_password_reset.send.app_error");
  const address = email.trim().toLowerCase();
  const [user] = await ctx.sql.query<User>(`SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.email = $1`, [
    address,
  ]);
  if (!user || user.delete_at > 0 || user.is_bot || user.auth_service) return;
  ctx.background(
    makeToken(ctx, "password_recovery", { UserId: user.id, Email: user.email }).then((token) =>
      sendMail(ctx, { to: user.email, kind: "password_recovery", token }),
    ),
  );
}

/** Sets the password of whom a recovery token was sent to, uses the token up and ends all sessions. Returns whose. Throws 400. */
export async function doResetPassword(ctx: Context, value: string, password: string): Promise<string> {
  const token = await findToken<AccountToken>(ctx, value, "password_recovery");
  if (!token) throw fail("api.user.reset_password.invalid_link.app_error");
  if (token.expired) throw fail("api.user.reset_password.link_expired.app_error");
  checkNewPassword(password, ctx.config);
  const hash = await ctx.compute.hashPassword(password);
  const { UserId, Email } = token.extra;
  const [row] = await ctx.sql.query<EndedRow & { changed: boolean }>(
    `WITH used AS (DELETE FROM tokens WHERE token = $5 RETURNING token),
     changed AS (UPDATE users SET ${SET_PASSWORD} WHERE id = $1 AND email = $4 AND deleteat = 0 AND authservice = ''
       AND EXISTS (SELECT FROM used) RETURNING id),
     ${endSessions("userid = $1 AND EXISTS (SELECT FROM changed)")} SELECT ${ENDED}, EXISTS (SELECT FROM changed) AS changed`,
    [UserId, hash, Date.now(), Email, value],
  );
  if (!row!.changed) throw fail("api.user.reset_password.invalid_link.app_error");
  await publish(
    ctx,
    `user:${UserId}`,
    [],
    [userEffect(UserId), { kind: "sessions", user: UserId }, ...endedEffects(row!)],
  );
  sendMailLater(ctx, { to: Email, kind: "password_changed" });
  return UserId;
}

/** Lets a locked-out account try again. */
export async function doResetFailedAttempts(ctx: Context, userId: string): Promise<void> {
  await ctx.sql.query("UPDATE users SET failedattempts = 0 WHERE id = $1", [userId]);
  await publish(ctx, `user:${userId}`, [], [userEffect(userId)]);
}
