import type { Context } from "../../context.ts";
import { newId } from "../../model/id.ts";
import type { Files } from "../../ports/files/files.ts";
import { exportDirectory, exportFiles, isExportName } from "../exports/store.ts";
import { pathIn } from "../files/directory.ts";
import { importDirectory, isImportName } from "../imports/store.ts";
import type { Progress } from "./run.ts";

const DAY = 86_400_000;
/** Job types that are begun by themselves, once a day. */
const DAILY = ["export_delete", "import_delete"];
/** A leader asks once an hour whether the day is over. */
const ASK_EVERY = 3_600_000;

/** Job export_delete: what is older than ExportSettings.RetentionDays goes. */
export const exportDelete = (ctx: Context, _job: unknown, progress: Progress) =>
  deleteOld(
    exportFiles(ctx),
    exportDirectory(ctx),
    isExportName,
    ctx.config.ExportSettings.RetentionDays,
    progress,
  );

/** Job import_delete: what is older than ImportSettings.RetentionDays goes. */
export const importDelete = (ctx: Context, _job: unknown, progress: Progress) =>
  deleteOld(ctx.files, importDirectory(ctx), isImportName, ctx.config.ImportSettings.RetentionDays, progress);

/** Files of a directory that are older than `days`; 0 days: none. */
async function deleteOld(
  files: Files,
  directory: string,
  isName: (name: string) => boolean,
  days: number,
  progress: Progress,
): Promise<Record<string, string>> {
  if (!(days > 0)) return {};
  const before = Date.now() - days * DAY;
  const names = (await files.list(directory)).filter(isName);
  let deleted = 0;
  for (const [i, name] of names.entries()) {
    await progress.step(Math.floor((i * 100) / names.length));
    const path = pathIn(directory, name);
    const stat = await files.stat(path);
    if (!stat || stat.lastModified.getTime() >= before) continue;
    await files.remove(path);
    deleted++;
  }
  return { deleted: String(deleted) };
}

let asked = Number.NEGATIVE_INFINITY;

/** Scheduled work: the daily jobs that have not been for a day, each unless one waits or runs (semantics 24.5). One query at most. */
export async function scheduleDaily(ctx: Context): Promise<void> {
  const now = Date.now();
  if (now - asked < ASK_EVERY) return;
  await ctx.sql.query(
    `INSERT INTO jobs (id, type, priority, createat, startat, lastactivityat, status, progress, data)
     SELECT d.id, d.type, 0, $3::bigint, 0, 0, 'pending', 0, '{}' FROM unnest($1::text[], $2::text[]) AS d(id, type)
     WHERE NOT EXISTS (SELECT FROM jobs j WHERE j.type = d.type
       AND (j.status IN ('pending', 'in_progress') OR j.createat > $3::bigint - ${DAY}))`,
    [DAILY.map(() => newId()), DAILY, now],
  );
  asked = now;
}
