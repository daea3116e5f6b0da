// Everything in a database that a migration could alter, as text.

import type { Sql } from "postgres";
import { catalogOfDatabase } from "./catalog.ts";

/** Fills every table of schema public with a row, whatever its columns. */
export async function fillEveryTable(sql: Sql): Promise<string[]> {
  const columns = await sql<{ table: string; column: string; type: string }[]>`
    select c.relname::text as table, a.attname::text as column, format_type(a.atttypid, a.atttypmod) as type
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'db_%'
    order by c.relname in ('recapchannels', 'retentionpolicieschannels', 'retentionpoliciesteams'), c.relname, a.attnum`;
  const tables = [...new Set(columns.map((row) => row.table))];
  for (const table of tables) {
    const own = columns.filter((row) => row.table === table);
    const values = await Promise.all(own.map(({ type, column }) => sampleValue(sql, type, column)));
    await sql.unsafe(`insert into ${table} values (${values.join(", ")})`);
  }
  return tables;
}

async function sampleValue(sql: Sql, type: string, column: string): Promise<string> {
  if (type.endsWith("[]")) return `'{sample}'`;
  if (type.startsWith("character varying") || type === "text") {
    const length = Number(/\d+/.exec(type)?.[0] ?? 6);
    return `'${(column.endsWith("id") ? "sample" : `é${column}`).slice(0, length)}'`;
  }
  if (type.startsWith("character")) return "'sample'";
  if (type === "jsonb") return `'{"sample": 1}'`;
  if (type === "bytea") return "'\\x00ff'";
  if (type === "boolean") return "true";
  if (/^(bigint|integer|smallint|real)$/.test(type)) return "7";
  const [first] = await sql<{ label: string }[]>`
    select enumlabel as label from pg_enum where enumtypid = ${type}::regtype order by enumsortorder limit 1`;
  return `'${first!.label}'`;
}

/** Every row of schema public, by table; and the catalog of all schemas, by item. */
export async function snapshot(sql: Sql): Promise<{ rows: Record<string, string[]>; items: string[] }> {
  const tables = await sql<{ name: string }[]>`
    select relname::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'm') order by 1`;
  const rows: Record<string, string[]> = {};
  for (const { name } of tables) {
    const found = await sql.unsafe<{ row: string }[]>(
      `select t::text as row from public.${name} t order by 1`,
    );
    rows[name] = found.map(({ row }) => row);
  }
  const schemas = await sql<{ name: string }[]>`select nspname::text as name from pg_namespace order by 1`;
  const catalog = [...(await catalogOfDatabase(sql))].map(([item, definition]) => `${item}: ${definition}`);
  return { rows, items: [...schemas.map(({ name }) => `schema ${name}`), ...catalog.sort()] };
}
