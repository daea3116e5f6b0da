// One suite for every adapter of Sql, inside of workerd: the pool, and Neon's driver in front of the same PostgreSQL.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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
let postgres: Embedded;
let running: Running;
let neon: NeonEndpoint;
let worker: Worker;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "edgemost-sql-"));
  postgres = await preparePostgres(directory, () => {});
  running = await postgres.start();
  neon = await startNeonEndpoint();
  worker = await startWorker({
    entry: join(import.meta.dirname, "sql-worker.ts"),
    vars: { DATABASE_URL: postgres.url, NEON_ENDPOINT: neon.url, NODE_NAME: "the-pool" },
    classes: DURABLE_CLASSES.filter(({ className }) => className === "SqlPool"),
  });
});

afterAll(async () => {
  await worker?.stop();
  await neon?.stop();
  if (running) await stopPostgres(running, true);
  rmSync(directory, { recursive: true, force: true });
});

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
    running = await postgres.start();
    await run("works");
  });

  test.each([false, true])("ends a statement under way (by force: %s)", async (force) => {
    const work = run("tells that an outcome is not known, or that nothing was sent");
    await Promise.all([work, sleep(500).then(() => stopPostgres(running, force))]);
    running = await postgres.start();
    await run("works");
  });

  test("is away for a while, and comes back", async () => {
    await stopPostgres(running, false);
    await run("is unavailable");
    if (adapter === "pool") {
      const waiting = run("waits for a server that comes back");
      await sleep(700);
      running = await postgres.start();
      await waiting;
    } else running = await postgres.start();
    await run("works");
  });
});
