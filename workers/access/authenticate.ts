import { caches } from "../cache/caches.ts";
import { hearing } from "../cache/hearing.ts";
import { fail } from "../errors/app-error.ts";
import { clearedCookie, cookiesOf } from "../http/cookies.ts";
import type { Req } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import { type Identity, identityOf } from "./identity.ts";

const MAX_TOKEN = 50;

interface Token {
  value: string;
  from: "cookie" | "header" | "query";
}

/** Where a token may be, in this order (http-conventions 2.1). */
export function tokenOf(raw: Request): Token | undefined {
  const cookie = cookiesOf(raw).MMAUTHTOKEN;
  if (cookie) return { value: cookie.slice(0, MAX_TOKEN), from: "cookie" };
  const header = raw.headers.get("authorization");
  if (header) {
    const match = /^(?:bearer|token) +(\S+)$/i.exec(header);
    if (match) return { value: match[1]!.slice(0, MAX_TOKEN), from: "header" };
  }
  if (!raw.url.includes("access_token=")) return undefined;
  const query = new URL(raw.url).searchParams.get("access_token");
  return query ? { value: query.slice(0, MAX_TOKEN), from: "query" } : undefined;
}

/** Sets the request's identity, or throws 401 where the route needs one (http-conventions 1, steps 4 to 7). */
export async function authenticate(r: Req, route: Pick<Route, "auth" | "trusted">): Promise<void> {
  const token = tokenOf(r.raw);
  let identity = token && (await identityOf(r.ctx, token.value));
  if (token && identity && isExpired(identity, r.ctx.config.ServiceSettings)) {
    // Another node may have extended the session since it was cached here.
    if (caches.sessions.get(token.value)) caches.sessions.delete(token.value);
    identity = await identityOf(r.ctx, token.value);
    if (identity && isExpired(identity, r.ctx.config.ServiceSettings)) identity = undefined;
  }
  if (token && identity) {
    if (clustered(r)) identity = await currentIdentity(r, token.value);
  }
  if (token?.from === "query" && identity && !identity.session.is_oauth)
    throw fail("api.context.token_provided.app_error");
  if (
    identity &&
    token?.from === "cookie" &&
    !route.trusted &&
    r.raw.method !== "GET" &&
    !passesCsrf(r, identity)
  ) {
    r.ctx.cookies.push(clearedCookie(r));
    throw fail("api.context.session_expired.app_error");
  }
  r.identity = identity;
  if (!identity && route.auth === "session") {
    if (token) r.ctx.cookies.push(clearedCookie(r));
    throw fail("api.context.session_expired.app_error");
  }
}

const clustered = (r: Req) => r.ctx.env.PROFILE === "cluster";

/** The identity as of the user's last write, whichever node that was made on: a write is seen at once by its writer. */
async function currentIdentity(r: Req, token: string): Promise<Identity | undefined> {
  if (!(await r.ctx.bus.caughtUp())) hearing.distrust();
  const current = await identityOf(r.ctx, token);
  return current && !isExpired(current, r.ctx.config.ServiceSettings) ? current : undefined;
}

type SessionSettings = Pick<
  Req["ctx"]["config"]["ServiceSettings"],
  "ExtendSessionLengthWithActivity" | "SessionIdleTimeoutInMinutes" | "EnableUserAccessTokens"
>;

/** Expired, idle for too long, of a deactivated user, or of a token where these are turned off (http-conventions 2.5, semantics 14.16). */
export function isExpired(
  { session, user }: Pick<Identity, "session" | "user">,
  settings: SessionSettings,
): boolean {
  const now = Date.now();
  if (user.delete_at > 0) return true;
  if (session.expires_at > 0 && session.expires_at < now) return true;
  if (session.props.type === "UserAccessToken" && !settings.EnableUserAccessTokens && !user.is_bot)
    return true;
  if (settings.ExtendSessionLengthWithActivity || settings.SessionIdleTimeoutInMinutes <= 0) return false;
  if (session.is_oauth || session.device_id || session.props.isMobile === "true" || session.props.type)
    return false;
  return now - session.last_activity_at > settings.SessionIdleTimeoutInMinutes * 60_000;
}

function passesCsrf(r: Req, { session }: Identity): boolean {
  const sent = r.header("x-csrf-token");
  if (sent && sent === session.props.csrf) return true;
  return (
    r.header("x-requested-with") === "XMLHttpRequest" &&
    !r.ctx.config.ServiceSettings.ExperimentalStrictCSRFEnforcement
  );
}
