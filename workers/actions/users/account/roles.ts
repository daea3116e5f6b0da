import { rolePermissions } from "../../../access/permissions.ts";
import type { Context } from "../../../context.ts";
import { badBody, fail } from "../../../errors/app-error.ts";
import { envelope } from "../../../events/envelope.ts";
import { publish } from "../../../events/publish.ts";
import type { User } from "../../../model/user.ts";
import { lock } from "../../../ports/sql/lock.ts";
import type { Statement } from "../../../ports/sql/sql.ts";
import { byteLength } from "../../../text/clean.ts";
import { userEffect } from "./announce.ts";

const ADMIN = "'system_admin' = ANY(string_to_array(roles, ' '))";

/** Two administrators must not demote each other at the same time. */
const ADMINS_LOCK = lock("administrators");

/** Names as they are stored: known, single, separated by one space. Throws 400. */
async function checkRoles(ctx: Context, roles: string): Promise<string> {
  const names = [...new Set(roles.split(/\s+/).filter(Boolean))];
  const joined = names.join(" ");
  // system_admin alone is a mistake: it lacks what every account needs.
  if (names.length === 0 || joined === "system_admin") throw badBody("roles");
  if (byteLength(joined) > 256) throw fail("model.user.is_valid.roles_limit.app_error");
  const known = await rolePermissions(ctx);
  if (!names.every((name) => known.has(name))) throw fail("app.role.check_roles_exist.role_not_found");
  return joined;
}

/** Replaces a user's system roles, also in its sessions (semantics 14.9). Throws 400 for the last administrator. */
export async function doUpdateRoles(ctx: Context, user: User, roles: string): Promise<void> {
  const names = await checkRoles(ctx, roles);
  const update: Statement = {
    text: `WITH changed AS (
        UPDATE users SET roles = $2, updateat = greatest($3, updateat + 1) WHERE id = $1 AND ($4::boolean OR NOT ${ADMIN}
          OR EXISTS (SELECT FROM users WHERE id <> $1 AND deleteat = 0 AND ${ADMIN})) RETURNING id
      ), in_sessions AS (
        UPDATE sessions SET roles = $2 WHERE userid = (SELECT id FROM changed)
      ) SELECT id FROM changed`,
    params: [user.id, names, Date.now(), names.split(" ").includes("system_admin")],
  };
  const [, rows] = await ctx.sql.batch([ADMINS_LOCK, update]);
  if (rows!.length === 0) throw fail("app.user.update.lastAdmin.app_error");
  const event = envelope("user_role_updated", { user_id: user.id, roles: names }, { user_id: user.id });
  await publish(ctx, `user:${user.id}`, [event], [userEffect(user.id)]);
}
