// The nodes of `npm run cluster` answer Prometheus, each on a port of its own that NGINX does not lead to.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningCluster, startCluster } from "./support/cluster.ts";

let cluster: RunningCluster;
beforeAll(async () => {
  cluster = await startCluster({ nodes: 2, env: { MM_METRICSSETTINGS_ENABLE: "true" } });
}, 90_000);
afterAll(() => cluster?.stop());

test("every node tells its place in the cluster", async () => {
  const { nodes, url } = cluster;
  const texts = await Promise.all(nodes.map(async (node) => (await fetch(node.metricsUrl!)).text()));
  const figures = (name: string) =>
    texts.map((text) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]));
  expect(figures("edgemost_leader").sort()).toEqual([0, 1]);
  expect(figures("edgemost_deaf")).toEqual([0, 0]);
  for (const lag of figures("edgemost_stream_lag_seconds")) {
    expect(lag).toBeGreaterThanOrEqual(0);
    expect(lag).toBeLessThan(0.9);
  }
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
});
