// A newer release takes over node by node, with a migration that adds to the schema, while people post and read.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NodeOptions } from "../../nginx-compat/cluster/node.ts";
import { migrate } from "../../schema/migrate.ts";
import { SERVER_VERSION } from "../../workers/config/version.ts";
import { request } from "../harness/client.ts";
import { database } from "../harness/sql.ts";
import { restartInTurn } from "./chat/faults.ts";
import { underLoad } from "./chat/scene.ts";
import { leaseHolder, NODES, PATIENCE_MS, startTown, type Town, until } from "./chat/town.ts";

const NEWER = `${SERVER_VERSION}1`;

let town: Town;
const migrations = mkdtempSync(join(tmpdir(), "edgemost-migrations-"));

beforeAll(async () => {
  town = await startTown(20);
}, 120_000);
afterAll(async () => {
  rmSync(migrations, { recursive: true, force: true });
  await town?.cluster.stop();
}, 60_000);

/** The bundle that nodes load from now on says that it is newer. */
function replaceBundle(): void {
  const file = join(town.cluster.dataDir, "nodes", NODES[0], "node.json");
  const { modules } = JSON.parse(readFileSync(file, "utf8")) as NodeOptions;
  const { path } = modules[0]!;
  const text = readFileSync(path, "utf8");
  const newer = text.replace(`SERVER_VERSION = "${SERVER_VERSION}"`, `SERVER_VERSION = "${NEWER}"`);
  expect(newer).not.toBe(text);
  writeFileSync(path, newer);
}

/** This release's migrations and one more, which adds to tables that every request uses. */
function addMigration(): void {
  cpSync(resolve(import.meta.dirname, "../../schema/migrations"), migrations, { recursive: true });
  const file = join(migrations, "meta/_journal.json");
  const journal = JSON.parse(readFileSync(file, "utf8"));
  const last = journal.entries.at(-1);
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1_000, tag: "0999_newer" });
  writeFileSync(file, JSON.stringify(journal));
  const statements = ["posts", "users", "sessions", "channels", "channelmembers"].map(
    (table) => `alter table ${table} add column newer varchar(26) default 'x';`,
  );
  writeFileSync(join(migrations, "0999_newer.sql"), statements.join("\n"));
}

/** Reads what clients read all the time, one request after the other; what was not answered well. */
function startReaders(count: number) {
  const failures: string[] = [];
  let ended = false;
  let answers = 0;
  const paths = ["users/me", `channels/${town.channels[0]}/posts?per_page=20`, "users/me/teams/unread"];
  const reader = async (n: number) => {
    const headers = { authorization: `Bearer ${town.people[n]!.token}` };
    for (let turn = n; !ended; turn++) {
      const path = paths[turn % paths.length]!;
      try {
        const answer = await fetch(`${town.cluster.url}/api/v4/${path}`, { headers });
        await answer.arrayBuffer();
        answers++;
        if (answer.status !== 200) failures.push(`${path}: ${answer.status}`);
      } catch (error) {
        failures.push(`${path}: ${error}`);
      }
      await sleep(40);
    }
  };
  const all = Promise.all(Array.from({ length: count }, (_, n) => reader(n)));
  return {
    failures,
    stop: async () => {
      ended = true;
      await all;
      return answers;
    },
  };
}

/** The nodes' versions, as the System Console sees them. */
async function versions(): Promise<string[]> {
  const { body } = await request({ url: town.cluster.url }, town.admin.token, "GET", "cluster/status");
  return body.map((row: { version: string }) => row.version).sort();
}

test("nodes of a newer release with an added migration replace the older ones without a failed request", async () => {
  addMigration();
  const older = NODES.map(() => SERVER_VERSION);
  await until(async () => `${await versions()}` === `${older}`, PATIENCE_MS, "three nodes are seen");
  const outcome = await underLoad(town, "rolling upgrade", async () => {
    const readers = startReaders(4);
    replaceBundle();
    for (const [n, name] of NODES.entries()) {
      // As two newer nodes that start at once; the older ones serve on the new schema meanwhile.
      const log: string[] = [];
      const newer = () =>
        migrate(town.cluster.databaseUrl, { directory: migrations, log: (line) => log.push(line) });
      await Promise.all([newer(), newer()]);
      expect(log.filter((line) => line.includes("updated"))).toHaveLength(name === NODES[0] ? 1 : 0);
      await restartInTurn(town.cluster, [name], 1_500);
      // The console warns where versions differ.
      const now = NODES.map((_, other) => (other <= n ? NEWER : SERVER_VERSION)).sort();
      await until(async () => `${await versions()}` === `${now}`, PATIENCE_MS, `${now} are seen`);
    }
    const answers = await readers.stop();
    expect(readers.failures).toEqual([]);
    return { reads: answers };
  });
  expect(outcome).toMatchObject({ failed: 0, fresh: 0 });
  const rows = await database(town.admin.node)`select count(*)::int as n from drizzle.__drizzle_migrations`;
  const known = JSON.parse(readFileSync(join(migrations, "meta/_journal.json"), "utf8")).entries;
  expect(rows[0]!.n).toBe(known.length);
  // An older node may come back, and changes nothing.
  await expect(migrate(town.cluster.databaseUrl)).resolves.toEqual({ created: false, version: "0999_newer" });
  await until(async () => (await leaseHolder(town)) !== "", PATIENCE_MS, "a leader");
});
