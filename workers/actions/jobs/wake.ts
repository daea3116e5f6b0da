import { hubOf } from "../../../durable/placement.ts";
import type { Context } from "../../context.ts";
import { publish } from "../../events/publish.ts";
import { membership } from "../../ports/cluster/membership.ts";

/** What waits is begun now by the node that leads; should it not hear of it, it finds it within a minute. */
export function wakeJobs(ctx: Context): void {
  const { PROFILE } = ctx.env;
  if (PROFILE === "cluster") ctx.background(publish(ctx, "cluster", [], [{ kind: "work" }]));
  else if (PROFILE !== "edge" && membership.leads) ctx.background(hubOf(ctx.env, "").work());
}
