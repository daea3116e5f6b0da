// Nodes are restarted one after the other under load: no request may fail, and none may be carried out twice.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PATIENCE_MS, until } from "./chat/town.ts";
import { type RunningCluster, startCluster } from "./support/cluster.ts";
import { type Load, startLoad } from "./support/load.ts";

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
    await until(() => !pidOf(name), 2 * PATIENCE_MS, `${name} has ended`);
    await cluster.control(`/nodes/${name}/start`);
    await sleep(pauseMs);
  }
}

/** Requests of every method, and answers of every node. */
const enough = ({ counts, nodes }: Load, methods: string[]) =>
  methods.every((method) => (counts[method] ?? 0) > 300) &&
  cluster.nodes.every(({ name }) => (nodes[name] ?? 0) > 100);

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
])("a rolling restart fails no request ($methods)", async ({ name, methods, clients, pauseMs }) => {
  const load = startLoad(cluster.url, clients, methods, { prefix: name, pauseMs: 10 });
  await sleep(500);
  // A slow machine has few requests in the time of one round.
  do await restartAll(pauseMs);
  while (!enough(load, methods));
  await sleep(500);
  await load.stop();
  expect(load.failures).toEqual([]);
  const ids = [...carriedOut()].filter(([id]) => id.startsWith(`${name}-`));
  expect(ids.filter(([, times]) => times > 1)).toEqual([]);
  expect(ids).toHaveLength(Object.values(load.counts).reduce((sum, count) => sum + count));
});
