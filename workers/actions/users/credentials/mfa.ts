import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import { publish } from "../../../events/publish.ts";
import { qrPng } from "../../../images/draw/qr.ts";
import type { User } from "../../../model/user.ts";
import { isTotpCode, newTotpSecret, verifyTotp } from "../../../passwords/totp.ts";
import { announceUser, CHANGED_USER, userEffect } from "../account/announce.ts";
import { sendMailLater } from "../mail.ts";

/**
 * Makes and stores a new secret (semantics 14.15); `qr_code` is a PNG in base64 of its otpauth URI. An active second factor
 * is not replaced: it has to be removed first (400).
 */
export async function doGenerateMfa(ctx: Context, user: User): Promise<{ secret: string; qr_code: string }> {
  const secret = newTotpSecret();
  const rows = await ctx.sql.query(
    "UPDATE users SET mfasecret = $2, mfausedtimestamps = '[]' WHERE id = $1 AND NOT coalesce(mfaactive, false) RETURNING id",
    [user.id, secret],
  );
  if (rows.length === 0) throw fail("mfa.generate_qr_code.active.app_error");
  await publish(ctx, `user:${user.id}`, [], [userEffect(user.id)]);
  const { SiteURL } = ctx.config.ServiceSettings;
  const issuer = SiteURL ? new URL(SiteURL).host : ctx.config.TeamSettings.SiteName;
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(user.email)}`;
  const uri = `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
  return { secret, qr_code: Buffer.from(qrPng(uri)).toString("base64") };
}

/** Turns the second factor on, if `code` is its current one; the code is used up by that. Throws 400, 401. */
export async function doActivateMfa(ctx: Context, user: User, code: string): Promise<void> {
  if (user.auth_service) throw fail("api.user.activate_mfa.email_and_ldap_only.app_error");
  if (!user.mfa_secret || !isTotpCode(code) || !(await verifyTotp(ctx, user, code)))
    throw fail("mfa.activate.bad_token.app_error");
  const [changed] = await ctx.sql.query<User>(
    `WITH changed AS (UPDATE users SET mfaactive = true, updateat = greatest($2::bigint, updateat + 1)
      WHERE id = $1 AND mfasecret = $3 RETURNING *) ${CHANGED_USER}`,
    [user.id, Date.now(), user.mfa_secret],
  );
  if (!changed) throw fail("mfa.activate.bad_token.app_error");
  await announceUser(ctx, changed);
  sendMailLater(ctx, { to: changed.email, kind: "mfa_changed", active: true });
}

/** Turns the second factor off and forgets its secret. */
export async function doDeactivateMfa(ctx: Context, user: User): Promise<void> {
  const [changed] = await ctx.sql.query<User>(
    `WITH changed AS (UPDATE users SET mfaactive = false, mfasecret = '', mfausedtimestamps = '[]',
      updateat = greatest($2::bigint, updateat + 1) WHERE id = $1 RETURNING *) ${CHANGED_USER}`,
    [user.id, Date.now()],
  );
  if (!changed) return;
  await announceUser(ctx, changed);
  sendMailLater(ctx, { to: changed.email, kind: "mfa_changed", active: false });
}
