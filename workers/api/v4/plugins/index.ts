import { z } from "zod";
import { requireSystem } from "../../../access/permissions.ts";
import { firstAdminVisit, setFirstAdminVisit } from "../../../actions/system/marketplace.ts";
import { fail } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { anyone, type Method, type Route, route } from "../../../http/route.ts";

const PLUGINS = "/api/v4/plugins";

function requireEnabled(r: Req<any>): void {
  if (!r.ctx.config.PluginSettings.Enable) throw fail("app.plugin.disabled.app_error");
}

/** A list without plugins; refused where PluginSettings.Enable is off. */
const empty = (path: string, answer: unknown): Route =>
  route({
    method: "GET",
    path,
    auth: "session",
    async access(r) {
      await requireSystem(r, "sysconsole_read_plugins");
      requireEnabled(r);
    },
    handle: () => answer,
  });

/** What would bring a plugin, or work on one: there are none, whatever PluginSettings says. */
const refused = (method: Method, path: string, more: Partial<Route> = {}): Route =>
  route({
    method,
    path,
    auth: "session",
    ...more,
    access: (r) => requireSystem(r, "sysconsole_write_plugins"),
    handle() {
      throw fail("app.plugin.disabled.app_error");
    },
  });

export const plugins: Route[] = [
  empty(PLUGINS, { active: [], inactive: [] }),
  empty(`${PLUGINS}/statuses`, []),
  empty(`${PLUGINS}/marketplace`, []),
  route({
    method: "GET",
    path: `${PLUGINS}/webapp`,
    auth: "optional",
    access: anyone,
    // An array even where plugins are off: mobile and desktop need one (client-flows 2).
    handle: () => [],
  }),
  refused("POST", PLUGINS, { upload: true }),
  refused("POST", `${PLUGINS}/install_from_url`),
  refused("POST", `${PLUGINS}/marketplace`),
  refused("POST", `${PLUGINS}/{plugin_id}/enable`),
  refused("POST", `${PLUGINS}/{plugin_id}/disable`),
  refused("DELETE", `${PLUGINS}/{plugin_id}`),
  route({
    method: "GET",
    path: `${PLUGINS}/marketplace/first_admin_visit`,
    auth: "session",
    access: (r) => requireSystem(r, "manage_system"),
    handle: (r) => firstAdminVisit(r.ctx),
  }),
  route({
    method: "POST",
    path: `${PLUGINS}/marketplace/first_admin_visit`,
    auth: "session",
    // Web sends the row as the GET has it; nothing of it is used.
    body: z.looseObject({}).nullish(),
    access: (r) => requireSystem(r, "manage_system"),
    async handle(r) {
      await setFirstAdminVisit(r.ctx);
      return OK;
    },
  }),
];
