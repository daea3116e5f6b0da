import type { Context } from "../../../context.ts";
import { badBody, fail } from "../../../errors/app-error.ts";
import type { User } from "../../../model/user.ts";
import { SqlError } from "../../../ports/sql/sql.ts";
import { ENDED, type EndedRow, endedEffects, endSessions } from "../../sessions/revoke.ts";
import { announceUser, CHANGED_USER } from "../account/announce.ts";
import { sendMailLater } from "../mail.ts";
import { doSetPassword } from "./password.ts";

/** `users.authservice` to what people call it (schema-notes, users); "" is a password of this server. */
export const SERVICES: Readonly<Record<string, string>> = {
  "": "e-mail and password",
  gitlab: "GitLab",
  google: "Google",
  office365: "Microsoft",
  openid: "OpenID Connect",
  saml: "SAML",
  ldap: "AD/LDAP",
};

/** Those that hand a user over by OAuth or SAML; not AD/LDAP, whose users type their password here. */
export const HANDED_OVER = Object.keys(SERVICES).filter((name) => name !== "" && name !== "ldap");

export interface SignIn {
  /** A key of SERVICES, or "email" for "". */
  auth_service: string;
  /** The service's own id of the user; "" for a password. */
  auth_data: string;
}

/**
 * Says by which service a user logs in. The password is forgotten and every session ends; who is to log in by password then sets
 * one by a mail, or an administrator does. Throws 400. One statement.
 */
export async function doUpdateAuth(
  ctx: Context,
  user: User,
  { auth_service, auth_data }: SignIn,
): Promise<SignIn> {
  const service = auth_service === "email" ? "" : auth_service;
  if (!Object.hasOwn(SERVICES, service)) throw badBody("auth_service");
  if (user.is_bot || (service === "") !== (auth_data === ""))
    throw fail("api.user.update_user_auth.invalid_request");
  if (auth_data.length > 128) throw fail("model.user.is_valid.auth_data.app_error");
  const row = await store(ctx, user.id, service, auth_data);
  if (!row) throw fail("app.user.missing_account.const");
  const { ended, ...changed } = row;
  await announceUser(ctx, changed, {
    effects: [{ kind: "sessions", user: user.id }, ...endedEffects({ ended })],
  });
  if (service !== user.auth_service)
    sendMailLater(ctx, { to: user.email, kind: "sign_in_changed", method: SERVICES[service]! });
  return { auth_service: service, auth_data };
}

async function store(ctx: Context, id: string, service: string, data: string) {
  try {
    const [row] = await ctx.sql.query<User & EndedRow>(
      `WITH changed AS (UPDATE users SET authservice = $2, authdata = nullif($3, ''), password = '', failedattempts = 0,
         lastpasswordupdate = $4::bigint, updateat = greatest($4, updateat + 1) WHERE id = $1 RETURNING *),
       ${endSessions("userid = $1 AND EXISTS (SELECT FROM changed)")}
       SELECT c.*, ${ENDED} FROM (${CHANGED_USER}) c`,
      [id, service, data, Date.now()],
    );
    return row;
  } catch (error) {
    throw error instanceof SqlError && error.isDuplicate()
      ? fail("app.user.update_auth_data.email_exists.app_error")
      : error;
  }
}

export interface Switch {
  current_service: string;
  new_service: string;
  email: string;
  password: string;
}

/**
 * A user's own change of the way to log in. `me`: who is logged in. From a service to a password of this server is what is offered:
 * every session ends. Towards a service is not, for none can be logged in by here. Returns where the client goes on.
 * Throws 400, 403, 501.
 */
export async function doSwitch(ctx: Context, me: User | undefined, asked: Switch): Promise<string> {
  const { current_service: from, new_service: to } = asked;
  if (from === to || ![from, to].includes("email")) throw badBody("switch_request");
  const service = from === "email" ? to : from;
  if (!service || !Object.hasOwn(SERVICES, service)) throw badBody("switch_request");
  if (service === "ldap") throw fail("api.admin.ldap.not_available.app_error");
  if (to === "saml") throw fail("api.admin.saml.not_available.app_error");
  if (from === "email") throw fail("api.user.get_authorization_code.unsupported.app_error");
  if (!asked.password) throw badBody("password");
  const own = me && me.email === asked.email.trim().toLowerCase() && me.auth_service === from;
  if (!own) throw fail("api.user.oauth_to_email.context.app_error");
  await doSetPassword(ctx, me, asked.password);
  return "/login?extra=signin_change";
}
