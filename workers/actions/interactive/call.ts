import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { log } from "../../log/log.ts";
import { OutboundError } from "../../ports/outbound/outbound.ts";
import { integrationLimits } from "../hooks/limits.ts";

/** POSTs `facts` to an integration. Its answer's JSON; undefined for an empty one and for text that is no JSON. Throws 400 (semantics 20.3). */
export async function callIntegration(ctx: Context, url: string, facts: unknown): Promise<unknown> {
  const refused = () => fail("api.post.do_action.action_integration.app_error");
  try {
    const answer = await ctx.outbound.fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(facts),
      ...integrationLimits(ctx),
    });
    if (answer.status !== 200) throw refused();
    return jsonOf(answer.text());
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    log.warn("integration failed", { reason: error.reason });
    throw refused();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
