// What kind of database this is. Reads only; anything not understood is refused before a single change.

import { getTableConfig } from "drizzle-orm/pg-core";
import type { TransactionSql } from "postgres";
import { type Journal, type Migration, readJournal } from "./journal.ts";
import * as tables from "./tables/index.ts";

/** The database cannot be used as it is. The message is one line for whoever starts the server. */
export class SchemaError extends Error {
  override name = "SchemaError";
}

export type Found =
  | { kind: "empty" }
  /** Made by a real server; `version` is the last of its own migrations. */
  | { kind: "mattermost"; version: number }
  | { kind: "ours"; journal: Journal };

/** The last schema version of Mattermost 11.6, and the one number below it that was never used. */
const mattermostVersion = 159;
const neverUsed = 110;

/** Tells the three kinds apart, or throws a SchemaError. */
export async function recognise(tx: TransactionSql, known: Migration[]): Promise<Found> {
  const names = await namesInPublic(tx);
  const journal = await readJournal(tx);
  if (journal) {
    if (names.length === 0) {
      throw new SchemaError("schema drizzle records migrations of this server, but schema public is empty");
    }
    checkJournal(journal, known);
    return { kind: "ours", journal };
  }
  if (names.length === 0) return { kind: "empty" };
  if (names.includes("db_migrations")) return { kind: "mattermost", version: await checkVersions(tx) };
  const shown = names.slice(0, 3).join(", ");
  throw new SchemaError(
    `the database is not empty and not a Mattermost one: schema public holds ${names.length} names (${shown}${
      names.length > 3 ? ", ..." : ""
    }); use an empty database`,
  );
}

/** Throws unless every column that this server uses is there. */
export async function checkColumns(tx: TransactionSql): Promise<void> {
  const rows = await tx<{ name: string }[]>`
    select c.relname || '.' || a.attname as name
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped`;
  const present = new Set(rows.map((row) => row.name));
  const missing = Object.values(tables)
    .flatMap((table) => ("enumName" in table ? [] : [getTableConfig(table)]))
    .flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`))
    .filter((name) => !present.has(name));
  if (missing.length > 0) {
    throw new SchemaError(`the database lacks ${missing.length} columns, such as ${missing[0]}`);
  }
}

/** Tables, views, sequences and types in public, apart from those that an extension brought. */
async function namesInPublic(tx: TransactionSql): Promise<string[]> {
  const rows = await tx<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid
        and deptype = 'e')
    union
    select typname from pg_type
    where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')
      and not exists (select from pg_depend where classid = 'pg_type'::regclass and objid = pg_type.oid
        and deptype = 'e')
    order by name`;
  return rows.map((row) => row.name);
}

function checkJournal(journal: Journal, known: Migration[]): void {
  const whens = new Set(known.map(({ when }) => when));
  const newer = [...journal.applied].some((when) => !whens.has(when));
  if (newer && journal.minimumSafe > known.at(-1)!.when) {
    throw new SchemaError(
      `the schema is at ${journal.version}, too new for this server, which knows ${known.at(-1)!.tag}: upgrade it`,
    );
  }
}

async function checkVersions(tx: TransactionSql): Promise<number> {
  const [shape] = await tx<{ right: boolean }[]>`
    select count(*) = 2 as right from pg_attribute
    where attrelid = 'public.db_migrations'::regclass and attname in ('version', 'name')`;
  if (!shape?.right) throw new SchemaError("the table db_migrations is not one of Mattermost's");
  const rows = await tx<{ version: string }[]>`select version from db_migrations`;
  const versions = new Set(rows.map((row) => Number(row.version)));
  const last = Math.max(0, ...versions);
  if (last < mattermostVersion) {
    throw new SchemaError(
      `the database is an older Mattermost's (schema ${last}, ${mattermostVersion} needed): upgrade it to 11.6 first`,
    );
  }
  for (let version = 1; version <= mattermostVersion; version++) {
    if (version !== neverUsed && !versions.has(version)) {
      throw new SchemaError(
        `the database is at Mattermost schema ${last}, but version ${version} was never applied`,
      );
    }
  }
  return last;
}
