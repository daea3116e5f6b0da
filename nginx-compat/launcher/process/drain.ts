// How a node ends without a failed request: see README.md of nginx-compat.

import { setTimeout as sleep } from "node:timers/promises";
import { type Address, ask } from "../workerd/workerd.ts";

/** In a cluster within docker compose's stop_grace_period of 30 s, with time left to end workerd. */
const DRAIN_MS = { alone: 10_000, cluster: 20_000 };
/**
 * NGINX closes connections to nodes that were idle for 3 s (keepalive_timeout in default.conf), and each one on which a
 * node has refused a request. After this time no connection is left that could carry a request while it is closed.
 */
const KEEPALIVE_MS = 3_300;

export interface DrainOptions {
  control: Address;
  /** Others serve on: NGINX needs time to let go of this node. */
  restart: boolean;
  log(line: string): void;
}

/** Resolves with whether all state is saved; workerd may be ended then. */
export async function drainNode({ control, restart, log }: DrainOptions): Promise<boolean> {
  const started = Date.now();
  const patience = restart ? DRAIN_MS.cluster : DRAIN_MS.alone;
  const drained = await ask(control, "POST", "/drain", patience);
  if (drained !== 200)
    log(`The node did not end its work in ${patience / 1000} s: clients will fetch everything anew`);
  if (restart) await sleep(Math.max(0, started + KEEPALIVE_MS - Date.now()));
  return drained === 200;
}
