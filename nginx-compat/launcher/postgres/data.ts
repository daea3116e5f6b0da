// The embedded PostgreSQL's data directory: making it, its settings, and what an earlier run left in it.

import { execFile } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { oneLine, StartError } from "../errors.ts";
import { commandLine, end } from "../process/processes.ts";
import type { PgUser } from "./user.ts";

export const SUPERUSER = "edgemost";

/** Nothing of the launcher's own environment (PGDATA, PGPORT, LANG) may change what the server does. */
export const PG_ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };

/**
 * initdb into a directory beside the final one: an interrupted first start leaves nothing that looks complete.
 * The collation is PostgreSQL's own C.UTF-8: no update of the system's C library or ICU can corrupt an index.
 */
export async function createCluster(initdb: string, directory: string, password: string, user: PgUser) {
  const fresh = `${directory}.new`;
  const passwordFile = `${directory}.password`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user.ids) for (const path of [fresh, passwordFile]) chownSync(path, user.ids.uid, user.ids.gid);
  const [command, ...args] = [
    ...[...user.wrapper, initdb, `--pgdata=${fresh}`, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`],
    ...["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"],
    ...["--builtin-locale=C.UTF-8", "--text-search-config=english"],
  ];
  try {
    const ids = user.wrapper.length ? {} : user.ids;
    await promisify(execFile)(command!, args, { env: PG_ENVIRONMENT, cwd: fresh, ...ids });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new StartError(
      `Cannot create the database in ${directory}: ${oneLine({ message: stderr || `${error}` })}`,
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(fresh, directory);
}

/** For a small machine that PostgreSQL shares with the node. Durability (fsync, synchronous_commit) is untouched. */
export function serverFlags(port: number): string[] {
  const roomy = totalmem() >= 4 * 2 ** 30;
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    max_connections: 100,
    shared_buffers: roomy ? "256MB" : "128MB",
    effective_cache_size: roomy ? "1GB" : "384MB",
    work_mem: "8MB",
    maintenance_work_mem: "64MB",
    fsync: "on",
    synchronous_commit: "on",
    wal_buffers: "16MB",
    min_wal_size: "128MB",
    max_wal_size: "1GB",
    checkpoint_timeout: "15min",
    checkpoint_completion_target: 0.9,
    random_page_cost: 1.1,
    // Statements are short and there are few cores: compiling and parallel workers only cost.
    jit: "off",
    max_parallel_workers_per_gather: 0,
    autovacuum_naptime: "30s",
    autovacuum_vacuum_scale_factor: 0.05,
    autovacuum_analyze_scale_factor: 0.02,
    timezone: "UTC",
    log_timezone: "UTC",
    log_checkpoints: "off",
  };
  return Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
}

/** postmaster.pid: pid, data directory, start time, port, socket directory, address, shared memory, status. */
export function readPidFile(directory: string): { pid: number; ready: boolean } | null {
  try {
    const lines = readFileSync(join(directory, "postmaster.pid"), "utf8").split("\n");
    return { pid: Number(lines[0]), ready: lines[7]?.startsWith("ready") ?? false };
  } catch {
    return null;
  }
}

/**
 * Ends a server that a killed launcher left on this directory (ours alone: the caller holds DATA_DIR's lock), and
 * removes a pid file whose number is a zombie's or some other program's by now: PostgreSQL would refuse to start.
 * Any other stale pid file stays: PostgreSQL itself checks that none of its backends is left, and replaces it.
 */
export async function recoverCluster(directory: string, log: (line: string) => void): Promise<void> {
  const file = readPidFile(directory);
  if (file && commandLine(file.pid).includes(directory)) {
    log("Stopping the PostgreSQL that an earlier run left behind ...");
    await end(file.pid, [
      ["SIGINT", 30_000],
      ["SIGQUIT", 5_000],
      ["SIGKILL", 5_000],
    ]);
    if (commandLine(file.pid) !== "") throw new StartError(`Process ${file.pid} of PostgreSQL does not end`);
  }
  for (const pid of livingIn(directory)) {
    await end(pid, [
      ["SIGQUIT", 5_000],
      ["SIGKILL", 5_000],
    ]);
  }
  if (file && exists(file.pid)) rmSync(join(directory, "postmaster.pid"), { force: true });
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** PostgreSQL's processes have its data directory as their working directory. */
function livingIn(directory: string): number[] {
  if (process.platform !== "linux" || !existsSync(directory)) return [];
  return readdirSync("/proc").flatMap((name) => {
    try {
      const isOurs = /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === directory;
      return isOurs && /postgres/.test(commandLine(Number(name))) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
