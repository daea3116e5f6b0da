import { z } from "zod";
import { TOKEN_SESSION } from "../../../../access/token-session.ts";
import { audit } from "../../../../actions/sessions/audit.ts";
import { doLoginByDesktopToken } from "../../../../actions/sessions/desktop.ts";
import { doLogin, type LoginInput } from "../../../../actions/sessions/login.ts";
import { doRevokeSession } from "../../../../actions/sessions/revoke.ts";
import { doSwitch } from "../../../../actions/users/credentials/sign-in.ts";
import { fail } from "../../../../errors/app-error.ts";
import { clearedCookie, sessionCookies } from "../../../../http/cookies.ts";
import { loginRateLimit } from "../../../../http/rate-limit/rate-limit.ts";
import { json, OK, rawJson } from "../../../../http/reply.ts";
import type { Req } from "../../../../http/request.ts";
import { anyone, route } from "../../../../http/route.ts";
import type { User } from "../../../../model/user.ts";
import { userText } from "../../../../model/user-view.ts";

/** Strings count, all else is ""; what is no JSON object is {} (http-conventions 2.2). */
async function loginInput(r: Req): Promise<LoginInput> {
  const text = await r.raw.text();
  if (text.length > r.ctx.config.ServiceSettings.MaximumPayloadSizeBytes)
    throw fail("api.context.request_body_too_large.app_error");
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      body = parsed as Record<string, unknown>;
  } catch {
    // {}
  }
  const field = (name: string) => (typeof body[name] === "string" ? (body[name] as string) : "");
  return {
    id: field("id"),
    login_id: field("login_id"),
    password: field("password"),
    token: field("token"),
    device_id: field("device_id").slice(0, 512),
  };
}

/** Who has logged in, not who lets a program act: neither an OAuth app nor a personal access token may set a password. */
function inPerson(r: Req): User | undefined {
  if (!r.identity) return undefined;
  const { session, user } = r.identity;
  return session.is_oauth || session.props.type === TOKEN_SESSION ? undefined : user;
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

export const login = [
  route({
    method: "POST",
    path: "/api/v4/users/login",
    auth: "optional",
    access: (r) => loginRateLimit(r, "login", { everyMs: 200, burst: 10 }),
    async handle(r) {
      const { user, session } = await doLogin(r, await loginInput(r));
      const cookies = r.header("x-requested-with") === "XMLHttpRequest" ? sessionCookies(r, session) : [];
      return rawJson(userText(user, "self", r.ctx.config), { headers: { Token: session.token }, cookies });
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/login/desktop_token",
    auth: "optional",
    body: z.object({ token: z.string().min(1).max(64), device_id: text }),
    access: (r) => loginRateLimit(r, "desktop login", { everyMs: 500, burst: 1 }),
    async handle(r) {
      const { token, device_id } = r.body;
      const deviceId = device_id.slice(0, 512);
      const { user, session } = await doLoginByDesktopToken(r, { token, deviceId });
      const headers = { Token: session.token };
      return rawJson(userText(user, "self", r.ctx.config), { headers, cookies: sessionCookies(r, session) });
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/login/switch",
    auth: "optional",
    body: z.object({ current_service: z.string(), new_service: z.string(), email: text, password: text }),
    access: anyone,
    async handle(r) {
      const follow_link = await doSwitch(r.ctx, inPerson(r), r.body);
      audit(r, `current_service=${r.body.current_service} new_service=${r.body.new_service}`);
      return { follow_link };
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/logout",
    auth: "optional",
    access: anyone,
    async handle(r) {
      if (r.identity) {
        await doRevokeSession(r.ctx, r.userId, r.identity.session.id);
        audit(r, "");
      }
      return json(OK, { cookies: [clearedCookie(r)] });
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/login/type",
    auth: "optional",
    access: anyone,
    // Guest magic links need a licence; 404 tells clients to ask for a password.
    handle: () => {
      throw fail("api.context.404.app_error");
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/login/sso/code-exchange",
    auth: "optional",
    access: anyone,
    handle: () => {
      throw fail("api.user.login_sso_code_exchange.deprecated.app_error");
    },
  }),
];
