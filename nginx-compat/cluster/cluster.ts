// Brings up the local cluster, in an order that finds every problem early, and takes it down again: nodes first.

import { readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { DataDir } from "../launcher/data-dir.ts";
import { StartError } from "../launcher/errors.ts";
import { migrateDatabase } from "../launcher/migrate.ts";
import {
  checkReachable,
  type Embedded,
  preparePostgres,
  stopPostgres,
} from "../launcher/postgres/postgres.ts";
import { newId } from "../launcher/process/boots.ts";
import { checkListen, urlOf } from "../launcher/process/ports.ts";
import type { Running } from "../launcher/process/processes.ts";
import { checkRedis } from "../launcher/redis.ts";
import { bundle } from "../launcher/workerd/bundle.ts";
import { startCompute } from "../launcher/workerd/compute.ts";
import { writeWhole } from "../launcher/workerd/files.ts";
import { serveControls } from "./control.ts";
import { Member } from "./member.ts";
import { endOrphans } from "./orphans.ts";
import { Ports } from "./ports.ts";
import { type ClusterFile, table } from "./report.ts";
import { makeBucket, startS3 } from "./s3/start.ts";
import { startNginx } from "./services/nginx.ts";
import { startRedis } from "./services/redis.ts";
import { Service } from "./services/service.ts";
import type { ClusterSettings, S3Settings } from "./settings.ts";
import { sharedVars } from "./vars.ts";

export class Cluster {
  private readonly settings: ClusterSettings;
  private readonly log: (line: string) => void;
  private readonly dir: DataDir;
  private readonly logDir: string;
  private readonly stopping = new AbortController();
  private starting: Promise<unknown> | null = null;
  private readonly services = new Map<string, Service>();
  private readonly members: Member[] = [];
  private control: Server | null = null;
  private databaseUrl = "";
  private redisUrl = "";
  private s3!: S3Settings;
  private ready = false;

  constructor(settings: ClusterSettings, log: (line: string) => void) {
    this.settings = settings;
    this.log = log;
    this.dir = new DataDir(settings.dataDir);
    this.logDir = join(settings.dataDir, "logs");
  }

  /** Resolves once the cluster serves. After a failure, or a `stop` meanwhile, call `stop`. */
  start(): Promise<{ url: string; table: string }> {
    const started = this.bringUp();
    this.starting = started;
    return started;
  }

  private async bringUp(): Promise<{ url: string; table: string }> {
    const { settings, dir, log } = this;
    dir.open();
    for (const path of [this.logDir, join(dir.path, "nodes")]) dir.create(path, 0o700);
    await endOrphans(this.file, this.dir.path);
    const ports = new Ports(dir.path);
    const { host, port } = settings.listen;
    settings.listen = await checkListen({ host, port: port || (await ports.take("nginx")) });
    await this.checkOwn();
    const started = await Promise.allSettled([
      this.startPostgres(),
      this.startRedis(ports),
      this.startS3(ports),
      bundle(join(dir.run, "bundle"), { entry: settings.entry }),
    ]);
    for (const result of started) if (result.status === "rejected") throw result.reason;
    const { files: modules } = (started[3] as PromiseFulfilledResult<Awaited<ReturnType<typeof bundle>>>)
      .value;
    this.refuseWhenStopping();
    log(`Starting ${settings.nodes.length} nodes ...`);
    const compute = dir.socket("compute.sock");
    await this.run(
      "compute",
      () => startCompute({ run: dir.run, socket: compute, modules, signal: this.stopping.signal }),
      [
        ["SIGTERM", 1_000],
        ["SIGKILL", 1_000],
      ],
    );
    for (const name of settings.nodes) {
      const { forwardPostgres, clientDir } = settings;
      const { databaseUrl, redisUrl, logDir } = this;
      const vars = sharedVars(settings, this.s3);
      const metrics = settings.metrics !== null;
      const services = { databaseUrl, redisUrl, forwardPostgres, clientDir, compute: `unix:${compute}` };
      const shared = { ...services, modules, metrics, vars };
      this.members.push(await Member.create({ name, dataDir: dir.path, logDir, ...shared }, ports));
    }
    this.refuseWhenStopping();
    // NGINX first would count nodes as failed that are still starting.
    const nodes = await Promise.allSettled(
      this.members.map((member) => {
        return this.run(member.name, () => member.launch(), [
          ["SIGTERM", 30_000],
          ["SIGKILL", 2_000],
        ]);
      }),
    );
    for (const result of nodes) if (result.status === "rejected") throw result.reason;
    const nginx = { dir: join(dir.run, "nginx"), logDir: this.logDir, listen: settings.listen };
    const addresses = this.members.map(({ address }) => address);
    await this.run("nginx", () => startNginx({ ...nginx, nodes: addresses }), [
      ["SIGTERM", 2_000],
      ["SIGKILL", 1_000],
    ]);
    this.control = await serveControls(this.controlSocket, {
      services: this.services,
      members: this.members,
      describe: () => this.describe(),
    });
    this.ready = true;
    this.writeFile();
    return { url: urlOf(settings.listen), table: table(this.describe()) };
  }

  private get controlSocket(): string {
    const path = join(this.dir.path, "control.sock");
    return Buffer.byteLength(path) < 100 ? path : this.dir.socket("cluster.sock");
  }

  /** Whatever is not ours must be there before anything is made. */
  private async checkOwn(): Promise<void> {
    const { databaseUrl, redisUrl } = this.settings;
    if (databaseUrl) await checkReachable(databaseUrl);
    if (redisUrl) await checkRedis(redisUrl);
  }

  private async startPostgres(): Promise<void> {
    const { settings, dir, log } = this;
    this.databaseUrl = settings.databaseUrl ?? "";
    if (!this.databaseUrl) {
      const embedded: Embedded = await preparePostgres(dir.path, log);
      this.databaseUrl = embedded.url;
      await this.run("postgres", embedded.start, [
        ["SIGINT", 30_000],
        ["SIGQUIT", 1_000],
        ["SIGKILL", 1_000],
      ]);
    }
    await migrateDatabase(this.databaseUrl, log);
  }

  private async startRedis(ports: Ports): Promise<void> {
    this.redisUrl = this.settings.redisUrl ?? "";
    if (this.redisUrl) return;
    const port = await ports.take("redis");
    const password = newId();
    this.redisUrl = `redis://:${password}@127.0.0.1:${port}`;
    const files = { configFile: join(this.dir.run, "redis.conf"), logFile: join(this.logDir, "redis.log") };
    await this.run("redis", () => startRedis({ ...files, port, password }), [
      ["SIGTERM", 2_000],
      ["SIGKILL", 1_000],
    ]);
  }

  private async startS3(ports: Ports): Promise<void> {
    if (this.settings.s3) {
      this.s3 = this.settings.s3;
    } else {
      const port = await ports.take("s3");
      const secrets = this.remember("s3.json", () => ({ accessKeyId: "edgemost", secretAccessKey: newId() }));
      this.s3 = { endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", bucket: "edgemost", ...secrets };
      const options = { dir: join(this.dir.path, "s3"), port, ...this.s3 };
      const files = [join(this.dir.run, "s3.json"), join(this.logDir, "s3.log")] as const;
      await this.run("s3", () => startS3(...files, options), [
        ["SIGTERM", 1_000],
        ["SIGKILL", 1_000],
      ]);
    }
    await makeBucket(this.s3);
  }

  /** Secrets that outlive the launcher: what they protect does. */
  private remember<T>(name: string, make: () => T): T {
    const file = join(this.dir.path, name);
    try {
      return JSON.parse(readFileSync(file, "utf8")) as T;
    } catch {
      const made = make();
      writeWhole(file, `${JSON.stringify(made)}\n`);
      return made;
    }
  }

  private async run(
    name: string,
    launch: () => Promise<Running>,
    steps: [NodeJS.Signals, number][],
  ): Promise<void> {
    const { log, settings } = this;
    const service = new Service(name, {
      launch,
      steps,
      restart: settings.restart,
      log,
      changed: () => this.writeFile(),
    });
    this.services.set(name, service);
    await service.start();
  }

  private describe(): ClusterFile {
    const { members, services, databaseUrl, redisUrl, s3 } = this;
    const pidOf = (name: string) => services.get(name)?.pid ?? null;
    const others = ["nginx", "redis", "postgres", "s3", "compute"].map((name) => [name, pidOf(name)]);
    return {
      url: urlOf(this.settings.listen),
      nodes: members.map(({ name, url, metricsUrl }) => {
        return { name, url, ...(metricsUrl ? { metricsUrl } : {}), pid: pidOf(name) };
      }),
      postgres: databaseUrl,
      redis: redisUrl,
      s3: s3.endpoint,
      control: this.controlSocket,
      pids: { launcher: process.pid, ...Object.fromEntries(others) },
    };
  }

  private get file(): string {
    return join(this.dir.path, "cluster.json");
  }

  private writeFile(): void {
    if (this.ready) writeWhole(this.file, `${JSON.stringify(this.describe(), null, 2)}\n`);
  }

  /** Nodes first, all at once, with their state saved; then what they use. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.starting?.catch(() => {});
    this.ready = false;
    for (const service of this.services.values()) service.release();
    this.control?.close();
    this.control?.closeAllConnections();
    await Promise.all(
      this.members.map(({ name }) => {
        return this.services.get(name)?.stop([
          ["SIGINT", 25_000],
          ["SIGKILL", 2_000],
        ]);
      }),
    );
    await Promise.all(
      ["nginx", "compute", "s3", "redis", "postgres"].map((name) => this.services.get(name)?.stop()),
    );
    this.close();
  }

  /** At once, whatever is in flight. */
  async force(): Promise<void> {
    this.stopping.abort();
    for (const service of this.services.values()) service.release();
    await Promise.all(
      [...this.services.values()].map(async ({ name, running }) => {
        if (name === "postgres") return running && stopPostgres(running, true);
        running?.child.kill("SIGKILL");
      }),
    );
    this.close();
  }

  private close(): void {
    for (const member of this.members) member.close();
    if (this.dir.isOpen) for (const path of [this.file, this.controlSocket]) rmSync(path, { force: true });
    this.dir.close();
  }

  private refuseWhenStopping(): void {
    if (this.stopping.signal.aborted) throw new StartError("Stopped while starting");
  }
}
