import { fail } from "../../errors/app-error.ts";
import { publish } from "../../events/publish.ts";
import type { Req } from "../../http/request.ts";
import type { Session } from "../../model/session.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../model/user.ts";
import { isTotpCode, verifyTotp } from "../../passwords/totp.ts";
import { checkPassword, upgradeHash } from "../users/credentials/check-password.ts";
import { audit, auditValues, insertAudit } from "./audit.ts";
import { MAX_SESSIONS, newSession } from "./session.ts";

export interface LoginInput {
  id: string;
  login_id: string;
  password: string;
  token: string;
  device_id: string;
}

/** Errors that a client may see as they are; every other one is masked (semantics 14.10). */
const UNMASKED = new Set<string>([
  "mfa.validate_token.authenticate.app_error",
  "api.user.check_user_mfa.bad_code.app_error",
  "api.user.login.blank_pwd.app_error",
  "api.user.login.bot_login_forbidden.app_error",
  "api.user.login.inactive.app_error",
  "api.user.login.not_verified.app_error",
  "api.user.check_user_login_attempts.too_many.app_error",
  "api.context.server_busy.app_error",
]);

/** Checks credentials and opens a session (semantics 14.10, 14.11). Costs two round trips and one password hash. */
export async function doLogin(r: Req<any>, input: LoginInput): Promise<{ user: User; session: Session }> {
  if (!input.password) throw fail("api.user.login.blank_pwd.app_error");
  const user = await userOfLogin(r, input);
  try {
    await checkLogin(r, user, input);
  } catch (error) {
    const { id, status } = error as { id?: string; status?: number };
    if (!id || (status ?? 500) >= 500) throw error;
    audit(r, `failure - ${id}`, user?.id ?? "");
    throw UNMASKED.has(id) ? error : invalidCredentials(r);
  }
  const session = newSession(r, user!, input.device_id);
  await storeSession(r, user!, session);
  return { user: { ...user!, failed_attempts: 0 }, session };
}

async function userOfLogin(r: Req<any>, { id, login_id }: LoginInput): Promise<User | undefined> {
  const { EnableSignInWithEmail, EnableSignInWithUsername } = r.ctx.config.EmailSettings;
  const name = id ? "" : login_id.toLowerCase();
  const [user] = await r.ctx.sql.query<User>(
    `SELECT ${USER_COLUMNS} FROM ${USER_FROM}
     WHERE ($1 <> '' AND u.id = $1) OR ($2 <> '' AND (($3 AND u.username = $2) OR ($4 AND u.email = $2)))
     ORDER BY u.username = $2 DESC LIMIT 1`,
    [id, name, EnableSignInWithUsername, EnableSignInWithEmail],
  );
  return user;
}

/** A hash of no password: a login of an unknown user takes as long as another. */
const NOBODY = `$pbkdf2$f=SHA256,w=600000,l=32$${"A".repeat(22)}$${"A".repeat(43)}`;

async function checkLogin(r: Req<any>, user: User | undefined, input: LoginInput): Promise<void> {
  if (!user) {
    await r.ctx.compute.verifyPassword(input.password, NOBODY);
    throw invalidCredentials(r);
  }
  if (user.is_bot) throw fail("api.user.login.bot_login_forbidden.app_error");
  if (user.roles.split(" ").includes("system_guest") || user.auth_service) throw invalidCredentials(r);
  const verdict = await checkPassword(r.ctx, user, input.password);
  // Only who knows the password learns that the account is deactivated.
  if (user.delete_at > 0) throw fail("api.user.login.inactive.app_error");
  if (user.mfa_active) await checkMfa(r, user, input.token);
  if (r.ctx.config.EmailSettings.RequireEmailVerification && !user.email_verified)
    throw fail("api.user.login.not_verified.app_error");
  if (verdict.stale) r.ctx.background(upgradeHash(r.ctx, user, input.password));
}

async function checkMfa(r: Req<any>, user: User, code: string): Promise<void> {
  if (!isTotpCode(code)) throw fail("mfa.validate_token.authenticate.app_error");
  if (await verifyTotp(r.ctx, user, code)) return;
  await r.ctx.sql.query("UPDATE users SET failedattempts = failedattempts + 1 WHERE id = $1", [user.id]);
  await publish(r.ctx, `user:${user.id}`, [], [{ kind: "user", id: user.id }]);
  throw fail("api.user.check_user_mfa.bad_code.app_error");
}

function invalidCredentials(r: Req<any>) {
  const { EmailSettings, SamlSettings, GitLabSettings, GoogleSettings, Office365Settings, OpenIdSettings } =
    r.ctx.config;
  const sso = [SamlSettings, GitLabSettings, GoogleSettings, Office365Settings, OpenIdSettings];
  if (sso.some((settings) => settings.Enable)) return fail("api.user.login.invalid_credentials_sso");
  const { EnableSignInWithEmail, EnableSignInWithUsername } = EmailSettings;
  if (EnableSignInWithUsername && !EnableSignInWithEmail)
    return fail("api.user.login.invalid_credentials_username");
  if (EnableSignInWithEmail && !EnableSignInWithUsername)
    return fail("api.user.login.invalid_credentials_email");
  return fail("api.user.login.invalid_credentials_email_username");
}

/**
 * One statement: the account must still be one that may log in (failed attempts that ran beside this one count), then
 * the session, the end of those it replaces, and the audit.
 */
const STORE = `WITH account AS (
    UPDATE users SET lastlogin = $2, failedattempts = 0
    WHERE id = $1 AND deleteat = 0 AND failedattempts < $3 RETURNING id
  ), opened AS (
    INSERT INTO sessions (id, token, createat, expiresat, lastactivityat, userid, deviceid, roles, isoauth, props, expirednotify)
    SELECT $4::text, $5::text, $2, $6::bigint, $2, id, $7::text, $8::text, false, $9::jsonb, false FROM account RETURNING id
  ), ended AS (
    DELETE FROM sessions WHERE userid = $1 AND EXISTS (SELECT FROM account) AND (($7 <> '' AND deviceid = $7)
      OR id IN (SELECT id FROM sessions WHERE userid = $1 ORDER BY lastactivityat DESC, id OFFSET ${MAX_SESSIONS - 1}))
    RETURNING id, token
  ), oauth AS (
    DELETE FROM oauthaccessdata WHERE token IN (SELECT token FROM ended)
  ), audit AS (${insertAudit(10)})
  SELECT EXISTS (SELECT FROM opened) AS opened, (SELECT json_agg(json_build_array(id, token)) FROM ended) AS ended`;

/** Stores the session of who may log in. Throws 401 where the account is locked or has just been deactivated. One statement. */
export async function storeSession(r: Req<any>, user: User, session: Session): Promise<void> {
  const { MaximumLoginAttempts } = r.ctx.config.ServiceSettings;
  const { id, token, create_at, expires_at, device_id, roles, props } = session;
  const [row] = await r.ctx.sql.query<{ opened: boolean; ended: [string, string][] | null }>(STORE, [
    user.id,
    create_at,
    MaximumLoginAttempts,
    id,
    token,
    expires_at,
    device_id,
    roles,
    JSON.stringify(props),
    ...auditValues(r, `success session_user=${user.id}`, user.id),
  ]);
  if (!row!.opened) throw fail("api.user.check_user_login_attempts.too_many.app_error");
  const ended = (row!.ended ?? []).map(([id, token]) => ({ kind: "session" as const, id, token }));
  // The cached account holds a count of failures that is none now.
  const changed = user.failed_attempts > 0 ? [{ kind: "user" as const, id: user.id }] : [];
  if (ended.length + changed.length > 0) await publish(r.ctx, `user:${user.id}`, [], [...ended, ...changed]);
}
