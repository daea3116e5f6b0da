/** A row of `roles` under API names. */
export interface Role {
  id: string;
  name: string;
  display_name: string;
  description: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  permissions: string[];
  scheme_managed: boolean;
  built_in: boolean;
  scheme_id: string | null;
}

export type RoleRow = Omit<Role, "permissions"> & { permissions: string };

/** Select list of `roles r` that gives a RoleRow. */
export const ROLE_COLUMNS = `r.id, r.name, r.displayname AS display_name, r.description, r.createat AS create_at,
  r.updateat AS update_at, r.deleteat AS delete_at, r.permissions, coalesce(r.schememanaged, false) AS scheme_managed,
  coalesce(r.builtin, false) AS built_in, r.schemeid AS scheme_id`;

/** Permissions are stored as text, each after one space (schema-notes 1). */
export function toRole({ permissions, ...row }: RoleRow): Role {
  return { ...row, permissions: permissions.split(" ").filter(Boolean) };
}

export function storedPermissions(permissions: readonly string[]): string {
  return [...new Set(permissions)].map((permission) => ` ${permission}`).join("");
}
