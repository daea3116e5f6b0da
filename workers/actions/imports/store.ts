import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { directoryOf, pathIn } from "../files/directory.ts";

/** What an import may be called: no path, and not a part of an upload that is under way. */
export function isImportName(name: string): boolean {
  return name !== "" && name.length <= 255 && !/^\.{1,2}$|[/\\\x00-\x1f\x7f]|\.\d+\.part$/.test(name);
}

/** The directory of imports in the store. */
export const importDirectory = ({ config }: Pick<Context, "config">): string =>
  directoryOf(config.ImportSettings.Directory);

/** Where an import is in the store (semantics 25.2). */
export const importPath = (ctx: Pick<Context, "config">, name: string): string =>
  pathIn(importDirectory(ctx), name);

/** Names of the imports that are there, in the order of the alphabet. */
export async function importNames(ctx: Context): Promise<string[]> {
  return (await ctx.files.list(importDirectory(ctx))).filter(isImportName).sort();
}

/** What a job of type import_process keeps of what it was asked. Throws 400 for an import that is not there. */
export async function importData(
  ctx: Context,
  asked: Record<string, unknown>,
): Promise<Record<string, string>> {
  const { import_file, local_mode = "false", extract_content = "true" } = asked;
  const name = String(import_file ?? "");
  if (!name) throw fail("import_process.worker.do_job.missing_file");
  if (String(local_mode) === "true") throw fail("api.import.local_mode.app_error");
  if (!isImportName(name) || !(await ctx.files.exists(importPath(ctx, name))))
    throw fail("import_process.worker.do_job.file_exists", { name: name.slice(0, 255) });
  return { import_file: name, extract_content: String(String(extract_content) === "true") };
}
