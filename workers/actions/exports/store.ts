import type { Context } from "../../context.ts";

const MAX_LISTED = 100;

/** Where an export is in the store (schema-notes 5). */
export function exportPath(ctx: Context, name: string): string {
  const directory = ctx.config.ExportSettings.Directory.split("/").filter((part) => part && part !== ".");
  return [...directory, name].join("/");
}

/** Names of the newest exports that the store still has: the jobs tell which there may be. One query. */
export async function exportNames(ctx: Context): Promise<string[]> {
  const rows = await ctx.sql.query<{ id: string }>(
    `SELECT id FROM jobs WHERE type = 'export_process' AND status = 'success' ORDER BY createat DESC LIMIT ${MAX_LISTED}`,
  );
  const names = rows.map(({ id }) => `${id}_export.zip`);
  const found = await Promise.all(names.map((name) => ctx.files.exists(exportPath(ctx, name))));
  return names.filter((_, i) => found[i]);
}
