// The second process of a self-hosted node: hashes and images, which would hold up its sockets.

import { existsSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import type { Log } from "../log/log.ts";
import { newId } from "../process/boots.ts";
import type { Running } from "../process/processes.ts";
import type { BundledFile } from "./bundle.ts";
import { writeWhole } from "./files.ts";
import { startWorkerd } from "./workerd.ts";
import { workerdConfig } from "./workerd-config.ts";

export interface ComputeOptions {
  /** Where its configuration is written. */
  run: string;
  /** The Unix socket it serves. */
  socket: string;
  modules: BundledFile[];
  nodeName?: string;
  log?: Log;
  signal: AbortSignal;
}

export async function startCompute({
  run,
  socket,
  modules,
  nodeName,
  log,
  signal,
}: ComputeOptions): Promise<Running> {
  const path = join(run, "compute.capnp");
  const vars = { PROFILE: "compute", NODE_NAME: nodeName ?? "compute", BOOT_ID: newId() };
  const sockets = [{ name: "compute", address: `unix:${socket}`, entrypoint: "Compute" }];
  writeWhole(path, workerdConfig({ path, modules, vars, sockets }));
  const running = await startWorkerd({
    what: "The compute process",
    configFile: path,
    sockets: [socket],
    ready: async () => existsSync(socket),
    ...(log ? { log } : {}),
    signal,
  });
  // The node, which has sockets to serve, goes first when cores are few.
  setPriority(running.pid, 5);
  return running;
}
