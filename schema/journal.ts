// Our own migration files, and the record of which a database has had: drizzle's schema and table, outside public,
// so that a real server never sees them and drizzle-kit's own tools agree with us.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TransactionSql } from "postgres";

export interface Migration {
  tag: string;
  /** Identifies the migration in the journal, and orders it. */
  when: number;
  hash: string;
  sql: string;
}

/** The migration that makes what an existing Mattermost 11.x database already holds. */
export const baseline = "0000_mattermost";

/**
 * The oldest release, named by its last migration, that may still run on the schema we leave behind. Raise it
 * only with a migration that such a release cannot live with: until then nodes of both releases run together.
 */
const minimumSafe = "0000_mattermost";

/**
 * All migrations, oldest first. `directory` holds the .sql files and meta/_journal.json; by default it
 * is the one beside this file.
 */
export function readMigrations(directory?: string): Migration[] {
  directory ??= join(dirname(fileURLToPath(import.meta.url)), "migrations");
  const journal: { entries: { tag: string; when: number }[] } = JSON.parse(
    readFileSync(join(directory, "meta/_journal.json"), "utf8"),
  );
  return journal.entries.map(({ tag, when }) => {
    const sql = readFileSync(join(directory!, `${tag}.sql`), "utf8");
    return { tag, when, hash: createHash("sha256").update(sql).digest("hex"), sql };
  });
}

/** What a database says about itself; null without a journal of ours. */
export interface Journal {
  applied: Set<number>;
  /** Tag of the last migration applied, perhaps by a newer release than this. */
  version: string;
  /** The `when` that a release must know to run on this database. */
  minimumSafe: number;
}

export async function readJournal(tx: TransactionSql): Promise<Journal | null> {
  const [present] = await tx<{ ours: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null
      and to_regclass('drizzle.edgemost') is not null as ours`;
  if (!present?.ours) return null;
  const [state] = await tx<{ version: string; minimum_safe: string }[]>`
    select version, minimum_safe from drizzle.edgemost`;
  const rows = await tx<{ created_at: string }[]>`select created_at from drizzle.__drizzle_migrations`;
  if (!state || rows.length === 0) return null;
  return {
    applied: new Set(rows.map((row) => Number(row.created_at))),
    version: state.version,
    minimumSafe: Number(state.minimum_safe),
  };
}

/** Records `done` as applied. `known` is all that this release knows; its last is the version now reached. */
export async function writeJournal(tx: TransactionSql, done: Migration[], known: Migration[]): Promise<void> {
  if (done.length === 0) return;
  await tx.unsafe(`
    create schema if not exists drizzle;
    create table if not exists drizzle.__drizzle_migrations (
      id serial primary key, hash text not null, created_at bigint);
    create table if not exists drizzle.edgemost (
      one boolean primary key default true check (one), version text not null, minimum_safe bigint not null)`);
  const rows = done.map(({ hash, when }) => ({ hash, created_at: when }));
  await tx`insert into drizzle.__drizzle_migrations ${tx(rows)}`;
  const version = known.at(-1)!.tag;
  const safe = known.find(({ tag }) => tag === minimumSafe)!.when;
  await tx`
    insert into drizzle.edgemost (version, minimum_safe) values (${version}, ${safe})
    on conflict (one) do update
    set version = excluded.version, minimum_safe = greatest(edgemost.minimum_safe, excluded.minimum_safe)`;
}
