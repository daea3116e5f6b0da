import { caches } from "../../cache/caches.ts";
import type { Context } from "../../context.ts";
import { STATUS_COLUMNS, type StatusRow } from "../../model/status.ts";

/** The statuses of those of `ids` that exist, by user id; what is not cached costs one query together. */
export async function statusesOf(ctx: Context, ids: Iterable<string>): Promise<Map<string, StatusRow>> {
  const found = new Map<string, StatusRow>();
  const missing = new Set<string>();
  for (const id of ids) {
    const row = caches.statuses.get(id);
    if (row) found.set(id, row);
    else missing.add(id);
  }
  if (missing.size === 0) return found;
  const guard = caches.statuses.guard();
  const rows = await ctx.sql.query<StatusRow>(
    `SELECT ${STATUS_COLUMNS} FROM users u LEFT JOIN status s ON s.userid = u.id WHERE u.id = ANY($1::text[])`,
    [[...missing]],
  );
  for (const row of rows) {
    // Loaded twice at once: both must hold the one row whose activity moves.
    const cached = caches.statuses.get(row.user_id);
    if (!cached) caches.statuses.fill(row.user_id, guard, row);
    found.set(row.user_id, cached ?? row);
  }
  return found;
}

/** The statuses at hand. */
export function cachedStatuses(): StatusRow[] {
  return caches.statuses.values();
}
