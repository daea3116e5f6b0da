// Runs a worker of a test's own in workerd, bundled and configured by the launcher's own code.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stop } from "../../nginx-compat/launcher/process/processes.ts";
import { bundle } from "../../nginx-compat/launcher/workerd/bundle.ts";
import { writeWhole } from "../../nginx-compat/launcher/workerd/files.ts";
import { startWorkerd } from "../../nginx-compat/launcher/workerd/workerd.ts";
import { type WorkerdConfig, workerdConfig } from "../../nginx-compat/launcher/workerd/workerd-config.ts";
import { ownPort } from "../harness/ports.ts";

export interface Worker {
  url: string;
  /** A directory that goes away with the worker. */
  directory: string;
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** Absolute path of the source. */
  entry: string;
  vars?: Record<string, string>;
  /** Binding names of disk services, each on a directory of its own below `directory`. */
  disks?: string[];
  classes?: NonNullable<WorkerdConfig["durable"]>["classes"];
  networks?: NonNullable<WorkerdConfig["networks"]>;
}

export async function startWorker({
  entry,
  vars = {},
  disks = [],
  classes = [],
  networks = {},
}: WorkerOptions): Promise<Worker> {
  const directory = mkdtempSync(join(tmpdir(), "edgemost-worker-"));
  const path = join(directory, "worker.capnp");
  const port = await ownPort();
  const { files } = await bundle(join(directory, "bundle"), { entry });
  for (const name of [...disks, "durable"]) mkdirSync(join(directory, name));
  const text = workerdConfig({
    path,
    modules: files,
    vars,
    sockets: [{ name: "http", address: `127.0.0.1:${port}` }],
    networks,
    disks: Object.fromEntries(disks.map((name) => [name, join(directory, name)])),
    ...(classes.length > 0 ? { durable: { classes, directory: join(directory, "durable") } } : {}),
  });
  writeWhole(path, text);
  const url = `http://127.0.0.1:${port}`;
  const running = await startWorkerd({
    what: "The test's worker",
    configFile: path,
    sockets: [],
    ready: () =>
      fetch(`${url}/ready`).then(
        (response) => response.ok,
        () => false,
      ),
    signal: new AbortController().signal,
  });
  return {
    url,
    directory,
    async stop() {
      await stop(running, [
        ["SIGTERM", 2_000],
        ["SIGKILL", 1_000],
      ]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Runs one case of a suite inside the worker; throws what it threw there. */
export async function runCase(worker: Worker, suite: string, name: string): Promise<void> {
  const response = await fetch(`${worker.url}/case`, {
    method: "POST",
    body: JSON.stringify({ suite, name }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
}
