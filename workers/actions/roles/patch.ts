import type { Rights } from "../../access/permissions.ts";
import type { Context } from "../../context.ts";
import { badBody, fail, forbidden } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { ROLE_COLUMNS, type Role, type RoleRow, storedPermissions, toRole } from "../../model/role.ts";

const SCOPES = ["system", "team", "channel"];
const STANDARD = new Set(SCOPES.flatMap((scope) => [`${scope}_user`, `${scope}_admin`, `${scope}_guest`]));
const GUESTS = new Set(SCOPES.map((scope) => `${scope}_guest`));

/** Only whoever may do everything may change these: they give rights over the whole server. */
const PROTECTED = new Set([
  "system_admin",
  "system_manager",
  "system_user_manager",
  "system_read_only_admin",
  "system_custom_group_admin",
  "shared_channel_manager",
  "secure_connection_manager",
]);

/** With these a role could give itself anything (http-conventions 8). */
const FIXED = [
  "manage_system",
  "manage_roles",
  "sysconsole_read_user_management_system_roles",
  "sysconsole_write_user_management_system_roles",
];

const PERMISSION = /^[a-z][a-z0-9_]{0,127}$/;
const MAX_PERMISSIONS = 1_000;

/** Throws 403 unless the session may change this role (http-conventions 8). */
export function checkMayPatch(rights: Rights, role: Role): void {
  const needed = ["sysconsole_write_user_management_permissions"];
  if (PROTECTED.has(role.name)) needed.push("manage_system");
  if (!STANDARD.has(role.name)) needed.push("sysconsole_write_user_management_system_roles");
  if (!needed.every((permission) => rights.system(permission))) throw forbidden();
}

/** Replaces a role's permissions; takes effect everywhere at once. Throws 501 for what cannot be changed. */
export async function doPatchRole(ctx: Context, role: Role, permissions: string[]): Promise<Role> {
  if (permissions.length > MAX_PERMISSIONS || !permissions.every((name) => PERMISSION.test(name)))
    throw badBody("permissions");
  const before = new Set(role.permissions);
  const after = new Set(permissions);
  const fixed = FIXED.find((name) => before.has(name) !== after.has(name));
  if (fixed) throw fail("api.roles.patch_roles.not_allowed_permission.error", { name: fixed });
  const changed = before.size !== after.size || permissions.some((name) => !before.has(name));
  if (!changed) return role;
  if (GUESTS.has(role.name)) throw fail("api.roles.patch_roles.license.error");
  const [row] = await ctx.sql.query<RoleRow>(
    `UPDATE roles r SET permissions = $2, updateat = $3 WHERE r.id = $1 AND r.deleteat = 0 RETURNING ${ROLE_COLUMNS}`,
    [role.id, storedPermissions(permissions), Date.now()],
  );
  if (!row) throw fail("app.role.get.app_error");
  const patched = toRole(row);
  const event = envelope("role_updated", { role: JSON.stringify(patched) }, {});
  await publish(ctx, "system", [event], [{ kind: "role", name: role.name }]);
  return patched;
}
