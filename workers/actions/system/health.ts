import type { Context } from "../../context.ts";
import { relayOf } from "../../ports/bus/redis.ts";
import { reach } from "../../ports/cluster/reach.ts";

export type Health = "OK" | "UNHEALTHY";

/** Longer than a healthy database ever takes. */
const PATIENCE_MS = 3_000;

/** Whether the database answers. */
export async function databaseHealth(ctx: Context): Promise<Health> {
  if (reach.lost) return "UNHEALTHY";
  try {
    const late = scheduler.wait(PATIENCE_MS).then(() => Promise.reject(new Error("no answer")));
    await Promise.race([ctx.sql.query("SELECT 1"), late]);
    return "OK";
  } catch {
    return "UNHEALTHY";
  }
}

/** Whether this node hears the others; a node alone always does. */
export async function clusterHealth(ctx: Context): Promise<Health> {
  if (ctx.env.PROFILE !== "cluster") return "OK";
  return (await relayOf(ctx.env).hears()) ? "OK" : "UNHEALTHY";
}

/** Whether the file store answers. */
export async function fileHealth(ctx: Context): Promise<Health> {
  const reachable = await ctx.files.reachable().catch(() => false);
  return reachable ? "OK" : "UNHEALTHY";
}
