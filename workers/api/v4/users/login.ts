import { doLogin, type LoginInput } from "../../../actions/sessions/login.ts";
import { doRevokeSession } from "../../../actions/sessions/revoke.ts";
import { fail } from "../../../errors/app-error.ts";
import { clearedCookie, sessionCookies } from "../../../http/cookies.ts";
import { json, OK, rawJson } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { anyone, route } from "../../../http/route.ts";
import { userText } from "../../../model/user-view.ts";

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

export const login = [
  route({
    method: "POST",
    path: "/api/v4/users/login",
    auth: "optional",
    access: anyone,
    async handle(r) {
      const { user, session } = await doLogin(r, await loginInput(r));
      const cookies = r.header("x-requested-with") === "XMLHttpRequest" ? sessionCookies(r, session) : [];
      return rawJson(userText(user, "self", r.ctx.config), { headers: { Token: session.token }, cookies });
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/logout",
    auth: "optional",
    access: anyone,
    async handle(r) {
      if (r.identity) await doRevokeSession(r.ctx, r.userId, r.identity.session.id);
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
