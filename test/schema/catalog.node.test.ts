import { readFileSync } from "node:fs";
import postgres, { type Sql } from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../schema/migrate.ts";
import { catalogOfDatabase, catalogOfReference, differences, type Reference } from "./catalog.ts";
import { type RunningPostgres, startPostgres } from "./postgres.ts";

const reference: Reference = JSON.parse(
  readFileSync(new URL("../reference/schema.json", import.meta.url).pathname, "utf8"),
);

// What Mattermost's catalog does not have: storage options, and the tables that its migration tool makes.
const ours = [
  "extra: table channelmembers option fillfactor=85",
  "extra: table channels option fillfactor=70",
  "extra: table status option fillfactor=80",
];
const toolTables = Object.keys(reference.migrationTables).filter((name) => name !== "note");
const isToolTable = (line: string) =>
  toolTables.some((name) => line.startsWith(`extra: table ${name}`) || line.endsWith(` on ${name}`));

let server: RunningPostgres;
let sql: Sql;

beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url);
  sql = postgres(server.url, { max: 1, onnotice: () => {} });
});

afterAll(async () => {
  await sql?.end();
  await server?.stop();
});

const compared = async (tx: Sql = sql) =>
  differences(catalogOfReference(reference), await catalogOfDatabase(tx)).filter(
    (line) => !isToolTable(line),
  );

test("the catalog of a new database equals Mattermost's, item by item", async () => {
  expect(catalogOfReference(reference).size).toBeGreaterThan(1000);
  expect(await compared()).toEqual(ours);
});

test.each([
  ["alter table posts alter message type text", "differs: table posts column message"],
  ["alter table users alter lastlogin drop default", "differs: table users column lastlogin"],
  ["alter table users alter lastlogin drop not null", "differs: table users column lastlogin"],
  ["alter table posts drop column remoteid", "missing: table posts column remoteid"],
  ["alter table posts add column more int", "extra: table posts column more"],
  [
    "alter table recapchannels drop constraint recapchannels_recapid_fkey",
    "missing: table recapchannels constraint",
  ],
  ["alter table threads drop constraint threads_pkey", "missing: table threads constraint threads_pkey"],
  ["drop index idx_posts_message_txt", "missing: index idx_posts_message_txt"],
  ["drop index idx_poststats_userid", "missing: index idx_poststats_userid"],
  ["drop materialized view file_stats", "missing: view file_stats"],
  ["alter type team_type add value 'X'", "differs: enum team_type"],
  ["create table another (id int)", "extra: table another"],
  ["create sequence counter", "extra: other counter"],
  [
    "alter table posts reset (autovacuum_vacuum_scale_factor)",
    "missing: table posts option autovacuum_vacuum",
  ],
  [
    "drop index idx_users_username_lower_textpattern; create index idx_users_username_lower_textpattern on users (lower(username))",
    "differs: index idx_users_username_lower_textpattern",
  ],
])("the comparison notices: %s", async (change, report) => {
  class Undo extends Error {}
  const found: string[] = [];
  await sql
    .begin(async (tx) => {
      await tx.unsafe(change);
      found.push(...(await compared(tx as unknown as Sql)));
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  expect(found.filter((line) => !ours.includes(line)).join("\n")).toContain(report);
});

test("the tables of the migration tool have Mattermost's columns and rows", async () => {
  for (const name of toolTables) {
    const table = reference.migrationTables[name];
    if (!table || typeof table === "string") continue;
    if (table.rows) {
      const rows = await sql.unsafe(`select version::int, name from ${name} order by version`);
      expect(rows.map((row) => [row.version, row.name])).toEqual(table.rows);
    }
    const catalog = await catalogOfDatabase(sql);
    for (const column of table.columns ?? []) {
      const definition = catalog.get(`table ${name} column ${column.name}`);
      expect(definition, `${name}.${column.name}`).toMatch(
        new RegExp(
          `^${column.type.replace(/[()]/g, "\\$&")}${column.nullable ? "( default .*)?$" : " not null$"}`,
        ),
      );
    }
    if (table.primaryKey) {
      expect(catalog.get(`table ${name} constraint ${name}_pkey`)).toBe(`PRIMARY KEY (${table.primaryKey})`);
    }
  }
  expect(await sql`select from db_lock`).toHaveLength(0);
});
