import type { Context } from "../../context.ts";

const LIFE_MS = 60_000;

/** Sums over whole tables that any user may ask for: counted once a minute per isolate, whoever asks. */
const kept = new Map<string, { value: number; until: number }>();

async function countOnce(ctx: Context, name: string, sql: string): Promise<number> {
  const known = kept.get(name);
  if (known && known.until > Date.now()) return known.value;
  const [row] = await ctx.sql.query<{ value: number }>(`SELECT coalesce((${sql}), 0)::bigint AS value`);
  kept.set(name, { value: row!.value, until: Date.now() + LIFE_MS });
  return row!.value;
}

/** Posts by their channels' counters. */
export const postsUsage = (ctx: Context) =>
  countOnce(ctx, "posts", "SELECT sum(totalmsgcount) FROM channels");

/** Bytes of files that are not deleted. */
export const storageUsage = (ctx: Context) =>
  countOnce(ctx, "bytes", "SELECT sum(size) FROM fileinfo WHERE deleteat = 0");

export const teamsUsage = (ctx: Context) =>
  countOnce(ctx, "teams", "SELECT count(*) FROM teams WHERE deleteat = 0");
