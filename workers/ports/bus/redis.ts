import type { Relay } from "../../../durable/relay.ts";
import type { Env } from "../../env.ts";
import { fail } from "../../errors/app-error.ts";
import { membership } from "../cluster/membership.ts";
import type { Meter } from "../meter.ts";
import type { Bus } from "./bus.ts";

/** The node's one relay. */
export function relayOf(env: Env): DurableObjectStub<Relay> {
  return env.RELAY!.get(env.RELAY!.idFromName("relay"));
}

/** Cluster: through one ordered Redis stream to the hub of every node, this one included. */
export function redisBus(env: Env, meter: Meter): Bus {
  return {
    async publish(bundle) {
      meter.objects++;
      try {
        await relayOf(env).publish(bundle);
      } catch {
        // Committed but not announced: the client sends it again, which stores nothing twice and announces it.
        throw fail("app.cluster.unavailable.app_error");
      }
    },
    async caughtUp() {
      // Alone, a node has made every write itself.
      if (membership.alone) return true;
      meter.objects++;
      return relayOf(env).caughtUp();
    },
  };
}
