// Tables that Mattermost's migration tool makes for itself: schema versions, its lock, and the configuration
// when that is kept in the database.

import { sql } from "drizzle-orm";
import { boolean, char, pgTable, text, varchar } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "./columns.ts";

/** A real server runs, at start, every version of its own that is missing here. */
export const db_migrations = pgTable("db_migrations", {
  version: int8().primaryKey(),
  name: varchar().notNull(),
});

/** The row mm-lock-key exists only while a real server migrates. */
export const db_lock = pgTable("db_lock", {
  id: chars(64).primaryKey(),
  /** Seconds. */
  expireat: int8(),
});

/** Exactly one row has active = true; older ones have NULL, never false: it is UNIQUE. */
export const configurations = pgTable("configurations", {
  id: id().primaryKey(),
  /** The whole configuration, as JSON. */
  value: text().notNull(),
  createat: int8().notNull(),
  active: boolean().unique("configurations_active_key"),
  /** Lower-case hex SHA-256 of value. */
  sha: char({ length: 64 }).default(sql`''`),
});

export const configurationfiles = pgTable("configurationfiles", {
  name: chars(64).primaryKey(),
  data: text().notNull(),
  createat: int8().notNull(),
  updateat: int8().notNull(),
});

/** As db_migrations, for the two tables above. */
export const db_config_migrations = pgTable("db_config_migrations", {
  version: int8().primaryKey(),
  name: varchar().notNull(),
});
