import type { Env } from "../../env.ts";
import type { Meter } from "../meter.ts";
import type { Bus } from "./bus.ts";

/** Single node and edge: straight to the topic's object. */
export function directBus(env: Env, meter: Meter): Bus {
  return {
    async publish(bundle) {
      meter.objects++;
      await env.TOPIC.get(env.TOPIC.idFromName(bundle.topic)).publish(bundle);
    },
    // Self-hosted, all writes are made here; on the edge, nothing that writes change is cached for long.
    caughtUp: async () => true,
  };
}
