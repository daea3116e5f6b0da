import { newId } from "../../../model/id.ts";
import { storedPermissions } from "../../../model/role.ts";
import type { Of } from "../lines/parse.ts";
import { rowsOf, run, type Work } from "./work.ts";

const ROWS = `jsonb_to_recordset($1::jsonb) AS r(id varchar, name varchar, display_name varchar, description varchar,
  permissions text, scheme_managed boolean)`;

/** Roles by name: what a line says replaces what is there. */
export function writeRoles(work: Work, lines: Of<"role">[]): Promise<void> {
  const byName = new Map(lines.map(({ value }) => [value.name, value]));
  const rows = [...byName.values()].map(({ permissions, ...role }) => ({
    ...role,
    id: newId(),
    permissions: permissions && storedPermissions(permissions),
  }));
  const params = [rowsOf(rows), work.at];
  return run(work, [
    {
      text: `UPDATE roles o SET displayname = n.displayname, description = n.description, permissions = n.permissions, updateat = $2::bigint
        FROM (SELECT r.name, coalesce(r.display_name, x.displayname) AS displayname, coalesce(r.description, x.description) AS description,
            coalesce(r.permissions, x.permissions) AS permissions FROM ${ROWS} JOIN roles x ON x.name = r.name) n
        WHERE o.name = n.name AND (o.displayname, o.description, o.permissions) IS DISTINCT FROM (n.displayname, n.description, n.permissions)`,
      params,
    },
    {
      text: `INSERT INTO roles (id, name, displayname, description, createat, updateat, deleteat, permissions, schememanaged, builtin, schemeid)
        SELECT r.id, r.name, coalesce(r.display_name, r.name), coalesce(r.description, ''), $2::bigint, $2::bigint, 0,
          coalesce(r.permissions, ''), coalesce(r.scheme_managed, false), false, NULL FROM ${ROWS} ON CONFLICT (name) DO NOTHING`,
      params,
    },
  ]);
}
