import { caches } from "../cache/caches.ts";
import type { Context } from "../context.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../model/user.ts";

/** The user (deactivated ones included), from cache or one query. The object is shared: do not change it. */
export function userById(ctx: Context, id: string): Promise<User | undefined> {
  return caches.users.load(id, async () => {
    const [row] = await ctx.sql.query<User>(`SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.id = $1`, [id]);
    return row;
  });
}

/** The users of `ids` that exist, in the order of `ids`; what is not cached costs one query together. */
export async function usersByIds(ctx: Context, ids: Iterable<string>): Promise<User[]> {
  const wanted = [...new Set(ids)];
  const found = new Map<string, User>();
  const missing: string[] = [];
  for (const id of wanted) {
    const user = caches.users.get(id);
    if (user) found.set(id, user);
    else missing.push(id);
  }
  if (missing.length > 0) {
    const guard = caches.users.guard();
    const rows = await ctx.sql.query<User>(
      `SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.id = ANY($1::text[])`,
      [missing],
    );
    for (const row of rows) {
      caches.users.fill(row.id, guard, row);
      found.set(row.id, row);
    }
  }
  return wanted.map((id) => found.get(id)).filter((user) => user !== undefined);
}
