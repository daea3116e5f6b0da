// The nodes of `npm run cluster` answer Prometheus, each on a port of its own that NGINX does not lead to.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningCluster, startCluster } from "./support/cluster.ts";

let cluster: RunningCluster;
beforeAll(async () => {
  cluster = await startCluster({ nodes: 2, env: { MM_METRICSSETTINGS_ENABLE: "true" } });
});
afterAll(() => cluster?.stop());

test("every node tells its place in the cluster", async () => {
  const { nodes, url } = cluster;
  const figures = async () => {
    const texts = await Promise.all(nodes.map(async (node) => (await fetch(node.metricsUrl!)).text()));
    const of = (name: string) =>
      texts.map((text) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]));
    const late = of("edgemost_stream_lag_seconds").filter((lag) => !(lag >= 0 && lag < 0.9));
    return { leaders: of("edgemost_leader").sort(), deaf: of("edgemost_deaf"), late };
  };
  // Somebody leads a moment after the start, and a machine that stands still makes nodes deaf until it goes on.
  await expect.poll(figures).toEqual({ leaders: [0, 1], deaf: [0, 0], late: [] });
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
});
