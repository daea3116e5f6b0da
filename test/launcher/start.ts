// Starts Edgemost as its users do, as a process of its own, for tests of any kind.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ownPort } from "../harness/ports.ts";

const ROOT = resolve(import.meta.dirname, "../..");

export interface StartOptions {
  env?: Record<string, string>;
  /** One that is given is not removed at the end. */
  dataDir?: string;
}

export interface Edgemost {
  url: string;
  port: number;
  dataDir: string;
  pid: number;
  databaseUrl: string;
  /** Everything printed so far, stdout and stderr. */
  logs(): string;
  /** SIGTERM; the exit code once it has ended. */
  stop(): Promise<number>;
  /** kill -9 of the launcher. Its guards end workerd and PostgreSQL a little later. */
  kill9(): Promise<void>;
}

export interface Launched {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Exit code, or minus one for a death by signal. */
  ended: Promise<number>;
  /** Resolves with the first match in stdout; rejects when the process ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

// A test run that ends early leaves no server behind.
const children = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of children) child.kill("SIGTERM");
});

/** `npm start` without npm. PORT=0 lets the launcher choose a free port. */
export function launch(dataDir: string, env: Record<string, string | undefined> = {}): Launched {
  const clean = Object.entries(process.env).filter(
    ([key]) => !/^(MM_|PORT$|DATABASE_URL$|CONFIG_FILE$)/.test(key),
  );
  const child = spawn(join(ROOT, "node_modules/.bin/node"), ["nginx-compat/launcher/main.ts"], {
    cwd: ROOT,
    env: { ...Object.fromEntries(clean), PORT: "0", DATA_DIR: dataDir, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  let stdout = "";
  let stderr = "";
  let check = () => {};
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
    check();
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<number>((done) => child.on("close", (code) => done(code ?? -1)));
  child.on("exit", () => children.delete(child));
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    printed: (pattern) =>
      new Promise((done, fail) => {
        check = () => {
          const match = pattern.exec(stdout);
          if (match) done(match);
        };
        check();
        ended.then((code) => fail(new Error(`Edgemost ended with ${code}:\n${stdout}${stderr}`)));
      }),
  };
}

export async function startEdgemost({ env, dataDir }: StartOptions = {}): Promise<Edgemost> {
  const directory = dataDir ?? mkdtempSync(join(tmpdir(), "edgemost-"));
  // Not 0: the launcher finds a free port at once and listens seconds later, when another test's server may have it.
  const launched = launch(directory, { PORT: String(await ownPort()), ...env });
  const cleanUp = () => {
    if (!dataDir) rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  let url: string;
  try {
    [, url = ""] = await launched.printed(/^Edgemost is ready at (\S+)$/m);
  } catch (error) {
    cleanUp();
    throw error;
  }
  const node = JSON.parse(readFileSync(join(directory, "run/node.json"), "utf8"));
  return {
    url,
    port: node.port,
    dataDir: directory,
    pid: launched.child.pid!,
    databaseUrl: node.databaseUrl,
    logs: () => launched.stdout() + launched.stderr(),
    stop: async () => {
      launched.child.kill("SIGTERM");
      const code = await launched.ended;
      cleanUp();
      return code;
    },
    kill9: async () => {
      launched.child.kill("SIGKILL");
      // Not `ended`: workerd may hold the pipes open for a while.
      if (launched.child.exitCode === null && launched.child.signalCode === null) {
        await new Promise((done) => launched.child.once("exit", done));
      }
    },
  };
}
