// Starts `npm run cluster` as its users do, as a process of its own, and lets tests break it.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ClusterFile } from "../../../nginx-compat/cluster/report.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

export interface ClusterOptions {
  nodes?: number;
  env?: Record<string, string>;
  /** More of the command line: --restart, --forward-postgres. */
  args?: string[];
  /** One that is given is not removed at the end. */
  dataDir?: string;
}

export interface RunningCluster {
  /** NGINX. */
  url: string;
  /** As they are now: a node that was started again has another pid, one that is down has null. */
  readonly nodes: ClusterFile["nodes"];
  readonly pids: Record<string, number | null>;
  dataDir: string;
  databaseUrl: string;
  redisUrl: string;
  s3Url: string;
  /** POST to the launcher, as "/nodes/leader/stop" (nginx-compat/cluster/control.ts); throws what it answers when it cannot. */
  control(path: string): Promise<void>;
  /** What the launcher has printed so far. */
  output(): string;
  /** The log of a node, or of nginx, redis, s3. */
  log(name: string): string;
  /** SIGTERM; the exit code once all has ended. */
  stop(): Promise<number>;
}

/** `npm run cluster` without npm, on a free port. Rejects with all it printed when it ends before it is ready. */
export async function startCluster(options: ClusterOptions = {}): Promise<RunningCluster> {
  const { nodes = 3, env = {}, args = [] } = options;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "edgemost-cluster-"));
  const cleanUp = () => {
    if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  const { child, output, ended, ready } = launch(dataDir, ["--nodes", `${nodes}`, ...args], env);
  try {
    await ready;
  } catch (error) {
    cleanUp();
    throw error;
  }
  const file = (): ClusterFile => JSON.parse(readFileSync(join(dataDir, "cluster.json"), "utf8"));
  const { url, postgres, redis, s3, control } = file();
  return {
    url,
    get nodes() {
      return file().nodes;
    },
    get pids() {
      return file().pids;
    },
    dataDir,
    databaseUrl: postgres,
    redisUrl: redis,
    s3Url: s3,
    control: (path) => post(control, path),
    output,
    log: (name) => readFileSync(join(dataDir, "logs", `${name}.log`), "utf8"),
    stop: async () => {
      child.kill("SIGTERM");
      const code = await ended;
      cleanUp();
      return code;
    },
  };
}

export function launch(dataDir: string, args: string[], env: Record<string, string>) {
  const clean = Object.entries(process.env).filter(([key]) => {
    return !/^(MM_|S3_|AWS_|(PORT|DATABASE_URL|REDIS_URL|REDIS_PREFIX|CONFIG_FILE|VITEST)$)/.test(key);
  });
  const child = spawn(join(ROOT, "node_modules/.bin/node"), ["nginx-compat/cluster/main.ts", ...args], {
    cwd: ROOT,
    env: { ...Object.fromEntries(clean), PORT: "0", DATA_DIR: dataDir, END_WITH_STDIN: "1", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let text = "";
  const ended = new Promise<number>((done) => child.on("close", (code) => done(code ?? -1)));
  const ready = new Promise<void>((done, fail) => {
    const read = (chunk: Buffer) => {
      text += chunk;
      if (/^Edgemost is ready at /m.test(text)) done();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    ended.then((code) => fail(new Error(`The cluster ended with ${code}:\n${text}`)));
  });
  ready.catch(() => {});
  return { child, ended, ready, output: () => text };
}

function post(socketPath: string, path: string): Promise<void> {
  return new Promise((done, fail) => {
    const outgoing = request(
      { socketPath, path, method: "POST", host: "cluster", agent: false },
      (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => {
          if (response.statusCode === 200) done();
          else fail(new Error(`${path}: ${text.trim()}`));
        });
      },
    );
    outgoing.on("error", fail);
    outgoing.end();
  });
}
