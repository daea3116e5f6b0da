import type { Env } from "../../env.ts";
import type { Meter } from "../meter.ts";
import { neonSql } from "./neon.ts";
import { poolSql } from "./pool.ts";
import type { Sql } from "./sql.ts";

/** The node's one pool of connections. */
const POOL = "pool";

export function createSql(env: Env, meter: Meter): Sql {
  if (env.PROFILE === "edge") return neonSql(env.DATABASE_URL, meter, env.NEON_ENDPOINT);
  return poolSql(env.SQL_POOL.get(env.SQL_POOL.idFromName(POOL)), meter);
}

/** Replaces the connections of this node's pool; on the edge there are none. */
export async function recycleConnections(env: Env): Promise<void> {
  if (env.PROFILE !== "edge") await env.SQL_POOL.get(env.SQL_POOL.idFromName(POOL)).recycle();
}

/** Ends this node's connections at once, with what is under way on them: its outcome is not known then. */
export async function abandonConnections(env: Env): Promise<void> {
  if (env.PROFILE !== "edge") await env.SQL_POOL.get(env.SQL_POOL.idFromName(POOL)).abandon();
}

/** Leads this node's pool to another database of the same install; what is wrong with it, or "". */
export async function moveConnections(env: Env, url: string, diagnosticId: string): Promise<string> {
  if (env.PROFILE === "edge") return "";
  const { error } = await env.SQL_POOL.get(env.SQL_POOL.idFromName(POOL)).moveTo(url, diagnosticId);
  return error ?? "";
}
