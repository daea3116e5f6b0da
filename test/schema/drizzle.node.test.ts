import { readFileSync } from "node:fs";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { bigint, pgTable } from "drizzle-orm/pg-core";
import { expect, test } from "vitest";
import * as schema from "../../schema/index.ts";
import { readMigrations } from "../../schema/journal.ts";

const last = readMigrations().at(-1)!.tag.slice(0, 4);
const migrated = JSON.parse(
  readFileSync(
    new URL(`../../schema/migrations/meta/${last}_snapshot.json`, import.meta.url).pathname,
    "utf8",
  ),
);

test("the tables in code are those that the migrations make", async () => {
  expect(await generateMigration(migrated, generateDrizzleJson({ ...schema }))).toEqual([]);
});

test("a table in code without a migration would be noticed", async () => {
  const forgotten = pgTable("forgotten", { id: bigint({ mode: "number" }).primaryKey() });
  expect(await generateMigration(migrated, generateDrizzleJson({ ...schema, forgotten }))).toHaveLength(1);
});

test("migrations are in order", () => {
  const migrations = readMigrations();
  expect(migrations.map(({ tag }) => tag)).toEqual(migrations.map(({ tag }) => tag).sort());
  expect(migrations.map(({ when }) => when)).toEqual(
    migrations.map(({ when }) => when).sort((a, b) => a - b),
  );
});
