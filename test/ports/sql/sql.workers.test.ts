// One suite for every adapter of Sql, inside of workerd: the pool, and Neon's driver in front of the same PostgreSQL.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Embedded,
  preparePostgres,
  stopPostgres,
} from "../../../nginx-compat/launcher/postgres/postgres.ts";
import type { Running } from "../../../nginx-compat/launcher/process/processes.ts";
import { DURABLE_CLASSES } from "../../../nginx-compat/launcher/workerd/workerd-config.ts";
import { runCase, startWorker, type Worker } from "../workerd.ts";
import { type NeonEndpoint, startNeonEndpoint } from "./neon-endpoint.ts";
import { poolCases } from "./pool.ts";
import { sqlCases } from "./suite.ts";

let directory: string;
let database: Embedded;
let running: Running;
let neon: NeonEndpoint;
let worker: Worker;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "edgemost-sql-"));
  database = await preparePostgres(directory, () => {});
  running = await database.start();
  neon = await startNeonEndpoint();
  worker = await startWorker({
    entry: join(import.meta.dirname, "sql-worker.ts"),
    vars: { DATABASE_URL: database.url, NEON_ENDPOINT: neon.url, NODE_NAME: "the-pool" },
    classes: DURABLE_CLASSES.filter(({ className }) => className === "SqlPool"),
  });
});

afterAll(async () => {
  await worker?.stop();
  await neon?.stop();
  if (running) await stopPostgres(running, true);
  rmSync(directory, { recursive: true, force: true });
});

/** Once a long statement of `restartCases` is running; the other one may wait for its turn on the same connection. */
async function underWay(): Promise<void> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  const found = async () =>
    (
      await sql`select count(*)::int as n from pg_stat_activity
        where state = 'active' and query like '%pg_sleep(20)%' and pid <> pg_backend_pid()`
    )[0]!.n;
  for (const until = Date.now() + 15_000; (await found()) === 0; await sleep(50))
    if (Date.now() > until) throw new Error("No statement is under way");
  await sql.end();
}

for (const [adapter, cases] of [
  ["pool", { ...sqlCases, ...poolCases }],
  ["neon", sqlCases],
] as const) {
  describe(adapter, () => {
    for (const name of Object.keys(cases)) test(name, () => runCase(worker, adapter, name));
  });
}

test("Neon's driver went through the endpoint, one request a round trip", () => {
  expect(neon.requests).toBeGreaterThan(400);
});

describe.each(["pool", "neon"])("%s, when PostgreSQL restarts", (adapter) => {
  const run = (name: string) => runCase(worker, adapter, name);

  test("between two statements", async () => {
    await run("works");
    await stopPostgres(running, false);
    running = await database.start();
    if (adapter === "pool") await run("has all its connections for batches, also when they open them");
    await run("works");
  });

  test.each([false, true])("ends a statement under way (by force: %s)", async (force) => {
    const work = run("tells that an outcome is not known, or that nothing was sent");
    await Promise.all([work, underWay().then(() => stopPostgres(running, force))]);
    running = await database.start();
    await run("works");
  });

  test("is away for a while, and comes back", async () => {
    await stopPostgres(running, false);
    await run("is unavailable");
    if (adapter === "pool") {
      const waiting = run("waits for a server that comes back");
      await sleep(300);
      running = await database.start();
      await waiting;
    } else running = await database.start();
    await run("works");
  });
});
