import type { Context } from "../../context.ts";
import type { Env } from "../../env.ts";
import { fail } from "../../errors/app-error.ts";
import { publish } from "../../events/publish.ts";
import { nodeState } from "../../node-state.ts";
import { moveConnections, recycleConnections } from "../../ports/sql/create.ts";

/** POST /database/recycle, on every node. Throws 500 where this node cannot use the database that the configuration names. */
export async function doRecycleDatabase(ctx: Context): Promise<void> {
  const problem = await recycleDatabase(ctx.env);
  if (problem) throw fail("api.system.recycle_database.app_error", { problem });
  if (ctx.env.PROFILE === "cluster") await publish(ctx, "cluster", [], [{ kind: "recycle_database" }]);
}

/**
 * Replaces this node's connections: to SqlSettings.DataSource as the node knows it (it may not be able to read its
 * configuration any more), or, where that is empty, to the database of the profile. What is wrong, or "".
 */
export async function recycleDatabase(env: Env): Promise<string> {
  const state = nodeState(env);
  const source = state?.config.SqlSettings.DataSource;
  if (state && source) return moveConnections(env, source, state.facts.diagnosticId);
  await recycleConnections(env);
  return "";
}
