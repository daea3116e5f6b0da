// Nodes are restarted one after the other under load: no request may fail, and none may be carried out twice.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningCluster, startCluster } from "./support/cluster.ts";
import { startLoad } from "./support/load.ts";

let cluster: RunningCluster;

beforeAll(async () => {
  cluster = await startCluster({
    env: { EDGEMOST_ENTRY: join(import.meta.dirname, "support/stub-worker.ts") },
  });
});
afterAll(() => cluster?.stop());

const pidOf = (name: string) => cluster.nodes.find((node) => node.name === name)!.pid;

async function restartAll(pauseMs: number): Promise<void> {
  for (const name of ["leader", "follower", "follower2"]) {
    process.kill(pidOf(name)!, "SIGTERM");
    while (pidOf(name)) await sleep(20);
    await cluster.control(`/nodes/${name}/start`);
    await sleep(pauseMs);
  }
}

/** Ids by how often the nodes say they carried them out. */
function carriedOut(): Map<string, number> {
  const times = new Map<string, number>();
  for (const { name } of cluster.nodes)
    for (const [, id] of cluster.log(name).matchAll(/carried out \w+ (\S+)/g))
      times.set(id!, (times.get(id!) ?? 0) + 1);
  return times;
}

test.each([
  // With pauses, NGINX takes each node back in before the next one goes; without, it has given up on all of them.
  { name: "a", methods: ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"], clients: 12, pauseMs: 2_000 },
  { name: "b", methods: ["POST"], clients: 6, pauseMs: 0 },
])(
  "a rolling restart fails no request ($methods)",
  { timeout: 120_000 },
  async ({ name, methods, clients, pauseMs }) => {
    const load = startLoad(cluster.url, clients, methods, { prefix: name, pauseMs: 10 });
    await sleep(500);
    await restartAll(pauseMs);
    await sleep(500);
    await load.stop();
    expect(load.failures).toEqual([]);
    for (const method of methods) expect(load.counts[method]).toBeGreaterThan(300);
    for (const node of cluster.nodes) expect(load.nodes[node.name]).toBeGreaterThan(100);
    const ids = [...carriedOut()].filter(([id]) => id.startsWith(`${name}-`));
    expect(ids.filter(([, times]) => times > 1)).toEqual([]);
    expect(ids).toHaveLength(Object.values(load.counts).reduce((sum, count) => sum + count));
  },
);
