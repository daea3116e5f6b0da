import { fail } from "../../errors/app-error.ts";
import type { Req } from "../../http/request.ts";
import type { Session } from "../../model/session.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../model/user.ts";
import { HANDED_OVER } from "../users/credentials/sign-in.ts";
import { audit } from "./audit.ts";
import { storeSession } from "./login.ts";
import { lengthOf, newSession } from "./session.ts";

/** Of a token, from its creation (schema-notes, desktoptokens). */
const LIFE_SECONDS = 180;

/**
 * Opens a session by a token that a browser got when it logged in by another service (http-conventions 2.2). The token is used up,
 * whatever comes of it. Throws 401. Two round trips.
 */
export async function doLoginByDesktopToken(
  r: Req<any>,
  { token, deviceId }: { token: string; deviceId: string },
): Promise<{ user: User; session: Session }> {
  const [row] = await r.ctx.sql.query<User & { issued_at: number }>(
    `WITH used AS (DELETE FROM desktoptokens WHERE token = $1 RETURNING userid, createat)
     SELECT ${USER_COLUMNS}, used.createat AS issued_at FROM used JOIN (${USER_FROM}) ON u.id = used.userid`,
    [token],
  );
  if (!row) throw fail("app.desktop_token.validate.invalid");
  const { issued_at, ...user } = row;
  try {
    checkUser(user, issued_at);
  } catch (error) {
    audit(r, `failure - ${(error as { id?: string }).id}`, user.id);
    throw error;
  }
  const session = newSession(r, user, deviceId);
  session.props.isSaml = String(user.auth_service === "saml");
  session.props.isOAuthUser = String(user.auth_service !== "saml");
  session.expires_at = session.create_at + lengthOf(session, r.ctx.config);
  await storeSession(r, user, session);
  return { user: { ...user, failed_attempts: 0 }, session };
}

function checkUser(user: User, issuedAt: number): void {
  if (issuedAt + LIFE_SECONDS < Date.now() / 1_000) throw fail("app.desktop_token.validate.expired");
  if (user.is_bot) throw fail("api.user.login.bot_login_forbidden.app_error");
  if (!HANDED_OVER.includes(user.auth_service) || user.roles.split(" ").includes("system_guest"))
    throw fail("api.user.login_with_desktop_token.not_oauth_or_saml_user.app_error");
  if (user.delete_at > 0) throw fail("api.user.login.inactive.app_error");
}
