import { applyEffects } from "../cache/caches.ts";
import type { Context } from "../context.ts";
import { metrics } from "../metrics/metrics.ts";
import { newId } from "../model/id.ts";
import type { Bundle, Effect, Envelope } from "./envelope.ts";

/**
 * The step between commit and answer: what was committed takes effect here, then goes to everyone concerned.
 * `topic` is where the events have their order: `channel:<id>`, `team:<id>`, `user:<id>` or `system`.
 * `id` makes a repeated publication of the same fact a single one (a retried request); by default none is.
 */
export async function publish(
  ctx: Context,
  topic: string,
  events: Envelope[],
  effects: Effect[] = [],
  id: string = newId(),
): Promise<void> {
  const bundle: Bundle = { id, topic, events, effects };
  applyEffects(effects);
  await ctx.bus.publish(bundle);
  for (const { event } of events) {
    metrics.broadcasts.add(event);
    if (event === "posted") metrics.posts.value++;
  }
}
