import { type Rights, requireSystem } from "../../../access/permissions.ts";
import { forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";

/** `access` of what nobody may do where cfg ExperimentalSettings.RestrictSystemAdmin is on (http-conventions 8). */
export function unrestricted(permission: string) {
  return async (r: Req<any>): Promise<Rights> => {
    const rights = await requireSystem(r, permission);
    if (r.ctx.config.ExperimentalSettings.RestrictSystemAdmin) throw forbidden();
    return rights;
  };
}
