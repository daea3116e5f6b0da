// Brings up a single node, in an order that finds every problem before anything is changed, and takes it down again.

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { DataDir } from "./data-dir.ts";
import { oneLine, StartError } from "./errors.ts";
import { Log } from "./log/log.ts";
import { migrateDatabase } from "./migrate.ts";
import { checkReachable, preparePostgres, stopPostgres } from "./postgres/postgres.ts";
import { Boots } from "./process/boots.ts";
import { drainNode } from "./process/drain.ts";
import { checkListen, urlOf } from "./process/ports.ts";
import { type Running, stop } from "./process/processes.ts";
import { Supervisor } from "./process/supervise.ts";
import { checkRedis } from "./redis.ts";
import type { Listen } from "./settings/listen.ts";
import type { Settings } from "./settings/settings.ts";
import { type BundledFile, bundle, readBundle } from "./workerd/bundle.ts";
import { startCompute } from "./workerd/compute.ts";
import { writeWhole } from "./workerd/files.ts";
import { outboundNetworks } from "./workerd/outbound.ts";
import { ask, startWorkerd } from "./workerd/workerd.ts";
import { DURABLE_CLASSES, RELAY_CLASS, workerdConfig } from "./workerd/workerd-config.ts";

export interface LauncherOptions {
  settings: Settings;
  log(line: string): void;
  /** A part of the running node cannot be kept alive. */
  giveUp(line: string): void;
}

export class Launcher {
  private readonly settings: Settings;
  private readonly options: LauncherOptions;
  private readonly dir: DataDir;
  private readonly log: Log;
  private readonly stopping = new AbortController();
  private starting: Promise<string> | null = null;
  private listen: Listen;
  private metrics: Listen | null = null;
  private databaseUrl = "";
  private modules: BundledFile[] = [];
  private boots: Boots | null = null;
  private bootId = "";
  private postgres: Supervisor | null = null;
  private compute: Supervisor | null = null;
  private node: Supervisor | null = null;

  constructor(options: LauncherOptions) {
    this.options = options;
    this.settings = options.settings;
    this.dir = new DataDir(options.settings.dataDir);
    this.log = new Log(options.settings.log);
    this.listen = options.settings.listen;
  }

  /** Resolves with the node's URL once it can serve. After a failure, or a `stop` meanwhile, call `stop`. */
  start(): Promise<string> {
    this.starting = this.bringUp();
    return this.starting;
  }

  private async bringUp(): Promise<string> {
    const { settings, dir } = this;
    const isNew = !existsSync(dir.path);
    // An orphan of a killed launcher may still hold the port.
    if (dir.exists) dir.open();
    if (dir.exists) await dir.endOrphans();
    this.listen = await checkListen(settings.listen);
    if (settings.metrics) this.metrics = await checkListen(settings.metrics, "MetricsSettings.ListenAddress");
    if (settings.databaseUrl) await checkReachable(settings.databaseUrl);
    if (settings.cluster) await checkRedis(settings.cluster.redisUrl);
    for (const note of settings.notes) this.options.log(note);
    dir.open();
    try {
      dir.create(settings.filesDir, 0o700);
      dir.create(join(dir.path, "durable"), 0o700);
      const building = this.bundle();
      // Both run to their end, so that nothing starts behind the back of `stop`.
      const [database, bundled] = await Promise.allSettled([this.startDatabase(), building]);
      if (database.status === "rejected") throw database.reason;
      if (bundled.status === "rejected") throw bundled.reason;
      this.modules = bundled.value;
    } catch (error) {
      if (isNew && settings.databaseUrl) this.forgetDir();
      throw error;
    }
    this.refuseWhenStopping();
    await this.startWorkers();
    return urlOf(this.listen);
  }

  private async bundle(): Promise<BundledFile[]> {
    const { bundleDir, entry } = this.settings;
    if (bundleDir) return readBundle(bundleDir);
    return (await bundle(join(this.dir.run, "bundle"), { entry })).files;
  }

  private async startDatabase(): Promise<void> {
    const { log, giveUp } = this.options;
    let started = Promise.resolve();
    if (this.settings.databaseUrl) {
      this.databaseUrl = this.settings.databaseUrl;
    } else {
      const embedded = await preparePostgres(this.dir.path, log);
      this.refuseWhenStopping();
      log("Starting PostgreSQL ...");
      this.databaseUrl = embedded.url;
      this.postgres = new Supervisor("PostgreSQL", embedded.start, { log, giveUp });
      started = this.postgres.start();
    }
    // Loading Drizzle takes a while, as does the start of PostgreSQL: both at once.
    await Promise.all([import("../../schema/migrate.ts"), started]);
    this.refuseWhenStopping();
    await migrateDatabase(this.databaseUrl, log);
  }

  private async startWorkers(): Promise<void> {
    const { log, giveUp } = this.options;
    log("Starting the node ...");
    this.boots = new Boots(this.dir.path);
    this.compute = new Supervisor("The compute process", () => this.launchCompute(), { log });
    this.node = new Supervisor("The node", () => this.launchNode(), { log, giveUp });
    const results = await Promise.allSettled([this.node.start(), this.compute.start()]);
    for (const result of results) if (result.status === "rejected") throw result.reason;
    this.writeNode();
  }

  private async launchCompute(): Promise<Running> {
    const { modules, dir, settings } = this;
    const socket = dir.socket("compute.sock");
    const { signal } = this.stopping;
    const running = await startCompute({
      run: dir.run,
      socket,
      modules,
      nodeName: settings.nodeName,
      log: this.log,
      signal,
    });
    if (this.node?.running) this.writeNode(running.pid);
    return running;
  }

  private async launchNode(): Promise<Running> {
    const { settings, dir } = this;
    const control = dir.socket("control.sock");
    const path = join(dir.run, "node.capnp");
    this.bootId = this.boots!.begin();
    const { cluster } = settings;
    const vars = {
      PROFILE: cluster ? "cluster" : "single",
      ...(cluster
        ? {
            REDIS_URL: cluster.redisUrl,
            REDIS_PREFIX: cluster.redisPrefix,
            NODE_ADDRESS: cluster.nodeAddress,
            CLUSTER_NAME: cluster.clusterName,
          }
        : {}),
      DATABASE_URL: this.databaseUrl,
      NODE_NAME: settings.nodeName,
      BOOT_ID: this.bootId,
      CLEAN_BOOTS: this.boots!.clean.join(","),
      CONFIG_JSON: settings.configJson,
      ENVIRONMENT_JSON: settings.environmentJson,
    };
    const text = workerdConfig({
      path,
      modules: this.modules,
      vars,
      sockets: [
        { name: "http", address: `${this.listen.host}:${this.listen.port}` },
        { name: "control", address: `unix:${control}`, entrypoint: "Control" },
        ...(this.metrics
          ? [
              {
                name: "metrics",
                address: `${this.metrics.host}:${this.metrics.port}`,
                entrypoint: "Metrics",
              },
            ]
          : []),
      ],
      durable: {
        classes: cluster ? [...DURABLE_CLASSES, RELAY_CLASS] : DURABLE_CLASSES,
        directory: join(dir.path, "durable"),
      },
      disks: { FILES_DISK: settings.filesDir, ...this.logDisk() },
      readOnlyDisks: settings.clientDir ? { CLIENT: settings.clientDir } : {},
      externals: { COMPUTE: `unix:${dir.socket("compute.sock")}` },
      networks: outboundNetworks(settings.allowedInternal),
      certificates: settings.certificates,
    });
    writeWhole(path, text);
    const running = await startWorkerd({
      what: "The node",
      configFile: path,
      sockets: [control],
      ready: async () => (await ask(control, "GET", "/ready", 5_000)) === 200,
      log: this.log,
      signal: this.stopping.signal,
    });
    if (this.compute?.running) this.writeNode(undefined, running.pid);
    return running;
  }

  /** For administrators to read; a log that cannot be written keeps no node from starting. */
  private logDisk(): Record<string, string> {
    const { file } = this.settings.log;
    if (!file) return {};
    try {
      mkdirSync(dirname(file.path), { recursive: true, mode: 0o700 });
      return { LOG_DISK: dirname(file.path) };
    } catch (error) {
      this.options.log(`There is no log file: ${oneLine(error)}`);
      return {};
    }
  }

  private writeNode(compute = this.compute?.running?.pid, workerd = this.node?.running?.pid): void {
    const pids = { launcher: process.pid, workerd, compute, postgres: this.postgres?.running?.pid };
    const { databaseUrl, bootId, listen } = this;
    const metricsUrl = this.metrics ? `${urlOf(this.metrics)}/metrics` : undefined;
    this.dir.writeNode({ url: urlOf(listen), port: listen.port, metricsUrl, databaseUrl, bootId, pids });
  }

  /** In order: what is in flight ends and all state is written, then the node, then the database. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.starting?.catch(() => {});
    const [node, compute, server] = await this.release();
    if (node) await this.stopNode(node);
    if (compute)
      await stop(compute, [
        ["SIGTERM", 1_000],
        ["SIGKILL", 1_000],
      ]);
    if (server) await stopPostgres(server, false);
    await this.log.close();
    this.close();
  }

  private async stopNode(node: Running): Promise<void> {
    const control = this.dir.socket("control.sock");
    const { log } = this.options;
    const clean = await drainNode({ control, restart: this.settings.cluster !== null, log });
    await stop(node, [
      ["SIGTERM", 3_000],
      ["SIGKILL", 2_000],
    ]);
    if (clean) this.boots?.endedCleanly();
  }

  /** At once, whatever is in flight; PostgreSQL recovers at the next start. */
  async force(): Promise<void> {
    this.stopping.abort();
    // Nothing is started again; who is being started is not waited for.
    void this.release();
    const [node, compute, server] = [this.node, this.compute, this.postgres].map((it) => it?.running);
    const kill: [NodeJS.Signals, number][] = [["SIGKILL", 1_000]];
    await Promise.all([
      node && stop(node, kill),
      compute && stop(compute, kill),
      server && stopPostgres(server, true),
    ]);
  }

  private release(): Promise<(Running | null | undefined)[]> {
    return Promise.all([this.node, this.compute, this.postgres].map((it) => it?.release()));
  }

  private close(): void {
    if (this.dir.isOpen) this.dir.removeNode();
    this.dir.close();
  }

  private refuseWhenStopping(): void {
    if (this.stopping.signal.aborted) throw new StartError("Stopped while starting");
  }

  /** A start that failed on somebody's own database leaves no directory behind that it made. */
  private forgetDir(): void {
    this.dir.close();
    rmSync(this.dir.path, { recursive: true, force: true });
  }
}
