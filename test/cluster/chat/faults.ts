// What goes wrong, on purpose: by the launcher's control socket, and by signals.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningCluster } from "../support/cluster.ts";
import { NODES } from "./town.ts";

export const kill = (cluster: RunningCluster, name: string) => cluster.control(`/nodes/${name}/kill`);
export const start = (cluster: RunningCluster, name: string) => cluster.control(`/nodes/${name}/start`);
export const cutRedis = (cluster: RunningCluster, name: string, mode: "blackhole" | "reset") =>
  cluster.control(`/nodes/${name}/cut-redis?mode=${mode}`);
export const healRedis = (cluster: RunningCluster, name: string) =>
  cluster.control(`/nodes/${name}/heal-redis`);

/** SIGTERM to each node in turn, and up again before the next. */
export async function restartInTurn(
  cluster: RunningCluster,
  names: readonly string[],
  pauseMs = 0,
): Promise<void> {
  for (const name of names) {
    await cluster.control(`/nodes/${name}/stop`);
    await cluster.control(`/nodes/${name}/start`);
    await sleep(pauseMs);
  }
}

export interface NodeState {
  leads: boolean;
  nodes: string[];
  hears: boolean;
  sockets: number;
}

/** What a node thinks; undefined while it does not answer. */
export async function stateOf(cluster: RunningCluster, name: string): Promise<NodeState | undefined> {
  const file = join(cluster.dataDir, "nodes", name, "node.json");
  const { controlPort } = JSON.parse(readFileSync(file, "utf8"));
  try {
    const answer = await fetch(`http://127.0.0.1:${controlPort}/state`, {
      signal: AbortSignal.timeout(2_000),
    });
    return (await answer.json()) as NodeState;
  } catch {
    return undefined;
  }
}

/**
 * Whether two nodes lead at once. They do not answer at the same moment, and meanwhile one may have followed the other: so the
 * one has to say it again after the other has.
 */
export async function twoLead(cluster: RunningCluster): Promise<boolean> {
  const leading = async () => {
    const states = await Promise.all(NODES.map((name) => stateOf(cluster, name)));
    return NODES.filter((_, n) => states[n]?.leads);
  };
  const first = await leading();
  if (first.length < 2) return false;
  const [second, third] = [await leading(), await leading()];
  return first.some((one) => third.includes(one) && second.some((other) => other !== one));
}
