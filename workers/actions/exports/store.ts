import type { Config } from "../../config/load.ts";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { amazons3Files } from "../../ports/files/amazons3.ts";
import type { Files } from "../../ports/files/files.ts";
import { directoryOf, pathIn } from "../files/directory.ts";

const NAME = /^[A-Za-z0-9]{26}_export\.zip$/;

/** Whether an export may be called so: only a job gives the names. */
export const isExportName = (name: string): boolean => NAME.test(name);

/** The directory of exports in the store. */
export const exportDirectory = ({ config }: Pick<Context, "config">): string =>
  directoryOf(config.ExportSettings.Directory);

/** Where an export is in the store. */
export const exportPath = (ctx: Pick<Context, "config">, name: string): string =>
  pathIn(exportDirectory(ctx), name);

type Settings = Config["FileSettings"];

/** The settings of the dedicated store as those of a store; kept, for a client belongs to one object of settings. */
const dedicated = new WeakMap<Settings, Settings>();

function dedicatedSettings(settings: Settings): Settings {
  let own = dedicated.get(settings);
  if (!own) {
    const renamed = Object.entries(settings).flatMap(([name, value]) =>
      name.startsWith("ExportAmazonS3") ? [[name.slice("Export".length), value]] : [],
    );
    own = { ...settings, ...Object.fromEntries(renamed) } as Settings;
    dedicated.set(settings, own);
  }
  return own;
}

/** Whether exports are in an S3 of their own: FileSettings.DedicatedExportStore, ExportDriverName. */
const hasOwnStore = ({ FileSettings }: Config): boolean =>
  FileSettings.DedicatedExportStore && FileSettings.ExportDriverName === "amazons3";

/** The store of the exports: the store of all files, or an S3 of its own. A directory of its own is not to be had. */
export function exportFiles(ctx: Pick<Context, "config" | "files" | "meter">): Files {
  if (!hasOwnStore(ctx.config)) return ctx.files;
  return amazons3Files(dedicatedSettings(ctx.config.FileSettings), ctx.meter);
}

/** Names of the exports that the store has, in the order of the alphabet. One call of the store. */
export async function exportNames(ctx: Context): Promise<string[]> {
  return (await exportFiles(ctx).list(exportDirectory(ctx))).filter(isExportName).sort();
}

/**
 * An address that gives one export to anyone for ExportAmazonS3PresignExpiresSeconds, and that time in ns. Throws 404, 501
 * unless EnableExportDirectDownload and DedicatedExportStore are on, and the store is an S3.
 */
export async function presignedExport(
  ctx: Context,
  name: string,
): Promise<{ url: string; expiration: number }> {
  const { FeatureFlags, FileSettings } = ctx.config;
  if (!FeatureFlags.EnableExportDirectDownload || !FileSettings.DedicatedExportStore)
    throw fail("app.eport.generate_presigned_url.featureflag.app_error");
  const files = exportFiles(ctx);
  if (!files.presign || !hasOwnStore(ctx.config))
    throw fail("app.eport.generate_presigned_url.driver.app_error");
  const path = exportPath(ctx, name);
  if (!(await files.exists(path))) throw fail("app.eport.generate_presigned_url.notfound.app_error");
  const seconds = FileSettings.ExportAmazonS3PresignExpiresSeconds;
  return { url: await files.presign(path, seconds), expiration: seconds * 1_000_000_000 };
}
