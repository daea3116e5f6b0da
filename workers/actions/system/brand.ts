import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";

const PATH = "brand/image.png";
/** Of the login page: wider and higher it is never shown. */
const MAX_SIDE = 1_500;

/** The picture of the login page, PNG. Throws 404 where there is none. */
export async function brandImage(ctx: Context): Promise<ReadableStream> {
  const file = await ctx.files.read(PATH);
  if (!file) throw fail("api.admin.get_brand_image.storage.app_error");
  return file.body;
}

/** Makes a PNG of `bytes` the picture of the login page. Throws 400 for what is no image, or too large a one. */
export async function doSetBrandImage(ctx: Context, bytes: Uint8Array): Promise<void> {
  const maxPixels = ctx.config.FileSettings.MaxImageResolution;
  const result = await ctx.compute.runImageJob({ op: "fit", max: MAX_SIDE, bytes, maxPixels });
  if (result.status === "too_large") throw fail("api.admin.upload_brand_image.too_large.app_error");
  if (result.status !== "ok") throw fail("api.admin.upload_brand_image.decode.app_error");
  await ctx.files.write(PATH, result.image!.bytes, "image/png");
}

/** Throws 404 where there is none. */
export async function doRemoveBrandImage(ctx: Context): Promise<void> {
  if (!(await ctx.files.read(PATH))) throw fail("api.admin.get_brand_image.storage.app_error");
  await ctx.files.remove(PATH);
}
