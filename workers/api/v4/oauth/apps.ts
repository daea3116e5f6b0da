import { z } from "zod";
import { requireSelf, requireSystem, rightsOf } from "../../../access/permissions.ts";
import {
  type AppFields,
  appById,
  authorizedApps,
  checkApp,
  doCreateApp,
  doDeleteApp,
  doRegenerateSecret,
  doUpdateApp,
  listApps,
} from "../../../actions/oauth/apps.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { type Route, route } from "../../../http/route.ts";
import { type OAuthApp, withoutSecret } from "../../../model/oauth-app.ts";

const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const fields = {
  name: z.string(),
  description: text,
  icon_url: text,
  callback_urls: z.array(z.string()).max(100),
  homepage: z.string(),
  is_trusted: flag,
};

/** 501 while the provider is off, before anything else (endpoints.tsv). */
export function requireProvider(r: Req<any>): void {
  if (!r.ctx.config.ServiceSettings.EnableOAuthServiceProvider)
    throw fail("api.oauth.register_oauth_app.turn_off.app_error");
}

/** The app of the path, if the session manages it: its maker, or a holder of manage_system_wide_oauth. Throws 403, 404. */
async function requireApp(r: Req<any>): Promise<OAuthApp> {
  requireProvider(r);
  const id = r.param("app_id");
  const rights = await requireSystem(r, "manage_oauth");
  const app = await appById(r.ctx, id);
  if (app?.creator_id !== r.userId && !rights.system("manage_system_wide_oauth")) throw forbidden();
  if (!app) throw fail("app.oauth.get_app.find.app_error");
  return app;
}

/** Only a holder of manage_system decides which apps need no consent. */
async function fieldsOf(r: Req<any>, body: AppFields | Omit<AppFields, "is_trusted">, before: boolean) {
  const asked = "is_trusted" in body ? body.is_trusted : undefined;
  const trusted = (await rightsOf(r)).system("manage_system") ? (asked ?? before) : before;
  const { name, description, icon_url, callback_urls, homepage } = body;
  const app = { name, description, icon_url, callback_urls, homepage, is_trusted: trusted };
  checkApp(app);
  return app;
}

export const apps: Route[] = [
  route({
    method: "GET",
    path: "/api/v4/oauth/apps",
    auth: "session",
    async access(r) {
      requireProvider(r);
      return (await requireSystem(r, "manage_oauth")).system("manage_system_wide_oauth")
        ? undefined
        : r.userId;
    },
    handle: (r, creatorId) => listApps(r.ctx, creatorId, r.page),
  }),
  route({
    method: "POST",
    path: "/api/v4/oauth/apps",
    auth: "session",
    status: 201,
    body: z.object({ ...fields, is_public: flag }),
    async access(r) {
      requireProvider(r);
      await requireSystem(r, "manage_oauth");
    },
    async handle(r) {
      const app = await fieldsOf(r, r.body as AppFields, false);
      const own = { creatorId: r.userId, isPublic: r.body.is_public ?? false, dynamic: false };
      const made = await doCreateApp(r.ctx, app, own);
      audit(r, `client_id=${made.id}`);
      return made;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/oauth/apps/{app_id}",
    auth: "session",
    access: requireApp,
    handle: (_, app) => app,
  }),
  route({
    method: "PUT",
    path: "/api/v4/oauth/apps/{app_id}",
    auth: "session",
    body: z.object({ ...fields, id: z.string() }),
    async access(r) {
      const app = await requireApp(r);
      if (r.body.id !== app.id) throw badBody("app_id");
      return app;
    },
    async handle(r, app) {
      const changed = await doUpdateApp(
        r.ctx,
        app.id,
        await fieldsOf(r, r.body as AppFields, app.is_trusted),
      );
      audit(r, `client_id=${app.id}`);
      return changed;
    },
  }),
  route({
    method: "DELETE",
    path: "/api/v4/oauth/apps/{app_id}",
    auth: "session",
    access: requireApp,
    async handle(r, app) {
      await doDeleteApp(r.ctx, app.id);
      audit(r, `client_id=${app.id}`);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/oauth/apps/{app_id}/regen_secret",
    auth: "session",
    access: requireApp,
    async handle(r, app) {
      const changed = await doRegenerateSecret(r.ctx, app);
      audit(r, `client_id=${app.id}`);
      return changed;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/oauth/apps/{app_id}/info",
    auth: "session",
    access: requireProvider,
    async handle(r) {
      const app = await appById(r.ctx, r.param("app_id"));
      if (!app) throw fail("app.oauth.get_app.find.app_error");
      return withoutSecret(app);
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/oauth/apps/authorized",
    auth: "session",
    access(r) {
      requireProvider(r);
      return requireSelf(r);
    },
    handle: async (r, userId) => (await authorizedApps(r.ctx, userId, r.page)).map(withoutSecret),
  }),
];
