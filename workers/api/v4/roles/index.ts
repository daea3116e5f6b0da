import { z } from "zod";
import { liveRoles, requireSystem } from "../../../access/permissions.ts";
import { withAncillary } from "../../../actions/roles/ancillary.ts";
import { checkMayPatch, doPatchRole } from "../../../actions/roles/patch.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { badUrl, fail } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { anyone, type Route, route } from "../../../http/route.ts";
import type { Role } from "../../../model/role.ts";

const MAX_NAMES = 100;

async function roleOfPath(r: Req<any>): Promise<Role> {
  const id = r.param("role_id");
  const role = (await liveRoles(r.ctx)).find((candidate) => candidate.id === id);
  if (!role) throw fail("app.role.get.app_error");
  return role;
}

export const roles: Route[] = [
  route({
    method: "GET",
    path: "/api/v4/roles",
    auth: "session",
    trusted: true,
    access: (r) => requireSystem(r, "manage_system"),
    handle: (r) => liveRoles(r.ctx),
  }),
  route({
    method: "GET",
    path: "/api/v4/roles/{role_id}",
    auth: "session",
    trusted: true,
    access: anyone,
    handle: roleOfPath,
  }),
  route({
    method: "GET",
    path: "/api/v4/roles/name/{role_name}",
    auth: "session",
    trusted: true,
    access: anyone,
    async handle(r) {
      const name = r.path.role_name ?? "";
      if (!/^[a-z0-9_]{1,64}$/.test(name)) throw badUrl("role_name");
      const role = (await liveRoles(r.ctx)).find((candidate) => candidate.name === name);
      if (!role) throw fail("app.role.get_by_name.app_error");
      return role;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/roles/names",
    auth: "session",
    trusted: true,
    body: z.array(z.string()).min(1),
    access: anyone,
    async handle(r) {
      if (r.body.length > MAX_NAMES)
        throw fail("api.roles.get_multiple_by_name_too_many.request_error", { max: MAX_NAMES });
      const names = new Set(r.body.map((name) => name.trim()));
      return (await liveRoles(r.ctx)).filter((role) => names.has(role.name));
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/roles/{role_id}/patch",
    auth: "session",
    body: z.object({ permissions: z.array(z.string()).nullish() }),
    async access(r) {
      const rights = await requireSystem(r, "sysconsole_write_user_management_permissions");
      const role = await roleOfPath(r);
      checkMayPatch(rights, role);
      return role;
    },
    async handle(r, role) {
      if (!r.body.permissions) return role;
      const patched = await doPatchRole(r.ctx, role, r.body.permissions);
      audit(r, `role=${role.name}`);
      return patched;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/permissions/ancillary",
    auth: "session",
    body: z.array(z.string().max(128)).max(1_000),
    access: anyone,
    handle: (r) => withAncillary(r.body),
  }),
];
