import { z } from "zod";
import {
  type AuthorizeRequest,
  appForUser,
  checkAuthorization,
  doAuthorize,
  doDeauthorize,
  withQuery,
} from "../../../actions/oauth/authorize.ts";
import { doIssueToken, type TokenRequest } from "../../../actions/oauth/token.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { badBody, badUrl, fail, forbidden } from "../../../errors/app-error.ts";
import { json, OK, Reply } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { type Route, route } from "../../../http/route.ts";
import { isId, newId } from "../../../model/id.ts";
import { basePath, withoutBase } from "../../../web/base-path.ts";
import { consentHeaders, consentPage } from "../../../web/consent.ts";
import { sitePage } from "../../../web/site.ts";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const ASKED = [
  "client_id",
  "response_type",
  "redirect_uri",
  "state",
  "scope",
  "code_challenge",
  "code_challenge_method",
  "resource",
] as const;
const FORM = [
  "grant_type",
  "client_id",
  "client_secret",
  "code",
  "redirect_uri",
  "code_verifier",
  "refresh_token",
] as const;

function requireProvider(r: Req<any>): void {
  if (!r.ctx.config.ServiceSettings.EnableOAuthServiceProvider)
    throw fail("api.oauth.allow_oauth.turn_off.app_error");
}

/** An app may not let other apps in, nor take their grants. */
function requireOwnSession(r: Req<any>): void {
  requireProvider(r);
  if (r.me.session.is_oauth) throw forbidden();
}

const pick = <const N extends readonly string[]>(names: N, from: { get(name: string): unknown }) =>
  Object.fromEntries(
    names.map((name) => {
      const value = from.get(name);
      return [name, typeof value === "string" ? value : ""];
    }),
  ) as Record<N[number], string>;

/** The form-encoded body. Throws 400, 413. */
async function formOf(r: Req<any>): Promise<TokenRequest> {
  const sent = await r.raw.text();
  if (sent.length > r.ctx.config.ServiceSettings.MaximumPayloadSizeBytes)
    throw fail("api.context.request_body_too_large.app_error");
  return pick(FORM, new URLSearchParams(sent));
}

export const grant: Route[] = [
  route({
    method: "GET",
    path: "/oauth/authorize",
    auth: "optional",
    access: requireProvider,
    async handle(r) {
      const asked: AuthorizeRequest = pick(ASKED, r.query);
      if (!isId(asked.client_id)) throw badUrl("client_id");
      if (!r.identity) {
        // The client's own paths are those below the site's.
        const base = basePath(r.ctx.config.ServiceSettings.SiteURL);
        const { pathname, search } = new URL(r.raw.url);
        const redirect_to = `${withoutBase(pathname, base)}${search}`;
        const Location = withQuery(`${base}/login`, { redirect_to });
        return new Reply(null, { status: 302, headers: { Location, "Cache-Control": "no-store" } });
      }
      requireOwnSession(r);
      const { app, known } = await appForUser(r.ctx, asked.client_id, r.userId);
      checkAuthorization(app, asked);
      if (app.is_trusted || known) {
        const Location = await doAuthorize(r.ctx, r.userId, app, asked);
        return new Reply(null, { status: 302, headers: { Location, "Cache-Control": "no-store" } });
      }
      // The official client asks by a page of its own, where it is served.
      const client = await sitePage(r.raw, r.ctx);
      if (client) return Reply.passed(client);
      const nonce = newId();
      const state: Record<string, string> = asked.state ? { state: asked.state } : {};
      const page = consentPage({
        siteName: r.ctx.config.TeamSettings.SiteName,
        appName: app.name,
        homepage: app.homepage,
        username: r.me.user.username,
        csrf: r.me.session.props.csrf ?? "",
        nonce,
        body: { ...asked },
        denied: withQuery(asked.redirect_uri, { error: "access_denied", ...state }),
      });
      return new Reply(page, { headers: consentHeaders(nonce) });
    },
  }),
  route({
    method: "POST",
    path: "/oauth/authorize",
    auth: "session",
    body: z.object({
      client_id: z.string(),
      response_type: z.string(),
      redirect_uri: z.string(),
      state: text,
      scope: text,
      code_challenge: text,
      code_challenge_method: text,
      resource: text,
    }),
    access: requireOwnSession,
    async handle(r) {
      if (!isId(r.body.client_id)) throw badBody("client_id");
      const { app } = await appForUser(r.ctx, r.body.client_id, r.userId);
      checkAuthorization(app, r.body);
      const redirect = await doAuthorize(r.ctx, r.userId, app, r.body);
      audit(r, `client_id=${app.id}`);
      return json({ redirect }, { headers: { "Cache-Control": "no-store" } });
    },
  }),
  route({
    method: "POST",
    path: "/oauth/deauthorize",
    auth: "session",
    body: z.object({ client_id: z.string() }),
    access: requireOwnSession,
    async handle(r) {
      if (!isId(r.body.client_id)) throw badBody("client_id");
      await doDeauthorize(r.ctx, r.userId, r.body.client_id);
      audit(r, `client_id=${r.body.client_id}`);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/oauth/access_token",
    auth: "optional",
    trusted: true,
    access: requireProvider,
    handle: async (r) =>
      json(await doIssueToken(r.ctx, await formOf(r)), {
        headers: { "Cache-Control": "no-store", Pragma: "no-cache" },
      }),
  }),
];
