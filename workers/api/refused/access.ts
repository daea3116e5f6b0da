import { requireChannel, requireSelf, requireTeam, rightsOf } from "../../access/permissions.ts";
import { forbidden } from "../../errors/app-error.ts";
import type { Req } from "../../http/request.ts";
import type { Auth } from "../../http/route.ts";

/** Who is told that an operation is not offered; all others are refused before. */
export interface Caller {
  auth: Auth;
  access(r: Req<any>): unknown;
}

export const nobody: Caller = { auth: "optional", access() {} };
export const session: Caller = { auth: "session", access() {} };

/** Any of the permissions, system-wide. */
export const may = (...permissions: string[]): Caller => ({
  auth: "session",
  async access(r) {
    if (!(await rightsOf(r)).anySystem(permissions)) throw forbidden();
  },
});

/** As `may`, and nobody where ExperimentalSettings.RestrictSystemAdmin is on. */
export const mayUnrestricted = (permission: string): Caller => ({
  auth: "session",
  async access(r) {
    await may(permission).access(r);
    if (r.ctx.config.ExperimentalSettings.RestrictSystemAdmin) throw forbidden();
  },
});

export const self: Caller = { auth: "session", access: (r) => requireSelf(r) };
export const inChannel = (permission: string): Caller => ({
  auth: "session",
  access: (r) => requireChannel(r, r.param("channel_id"), permission),
});
export const inTeam = (permission: string): Caller => ({
  auth: "session",
  access: (r) => requireTeam(r, r.param("team_id"), permission),
});
