// Brings a database to the schema that this server needs, whoever made it.

import postgres, { type TransactionSql } from "postgres";
import { baseline, type Migration, readMigrations, writeJournal } from "./journal.ts";
import { checkColumns, type Found, recognise, SchemaError } from "./recognise.ts";
import { seed } from "./seed.ts";

export { SchemaError };

export interface MigrateOptions {
  log?: (line: string) => void;
  /** Where the migration files are, when not beside this file. */
  directory?: string;
}

/** Any constant will do that nothing else in the database locks on. */
const lockKey = 0x65646765;

/**
 * Creates the schema in an empty database, adopts that of a Mattermost 11.x install without altering it, or
 * applies what an older release of ours lacks; then seeds the rows that are missing. All of it is one transaction
 * under an advisory lock: N nodes that start together do it once, and a failure leaves no trace.
 * Throws a SchemaError for a database of any other kind.
 */
export async function migrate(
  databaseUrl: string,
  { log = () => {}, directory }: MigrateOptions = {},
): Promise<{ created: boolean; version: string }> {
  const known = readMigrations(directory);
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {}, prepare: false });
  try {
    return await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${lockKey})`;
      // A user's own search_path would put the tables elsewhere.
      await tx`set local search_path to public`;
      const found = await recognise(tx, known);
      await checkServer(tx, found, log);
      const version = await apply(tx, found, known, log);
      await checkColumns(tx);
      const added = await seed(tx);
      if (added > 0) log(`schema: added ${added} missing rows`);
      return { created: found.kind === "empty", version };
    });
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === "42501") {
      throw new SchemaError(`the database user lacks a right to migrate: ${error.message}`, { cause: error });
    }
    throw error;
  } finally {
    await sql.end();
  }
}

/** Runs what is missing, records it, and returns the version reached. */
async function apply(
  tx: TransactionSql,
  found: Found,
  known: Migration[],
  log: (line: string) => void,
): Promise<string> {
  const last = known.at(-1)!;
  const missing = known.filter(({ when }) => !(found.kind === "ours" && found.journal.applied.has(when)));
  for (const migration of missing) {
    if (found.kind === "mattermost" && migration.tag === baseline) continue;
    // Without parameters, so all statements of the file go as one message.
    await tx.unsafe(migration.sql);
  }
  await writeJournal(tx, missing, known);
  if (found.kind === "ours" && missing.length === 0) return found.journal.version;
  if (found.kind === "empty") log(`schema: created, at ${last.tag}`);
  else if (found.kind === "ours") log(`schema: updated from ${found.journal.version} to ${last.tag}`);
  else log(`schema: adopted a Mattermost database (its version ${found.version}), now at ${last.tag}`);
  return last.tag;
}

async function checkServer(tx: TransactionSql, found: Found, log: (line: string) => void): Promise<void> {
  const [server] = await tx<{ version: number; encoding: string; search: string }[]>`
    select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
      current_setting('default_text_search_config') as search`;
  if (!server) return;
  if (server.version < 140000) throw new SchemaError("PostgreSQL 14 or newer is needed");
  if (server.encoding !== "UTF8") {
    const line = `the database's encoding is ${server.encoding}, not UTF8`;
    if (found.kind === "empty") throw new SchemaError(`${line}: create it with encoding UTF8`);
    log(`schema: warning: ${line}; non-ASCII text may be cut or refused`);
  }
  if (server.search !== "pg_catalog.english") {
    log(
      `schema: warning: default_text_search_config is ${server.search}, but the full-text indexes are built with ` +
        "pg_catalog.english: message search will not use them",
    );
  }
}
