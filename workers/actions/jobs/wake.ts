import { hubOf } from "../../../durable/placement.ts";
import type { Context } from "../../context.ts";
import { membership } from "../../ports/cluster/membership.ts";

/** Where this node leads, what waits is begun now; else the leader finds it within a minute. */
export function wakeJobs(ctx: Context): void {
  if (ctx.env.PROFILE !== "edge" && membership.leads) ctx.background(hubOf(ctx.env, "").work());
}
