// Reads a database's catalog in the form of test/reference/schema.json, and tells two such apart item by item.

import type { Sql } from "postgres";

/** Item name to its definition: "table.posts column message", "table.posts index idx_...", and so on. */
export type Catalog = Map<string, string>;

interface ReferenceTable {
  columns: { name: string; type: string; nullable?: boolean; default?: string | null }[];
  primaryKey?: string[];
  indexes?: { name: string; definition: string }[];
  constraints?: { name: string; type: string; definition: string }[];
  storageOptions?: string[];
  rows?: [number, string][];
  unique?: string[];
}

export interface Reference {
  enumTypes: Record<string, string[]>;
  tables: Record<string, ReferenceTable>;
  materializedViews: Record<string, ReferenceTable>;
  migrationTables: Record<string, ReferenceTable | string>;
}

/** The reference file as a catalog, without the tables that the migration tool makes for itself. */
export function catalogOfReference(reference: Reference): Catalog {
  const items: Catalog = new Map();
  for (const [name, labels] of Object.entries(reference.enumTypes))
    items.set(`enum ${name}`, labels.join(", "));
  for (const [name, table] of Object.entries(reference.tables)) {
    const key = table.primaryKey!;
    items.set(`table ${name}`, `columns ${table.columns.map((column) => column.name).join(", ")}`);
    items.set(`table ${name} constraint ${name}_pkey`, `PRIMARY KEY (${key.map(quoted).join(", ")})`);
    for (const { name: column, type, nullable, default: value } of table.columns) {
      items.set(`table ${name} column ${column}`, columnText(type, nullable!, value ?? null));
    }
    for (const constraint of table.constraints ?? []) {
      items.set(`table ${name} constraint ${constraint.name}`, constraint.definition);
    }
    for (const option of table.storageOptions ?? []) items.set(`table ${name} option ${option}`, "set");
    addIndexes(items, name, table);
  }
  for (const [name, view] of Object.entries(reference.materializedViews)) {
    items.set(`view ${name}`, view.columns.map((column) => `${column.name} ${column.type}`).join(", "));
    addIndexes(items, name, view);
  }
  return items;
}

function addIndexes(items: Catalog, relation: string, table: ReferenceTable): void {
  for (const index of table.indexes ?? []) items.set(`index ${index.name} on ${relation}`, index.definition);
}

const columnText = (type: string, nullable: boolean, value: string | null) =>
  `${type}${nullable ? "" : " not null"}${value === null ? "" : ` default ${value}`}`;

const quoted = (name: string) => (name === "timestamp" ? '"timestamp"' : name);

/** The same of a live database's schema public. */
export async function catalogOfDatabase(sql: Sql): Promise<Catalog> {
  const rows = await sql<{ item: string; definition: string }[]>`
    with relations as (
      select oid, relname::text as name, relkind, reloptions from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'm', 'v', 'p', 'f', 'S')),
    columns as (
      select r.name, r.relkind, a.attname::text as column, a.attnum, a.attnotnull,
        format_type(a.atttypid, a.atttypmod) as type, pg_get_expr(d.adbin, d.adrelid) as value
      from relations r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum)
    select 'enum ' || t.typname as item, string_agg(e.enumlabel, ', ' order by e.enumsortorder) as definition
    from pg_type t join pg_enum e on e.enumtypid = t.oid group by t.typname
    union all
    select 'table ' || name, 'columns ' || string_agg(columns.column, ', ' order by attnum)
    from columns where relkind = 'r' group by name
    union all
    select 'table ' || name || ' column ' || columns.column,
      type || case when attnotnull then ' not null' else '' end || coalesce(' default ' || value, '')
    from columns where relkind = 'r'
    union all
    select 'view ' || name, string_agg(columns.column || ' ' || type, ', ' order by attnum)
    from columns where relkind = 'm' group by name
    union all
    select 'other ' || name, relkind::text from relations where relkind not in ('r', 'm')
    union all
    select 'table ' || r.name || ' constraint ' || c.conname, pg_get_constraintdef(c.oid)
    from relations r join pg_constraint c on c.conrelid = r.oid where c.contype <> 'n'
    union all
    select 'index ' || i.relname || ' on ' || r.name, replace(pg_get_indexdef(i.oid), ' ON public.', ' ON ')
    from relations r join pg_index x on x.indrelid = r.oid join pg_class i on i.oid = x.indexrelid
    union all
    select 'table ' || r.name || ' option ' || o, 'set' from relations r, unnest(r.reloptions) o
    union all
    select 'function ' || proname, '' from pg_proc where pronamespace = 'public'::regnamespace
    union all
    select 'trigger ' || tgname, '' from pg_trigger where not tgisinternal
    union all
    select 'extension ' || extname, '' from pg_extension where extname <> 'plpgsql'`;
  return new Map(rows.map(({ item, definition }) => [item, definition]));
}

/** One line per item that differs; empty when they are equal. */
export function differences(expected: Catalog, actual: Catalog): string[] {
  const lines: string[] = [];
  for (const [item, definition] of expected) {
    const found = actual.get(item);
    if (found === undefined) lines.push(`missing: ${item}: ${definition}`);
    else if (found !== definition) lines.push(`differs: ${item}: expected ${definition}, found ${found}`);
  }
  for (const item of actual.keys()) if (!expected.has(item)) lines.push(`extra: ${item}`);
  return lines.sort();
}
