import { z } from "zod";
import { type Rights, rightsOf } from "../../../access/permissions.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { doReloadConfig, doUpdateConfig, stateOf } from "../../../actions/system/config.ts";
import { mayUseConsole, readable } from "../../../actions/system/config-access.ts";
import { defaultConfig } from "../../../config/defaults/index.ts";
import type { Config } from "../../../config/load.ts";
import { sanitizeConfig, withoutDefaults, withoutMasked } from "../../../config/mask.ts";
import type { Section } from "../../../config/shape.ts";
import { forbidden } from "../../../errors/app-error.ts";
import { json, OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { unrestricted } from "./access.ts";

const NO_STORE = { headers: { "Cache-Control": "no-cache, no-store, must-revalidate" } };

/** Copies of it are made by recursion, so there has to be a bottom. */
const MAX_DEPTH = 32;

const document = z.record(z.string(), z.unknown()).refine((body) => depthWithin(body, MAX_DEPTH));

function depthWithin(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => depthWithin(inner, depth - 1));
}

const shown = (rights: Rights, config: Config) => json(readable(rights, sanitizeConfig(config)), NO_STORE);

async function mayWrite(r: Req<any>): Promise<Rights> {
  const rights = await rightsOf(r);
  if (!mayUseConsole(rights, "write") || r.ctx.config.ExperimentalSettings.RestrictSystemAdmin)
    throw forbidden();
  return rights;
}

async function update(r: Req<any>, rights: Rights, whole: boolean) {
  const config = await doUpdateConfig(r.ctx, rights, r.body, whole);
  audit(r, "updateConfig");
  return shown(rights, config);
}

export const config = [
  route({
    method: "GET",
    path: "/api/v4/config",
    auth: "session",
    async access(r) {
      const rights = await rightsOf(r);
      if (!mayUseConsole(rights, "read")) throw forbidden();
      return rights;
    },
    handle(r, rights) {
      let seen: Section = sanitizeConfig(r.ctx.config);
      if (r.bool("remove_masked")) seen = withoutMasked(seen as Config);
      if (r.bool("remove_defaults")) seen = withoutDefaults(seen, defaultConfig());
      return json(readable(rights, seen), NO_STORE);
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/config",
    auth: "session",
    body: document,
    access: mayWrite,
    handle: (r, rights) => update(r, rights, true),
  }),
  route({
    method: "PUT",
    path: "/api/v4/config/patch",
    auth: "session",
    body: document,
    access: mayWrite,
    handle: (r, rights) => update(r, rights, false),
  }),
  route({
    method: "POST",
    path: "/api/v4/config/reload",
    auth: "session",
    access: unrestricted("reload_config"),
    async handle(r) {
      await doReloadConfig(r.ctx);
      audit(r, "reloadConfig");
      return OK;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/config/environment",
    auth: "session",
    access: rightsOf,
    handle: async (r, rights) =>
      json(readable(rights, (await stateOf(r.ctx)).loaded.environmentKeys), NO_STORE),
  }),
];
