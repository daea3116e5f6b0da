import { z } from "zod";
import { checkApp, doCreateApp } from "../../../actions/oauth/apps.ts";
import { fail } from "../../../errors/app-error.ts";
import { ownRateLimit } from "../../../http/rate-limit/rate-limit.ts";
import { json } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { anyone, type Route, route } from "../../../http/route.ts";
import { requireProvider } from "./apps.ts";

/** Of one address: 20 at once, then 10 a minute. Each leaves a row behind, and nobody has to be logged in for it. */
const REGISTRATIONS = { everyMs: 6_000, burst: 19 };

/** A pattern of DCRRedirectURIAllowlist: `*` stands for anything but a slash, `**` for anything. */
export function matches(pattern: string, uri: string): boolean {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`).test(uri);
}

const siteOf = (r: Req<any>) =>
  (r.ctx.config.ServiceSettings.SiteURL || new URL(r.raw.url).origin).replace(/\/$/, "");

/** Apps that register themselves, and what tells them how (semantics 22.6, RFC 7591, RFC 8414). */
export const registration: Route[] = [
  route({
    method: "POST",
    path: "/api/v4/oauth/apps/register",
    auth: "optional",
    status: 201,
    body: z.object({
      redirect_uris: z.array(z.string()).min(1).max(100),
      client_name: z.string().nullish(),
      client_uri: z.string().nullish(),
      token_endpoint_auth_method: z.string().nullish(),
    }),
    async access(r) {
      requireProvider(r);
      if (!r.ctx.config.ServiceSettings.EnableDynamicClientRegistration)
        throw fail("api.oauth.dynamic_client_registration.disabled.app_error");
      await ownRateLimit(r, "app registration", REGISTRATIONS);
    },
    async handle(r) {
      const { redirect_uris, client_name, client_uri, token_endpoint_auth_method } = r.body;
      const allowed = r.ctx.config.ServiceSettings.DCRRedirectURIAllowlist;
      if (
        allowed.length > 0 &&
        !redirect_uris.every((uri) => allowed.some((pattern) => matches(pattern, uri)))
      )
        throw fail("api.oauth.dynamic_client_registration.redirect_uri_not_allowed.app_error");
      const app = {
        name: client_name || "Dynamically registered app",
        description: "",
        icon_url: "",
        callback_urls: redirect_uris,
        homepage: client_uri || siteOf(r),
        is_trusted: false,
      };
      checkApp(app);
      const isPublic = token_endpoint_auth_method === "none";
      const made = await doCreateApp(r.ctx, app, { creatorId: "", isPublic, dynamic: true });
      return {
        client_id: made.id,
        ...(isPublic ? {} : { client_secret: made.client_secret }),
        redirect_uris: made.callback_urls,
        token_endpoint_auth_method: isPublic ? "none" : "client_secret_post",
        grant_types: isPublic ? ["authorization_code"] : ["authorization_code", "refresh_token"],
        response_types: ["code"],
        scope: "user",
        client_name: made.name,
        ...(client_uri ? { client_uri } : {}),
      };
    },
  }),
  route({
    method: "GET",
    path: "/.well-known/oauth-authorization-server",
    auth: "optional",
    access: anyone,
    handle(r) {
      const { EnableOAuthServiceProvider, EnableDynamicClientRegistration } = r.ctx.config.ServiceSettings;
      if (!EnableOAuthServiceProvider)
        throw fail("api.oauth.authorization_server_metadata.disabled.app_error");
      const site = siteOf(r);
      return json({
        issuer: site,
        authorization_endpoint: `${site}/oauth/authorize`,
        token_endpoint: `${site}/oauth/access_token`,
        ...(EnableDynamicClientRegistration
          ? { registration_endpoint: `${site}/api/v4/oauth/apps/register` }
          : {}),
        response_types_supported: ["code"],
        grant_types_supported: ["authorization_code", "refresh_token"],
        scopes_supported: ["user"],
        token_endpoint_auth_methods_supported: ["client_secret_post", "none"],
        code_challenge_methods_supported: ["S256"],
      });
    },
  }),
];
