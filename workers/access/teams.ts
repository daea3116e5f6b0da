import { caches } from "../cache/caches.ts";
import type { Context } from "../context.ts";
import { TEAM_COLUMNS, type Team } from "../model/team.ts";

/** The team (archived ones included), from cache or one query. The object is shared: do not change it. */
export function teamById(ctx: Context, id: string): Promise<Team | undefined> {
  return caches.teams.load(id, async () => {
    const [row] = await ctx.sql.query<Team>(`SELECT ${TEAM_COLUMNS} FROM teams t WHERE t.id = $1`, [id]);
    return row;
  });
}

/** The teams of `ids` that exist, in the order of `ids`; what is not cached costs one query together. */
export async function teamsByIds(ctx: Context, ids: Iterable<string>): Promise<Team[]> {
  const wanted = [...ids];
  const found = new Map<string, Team>();
  const missing: string[] = [];
  for (const id of wanted) {
    const team = caches.teams.get(id);
    if (team) found.set(id, team);
    else missing.push(id);
  }
  if (missing.length > 0) {
    const guard = caches.teams.guard();
    const rows = await ctx.sql.query<Team>(
      `SELECT ${TEAM_COLUMNS} FROM teams t WHERE t.id = ANY($1::text[])`,
      [missing],
    );
    for (const row of rows) {
      caches.teams.fill(row.id, guard, row);
      found.set(row.id, row);
    }
  }
  return wanted.map((id) => found.get(id)).filter((team) => team !== undefined);
}
