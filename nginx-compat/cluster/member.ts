// A node of the local cluster as its launcher sees it: a process, an address that stays, and what lies between it and
// the services that all nodes share.

import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../launcher/errors.ts";
import { type Running, start, stop } from "../launcher/process/processes.ts";
import type { BundledFile } from "../launcher/workerd/bundle.ts";
import { writeWhole } from "../launcher/workerd/files.ts";
import { Forwarder } from "./forwarder.ts";
import type { NodeOptions } from "./node.ts";
import type { Ports } from "./ports.ts";

const HOST = "127.0.0.1";

export interface MemberOptions {
  name: string;
  dataDir: string;
  logDir: string;
  modules: BundledFile[];
  compute: string;
  clientDir: string | null;
  databaseUrl: string;
  redisUrl: string;
  forwardPostgres: boolean;
  /** MetricsSettings.Enable: on a port of the node's own, for all are on one machine. */
  metrics: boolean;
  /** Bindings that all nodes share. */
  vars: Record<string, string>;
}

export class Member {
  readonly name: string;
  private readonly options: MemberOptions;
  private readonly port: number;
  private readonly controlPort: number;
  private readonly metricsPort: number | undefined;
  /** By what they lead to; none where the connection cannot be led through one (TLS names its host). */
  private readonly forwarders: { redis?: Forwarder; postgres?: Forwarder };

  private constructor(
    options: MemberOptions,
    port: number,
    controlPort: number,
    metricsPort: number | undefined,
    forwarders: Member["forwarders"],
  ) {
    this.name = options.name;
    this.options = options;
    this.port = port;
    this.controlPort = controlPort;
    this.metricsPort = metricsPort;
    this.forwarders = forwarders;
  }

  static async create(options: MemberOptions, ports: Ports): Promise<Member> {
    const { name, redisUrl, databaseUrl } = options;
    const port = await ports.take(name);
    const controlPort = await ports.take(`${name}.control`);
    const metricsPort = options.metrics ? await ports.take(`${name}.metrics`) : undefined;
    const forwarders: Member["forwarders"] = {};
    if (new URL(redisUrl).protocol === "redis:")
      forwarders.redis = new Forwarder(await ports.take(`${name}.redis`), target(redisUrl, 6379));
    if (options.forwardPostgres)
      forwarders.postgres = new Forwarder(await ports.take(`${name}.postgres`), target(databaseUrl, 5432));
    await Promise.all(Object.values(forwarders).map((forwarder) => forwarder.open()));
    return new Member(options, port, controlPort, metricsPort, forwarders);
  }

  get url(): string {
    return `http://${this.address}`;
  }

  /** Where Prometheus is answered, if at all. */
  get metricsUrl(): string | undefined {
    return this.metricsPort ? `http://${HOST}:${this.metricsPort}/metrics` : undefined;
  }

  get address(): string {
    return `${HOST}:${this.port}`;
  }

  forwarder(to: "redis" | "postgres"): Forwarder {
    const found = this.forwarders[to];
    if (!found) throw new StartError(`${this.name} reaches ${to} directly`);
    return found;
  }

  close(): void {
    for (const forwarder of Object.values(this.forwarders)) forwarder.close();
  }

  async launch(): Promise<Running> {
    const { name, dataDir, logDir, modules, compute, clientDir, redisUrl, databaseUrl } = this.options;
    const dir = join(dataDir, "nodes", name);
    // Miniflare's own temporary files: a killed node leaves them behind.
    const temporary = join(dir, "temporary");
    rmSync(temporary, { recursive: true, force: true });
    for (const path of [join(dir, "durable"), temporary]) mkdirSync(path, { recursive: true, mode: 0o700 });
    const vars = {
      ...this.options.vars,
      PROFILE: "cluster",
      NODE_NAME: name,
      NODE_ADDRESS: this.address,
      DATABASE_URL: through(databaseUrl, this.forwarders.postgres),
      REDIS_URL: through(redisUrl, this.forwarders.redis),
    };
    const { port, controlPort, metricsPort } = this;
    const ports = { host: HOST, port, controlPort, ...(metricsPort ? { metricsPort } : {}) };
    const options: NodeOptions = { dir, ...ports, vars, modules, compute, clientDir };
    const optionsFile = join(dir, "node.json");
    writeWhole(optionsFile, JSON.stringify(options, null, 2));
    const logFile = join(logDir, `${name}.log`);
    const log = openSync(logFile, "a", 0o600);
    const running = await start(process.execPath, [join(import.meta.dirname, "node.ts"), optionsFile], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ["ignore", log, log, "ipc"],
      orphanSignal: "SIGINT",
      graceSeconds: 5,
    }).finally(() => closeSync(log));
    const ready = new Promise<string>((resolve) => running.child.once("message", () => resolve("")));
    const ended = await Promise.race([ready, running.exited]);
    if (!ended) return running;
    await stop(running, [["SIGKILL", 1_000]]);
    throw new StartError(`${name} did not start (${ended}; see ${logFile})`);
  }
}

function target(url: string, port: number): { host: string; port: number } {
  const { hostname, port: given } = new URL(url);
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(given) || port };
}

function through(url: string, forwarder: Forwarder | undefined): string {
  if (!forwarder) return url;
  const changed = new URL(url);
  changed.host = `${HOST}:${forwarder.port}`;
  return changed.href;
}
