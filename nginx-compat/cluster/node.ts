// One node of `npm run cluster`: a process of its own that runs the bundle under Miniflare. Its only argument is a file
// of NodeOptions. SIGTERM drains it for a restart; SIGINT does so quickly, when the whole cluster ends.

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Miniflare, type MiniflareOptions } from "miniflare";
import { Boots } from "../launcher/process/boots.ts";
import { drainNode } from "../launcher/process/drain.ts";
import { guard } from "../launcher/process/processes.ts";
import { ConfigReader } from "../launcher/settings/config-reader.ts";
import type { BundledFile } from "../launcher/workerd/bundle.ts";
import { outboundNetworks } from "../launcher/workerd/outbound.ts";
import { type Address, ask } from "../launcher/workerd/workerd.ts";
import { COMPATIBILITY_DATE, DURABLE_CLASSES, RELAY_CLASS } from "../launcher/workerd/workerd-config.ts";
import { childrenOf } from "./process-tree.ts";

export interface NodeOptions {
  /** Holds boots.json and the Durable Objects. */
  dir: string;
  host: string;
  port: number;
  /** On 127.0.0.1, for the launcher and this process alone. */
  controlPort: number;
  /** Where Prometheus is answered, if at all. */
  metricsPort?: number;
  vars: Record<string, string>;
  modules: BundledFile[];
  /** unix:… of the compute process. */
  compute: string;
  /** Of the web client. */
  clientDir: string | null;
}

const READY_MS = 30_000;

const options = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as NodeOptions;
const boots = new Boots(options.dir);

function miniflareOptions(): MiniflareOptions {
  const classes = [...DURABLE_CLASSES, RELAY_CLASS];
  const vars = { ...options.vars, CLEAN_BOOTS: boots.clean.join(","), BOOT_ID: boots.begin() };
  const types = { esModule: "esm", wasm: "wasm" } as const;
  const modules = options.modules.map(({ name, kind, path }) => {
    const contents = kind === "wasm" ? new Uint8Array(readFileSync(path)) : readFileSync(path, "utf8");
    return [name, { type: types[kind], contents }];
  });
  return {
    host: "127.0.0.1",
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    enableDevRegistry: false,
    resourcePersistencePath: `${options.dir}/durable`,
    handleStructuredLogs: ({ message, level }) => {
      (level === "error" || level === "warn" ? process.stderr : process.stdout).write(`${message}\n`);
    },
    workers: [
      {
        config: {
          name: "edgemost",
          compatibilityDate: COMPATIBILITY_DATE,
          manifest: { mainModule: options.modules[0]!.name, modules: Object.fromEntries(modules) },
          env: {
            ...Object.fromEntries(
              Object.entries(vars).map(([name, value]) => [name, { type: "text", value }]),
            ),
            ...Object.fromEntries(
              classes.map(({ binding, className }) => {
                return [binding, { type: "durable-object", worker: "edgemost", exportName: className }];
              }),
            ),
            COMPUTE: { type: "external", address: options.compute, http: {} },
            ...(options.clientDir ? { CLIENT: { type: "disk", path: options.clientDir } } : {}),
            ...Object.fromEntries(
              Object.entries(outboundNetworks(allowedInternal(vars))).map(([name, access]) => [
                name,
                { type: "network", ...access, tlsOptions: { trustBrowserCas: true } },
              ]),
            ),
          },
          exports: Object.fromEntries(
            classes.map(({ className, uniqueKey, preventEviction }) => [
              className,
              {
                type: "durable-object",
                storage: "sqlite",
                unsafeUniqueKey: uniqueKey,
                unsafePreventEviction: preventEviction ?? false,
              },
            ]),
          ),
        },
        dev: {
          unsafeDirectSockets: [
            { host: options.host, port: options.port },
            { host: "127.0.0.1", port: options.controlPort, entrypoint: "Control" },
            ...(options.metricsPort
              ? [{ host: options.host, port: options.metricsPort, entrypoint: "Metrics" }]
              : []),
          ],
        },
      },
    ],
  } as MiniflareOptions;
}

function allowedInternal({ CONFIG_JSON, ENVIRONMENT_JSON }: Record<string, string>): string {
  const config = new ConfigReader(JSON.parse(ENVIRONMENT_JSON || "{}"), CONFIG_JSON || "{}");
  return config.text("ServiceSettings", "AllowedUntrustedInternalConnections");
}

let workerd = 0;
let ending = false;
const control: Address = { host: "127.0.0.1", port: options.controlPort };
const miniflare = new Miniflare(miniflareOptions());
// Miniflare's own would end workerd at once.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal);

async function run(): Promise<void> {
  await miniflare.ready;
  [workerd = 0] = childrenOf(process.pid)
    .filter(({ command }) => command.includes("workerd"))
    .map(({ pid }) => pid);
  if (!workerd) throw new Error("Miniflare runs no workerd");
  // After kill -9 of this process, nothing may go on serving.
  guard(workerd, "SIGKILL", 1);
  for (
    const until = Date.now() + READY_MS;
    (await ask(control, "GET", "/ready", 5_000)) !== 200;
    await sleep(15)
  ) {
    if (Date.now() > until) throw new Error(`not ready after ${READY_MS / 1_000} s`);
  }
  process.send?.({ workerd });
  watch();
}

/** Miniflare would start another workerd, under the same boot: whoever started this process decides that. */
function watch(): void {
  setInterval(() => {
    if (!ending && !alive(workerd)) fail("workerd ended unexpectedly");
  }, 50).unref();
}

async function end(restart: boolean): Promise<void> {
  if (ending) return;
  ending = true;
  const clean = await drainNode({ control, restart, log: (line) => process.stderr.write(`${line}\n`) });
  if (workerd && alive(workerd)) {
    // It stops listening, and ends when the last connection has.
    process.kill(workerd, "SIGTERM");
    for (let waited = 0; alive(workerd) && waited < 1_000; waited += 10) await sleep(10);
  }
  if (clean) boots.endedCleanly();
  await Promise.race([miniflare.dispose(), sleep(2_000)]);
  process.exit(0);
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function fail(reason: unknown): void {
  process.stderr.write(`${reason instanceof Error ? reason.message : reason}\n`);
  process.exit(1);
}

process.on("SIGTERM", () => end(true));
process.on("SIGINT", () => end(false));
process.on("disconnect", () => end(false));
run().catch(fail);
