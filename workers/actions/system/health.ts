import type { Context } from "../../context.ts";
import { relayOf } from "../../ports/bus/redis.ts";

export type Health = "OK" | "UNHEALTHY";

/** Whether the database answers. */
export async function databaseHealth(ctx: Context): Promise<Health> {
  try {
    await ctx.sql.query("SELECT 1");
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
