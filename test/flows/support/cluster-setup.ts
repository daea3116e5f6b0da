// Starts the cluster on which flows are replayed once more: behind NGINX, so that each request may reach another node.

import type { TestProject } from "vitest/node";
import { type RunningCluster, startCluster } from "../../cluster/support/cluster.ts";
import { createAdmin, reportErrors } from "../../harness/global-setup.ts";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster();
  try {
    const admin = await createAdmin(cluster);
    const { url, dataDir, databaseUrl } = cluster;
    const nodes = cluster.nodes.length;
    const port = Number(new URL(url).port);
    project.provide("node", { url, port, pid: 0, dataDir, databaseUrl, admin, nodes });
  } catch (error) {
    console.error(logsOf(cluster));
    await cluster.stop();
    throw error;
  }
  return async () => {
    const logs = logsOf(cluster);
    const code = await cluster.stop();
    reportErrors("The cluster", logs);
    if (code !== 0) throw new Error(`The cluster ended with ${code}:\n${cluster.output().slice(-4_000)}`);
  };
}

const logsOf = (cluster: RunningCluster) =>
  [cluster.output(), ...cluster.nodes.map(({ name }) => cluster.log(name))].join("\n");
