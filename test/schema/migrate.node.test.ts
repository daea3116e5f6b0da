import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readMigrations } from "../../schema/journal.ts";
import { migrate, SchemaError } from "../../schema/migrate.ts";
import { createDatabase, type RunningPostgres, startPostgres } from "./postgres.ts";
import { fillEveryTable, snapshot } from "./snapshot.ts";

const latest = readMigrations().at(-1)!;
const baselineSql = readMigrations()[0]!.sql;

let server: RunningPostgres;
const open: Sql[] = [];
const directories: string[] = [];

beforeAll(async () => {
  server = await startPostgres();
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((sql) => sql.end()));
});

afterAll(async () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  await server?.stop();
});

/** A new database with `ddl` run in it. */
async function database(ddl = "", options = ""): Promise<{ url: string; sql: Sql }> {
  const url = await createDatabase(server.url, options);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  open.push(sql);
  if (ddl) await sql.unsafe(ddl);
  return { url, sql };
}

/** Migration files as a later release would ship them. */
function nextRelease(sql: string): string {
  const directory = mkdtempSync(join(tmpdir(), "edgemost-migrations-"));
  directories.push(directory);
  cpSync(new URL("../../schema/migrations", import.meta.url).pathname, directory, { recursive: true });
  const file = join(directory, "meta/_journal.json");
  const journal = JSON.parse(readFileSync(file, "utf8"));
  journal.entries.push({
    idx: 99,
    version: "7",
    when: latest.when + 1000,
    tag: "0099_next",
    breakpoints: true,
  });
  writeFileSync(file, JSON.stringify(journal));
  writeFileSync(join(directory, "0099_next.sql"), sql);
  return directory;
}

describe("an empty database", () => {
  test("gets the schema, quickly", async () => {
    const { url, sql } = await database();
    const lines: string[] = [];
    const before = performance.now();
    await database(baselineSql);
    const start = performance.now();
    expect(await migrate(url, { log: (line) => lines.push(line) })).toEqual({
      created: true,
      version: latest.tag,
    });
    const took = performance.now() - start;
    console.log(`migration from empty: ${Math.round(took)} ms`);
    // On a machine that is slow just now, the bare tables take their time, too.
    expect(took).toBeLessThan(Math.max(5_000, 10 * (start - before)));
    expect(lines.join("\n")).toContain("created");
    expect(lines.join("\n")).not.toContain("warning");
    expect(await sql`select from drizzle.__drizzle_migrations`).toHaveLength(readMigrations().length);
  });

  test("is created once by nodes that start together", async () => {
    const { url, sql } = await database();
    const results = await Promise.all(Array.from({ length: 6 }, () => migrate(url)));
    expect(results.filter((result) => result.created)).toHaveLength(1);
    expect(new Set(results.map((result) => result.version))).toEqual(new Set([latest.tag]));
    expect(await sql`select from drizzle.__drizzle_migrations`).toHaveLength(readMigrations().length);
    expect((await sql`select count(*)::int as n from systems where name = 'DiagnosticId'`)[0]!.n).toBe(1);
  });

  test("may hold what an extension brought", async () => {
    const { url } = await database("create extension pg_stat_statements");
    expect((await migrate(url)).created).toBe(true);
  });

  test("is refused, not half filled, when its encoding cannot hold all text", async () => {
    const { url, sql } = await database(
      "",
      "template template0 encoding SQL_ASCII locale 'C' locale_provider libc",
    );
    await expect(migrate(url)).rejects.toThrow(SchemaError);
    expect((await snapshot(sql)).items).not.toContain("schema drizzle");
  });

  test("is warned about when full-text search would not use its indexes", async () => {
    const { url } = await database();
    const name = new URL(url).pathname.slice(1);
    const admin = postgres(server.url, { max: 1 });
    open.push(admin);
    await admin.unsafe(`alter database ${name} set default_text_search_config = 'pg_catalog.simple'`);
    const lines: string[] = [];
    await migrate(url, { log: (line) => lines.push(line) });
    expect(lines.join("\n")).toMatch(/warning: default_text_search_config is pg_catalog.simple/);
  });
});

test("a second run changes nothing", async () => {
  const { url, sql } = await database();
  await migrate(url);
  const before = await snapshot(sql);
  const lines: string[] = [];
  expect(await migrate(url, { log: (line) => lines.push(line) })).toEqual({
    created: false,
    version: latest.tag,
  });
  expect(await snapshot(sql)).toEqual(before);
  expect(lines).toEqual([]);
});

describe("a Mattermost database", () => {
  test("keeps every row and every item of its catalog", async () => {
    const { url, sql } = await database(baselineSql);
    const tables = await fillEveryTable(sql);
    expect(tables.length).toBe(79);
    await sql`insert into db_migrations values (160, 'of_a_newer_mattermost')`;
    await sql`alter table posts add column fromnewer text default 'x'`;
    const before = await snapshot(sql);
    expect(await migrate(url)).toEqual({ created: false, version: latest.tag });
    const after = await snapshot(sql);
    for (const [table, rows] of Object.entries(before.rows)) {
      expect(after.rows[table], table).toEqual(expect.arrayContaining(rows));
      // Only the seed may add, and only here.
      if (table !== "roles" && table !== "systems") expect(after.rows[table], table).toEqual(rows);
    }
    expect(after.items).toEqual(expect.arrayContaining(before.items));
    const added = after.items.filter((item) => !before.items.includes(item));
    expect(added.filter((item) => !/configuration|db_config_migrations|^schema drizzle$/.test(item))).toEqual(
      [],
    );
    expect(await migrate(url)).toEqual({ created: false, version: latest.tag });
    expect(await snapshot(sql)).toEqual(after);
  });

  test("keeps its own configuration tables", async () => {
    const { url, sql } = await database(`${baselineSql};
      create table configurations (id varchar(26) primary key, value text not null, createat bigint not null,
        active boolean unique);
      insert into configurations values ('one', '{}', 1, true)`);
    await migrate(url);
    expect(await sql`select * from configurations`).toMatchObject([{ id: "one", value: "{}" }]);
    // Of an old shape: claiming that its last migration was applied would stop the original from applying it.
    expect(await sql`select from db_config_migrations`).toHaveLength(0);
  });
});

describe("a database of an older release of ours", () => {
  test("gets what it lacks, in order, and only that", async () => {
    const { url, sql } = await database();
    await migrate(url);
    const directory = nextRelease("create table later (id int); insert into later values (1)");
    expect(await migrate(url, { directory })).toEqual({ created: false, version: "0099_next" });
    expect(await migrate(url, { directory })).toEqual({ created: false, version: "0099_next" });
    expect(await sql`select id from later`).toHaveLength(1);
  });

  test("is left as it was when a migration fails", async () => {
    const { url, sql } = await database();
    await migrate(url);
    const before = await snapshot(sql);
    const directory = nextRelease("create table later (id int); select 1 / 0");
    await expect(migrate(url, { directory })).rejects.toThrow("division by zero");
    expect(await snapshot(sql)).toEqual(before);
  });

  test("still serves this release after a newer one migrated it, until that says otherwise", async () => {
    const { url, sql } = await database();
    const directory = nextRelease("create table later (id int)");
    await migrate(url, { directory });
    expect(await migrate(url)).toEqual({ created: false, version: "0099_next" });
    await sql`update drizzle.edgemost set minimum_safe = ${latest.when + 1000}`;
    const before = await snapshot(sql);
    await expect(migrate(url)).rejects.toThrow(/too new for this server/);
    expect(await snapshot(sql)).toEqual(before);
    expect((await migrate(url, { directory })).version).toBe("0099_next");
  });
});

describe("any other database is refused unchanged:", () => {
  const versions = "create table db_migrations (version bigint primary key, name varchar not null);";
  test.each([
    ["unknown tables", "create table customers (id int)", /not a Mattermost one: .*customers/],
    ["a table named like one of ours", "create table posts (id int)", /not a Mattermost one: .*posts/],
    ["only a type", "create type channel_type as enum ('O')", /not a Mattermost one: .*channel_type/],
    [
      "another db_migrations",
      "create table db_migrations (id int)",
      /db_migrations is not one of Mattermost's/,
    ],
    [
      "an older Mattermost",
      `${versions} insert into db_migrations select n, 'x' from generate_series(1, 120) n where n <> 110`,
      /older Mattermost's \(schema 120, 159 needed\)/,
    ],
    ["a Mattermost that never finished its first migration", versions, /older Mattermost's \(schema 0/],
    [
      "a gap in the versions",
      `${versions} insert into db_migrations select n, 'x' from generate_series(1, 159) n where n not in (110, 150)`,
      /version 150 was never applied/,
    ],
    [
      "versions without their tables",
      `${versions} insert into db_migrations select n, 'x' from generate_series(1, 159) n where n <> 110`,
      /lacks \d+ columns/,
    ],
    [
      "a Mattermost whose column is gone",
      `${baselineSql}; alter table posts drop column message`,
      /posts\.message/,
    ],
  ])("%s", async (_name, ddl, message) => {
    const { url, sql } = await database(ddl);
    const before = await snapshot(sql);
    const error = await migrate(url).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SchemaError);
    expect((error as SchemaError).message).toMatch(message);
    expect((error as SchemaError).message).not.toContain("\n");
    expect(await snapshot(sql)).toEqual(before);
  });

  test("one whose tables went but whose journal stayed", async () => {
    const { url, sql } = await database();
    await migrate(url);
    await sql.unsafe("drop schema public cascade; create schema public");
    await expect(migrate(url)).rejects.toThrow(/schema public is empty/);
  });

  test("one that the user may not change", async () => {
    const { url } = await database("drop role if exists guest; create role guest login password 'guest'");
    const address = new URL(url);
    address.username = address.password = "guest";
    await expect(migrate(address.href)).rejects.toThrow(SchemaError);
  });
});
