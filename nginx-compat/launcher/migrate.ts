import { oneLine, StartError } from "./errors.ts";

/** Brings the database to this version's schema; nodes that start at once wait for each other. */
export async function migrateDatabase(databaseUrl: string, log: (line: string) => void): Promise<void> {
  const { migrate, SchemaError } = await import("../../schema/migrate.ts");
  try {
    const { version } = await migrate(databaseUrl, { log });
    log(`The database is ready (schema ${version})`);
  } catch (error) {
    const what =
      error instanceof SchemaError ? "The database cannot be used" : "The database could not be migrated";
    throw new StartError(`${what}: ${oneLine(error)}`);
  }
}
