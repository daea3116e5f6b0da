import type { Context } from "../../context.ts";
import { AppError, fail } from "../../errors/app-error.ts";
import type { ImageResult } from "../../images/compute.ts";
import { imageInfo } from "../../images/formats/sniff.ts";
import type { ImageInfo } from "../../images/types.ts";
import { log } from "../../log/log.ts";
import { MAX_IMAGE_BYTES } from "./image-budget.ts";
import { type IncomingFile, streamOf } from "./incoming.ts";
import { withSuffix } from "./names.ts";
import type { StoredFile } from "./upload.ts";

/** Decoding takes 12 to 15 bytes a pixel, and an isolate on the edge has 128 MB for everything. */
const EDGE_DECODE_PIXELS = 4_000_000;

interface Destination {
  path: string;
  mime: string;
  write(path: string, body: Uint8Array | ReadableStream<Uint8Array>, type: string): Promise<number>;
}

type Parts = Partial<StoredFile> & { size: number };

/**
 * Stores an image with its thumbnail and preview and tells about them (semantics 11.3, 11.4). What does not decode, or is
 * larger than MAX_IMAGE_BYTES, is stored as a plain file. Throws AppError 400 for too many pixels.
 */
export async function imageParts(
  ctx: Context,
  file: IncomingFile,
  name: string,
  to: Destination,
): Promise<Parts> {
  const { bytes, ended } = await collect(file);
  if (!ended) {
    const info = imageInfo(bytes);
    checkPixels(ctx, name, info);
    return { ...sizeOf(info), size: await to.write(to.path, streamOf(file.read, bytes), to.mime) };
  }
  const result = await runJob(ctx, bytes);
  if (result.status === "too_large") throw tooLarge(name, result.info);
  if (result.status === "not_image" || result.status === "broken")
    return { size: await to.write(to.path, bytes, to.mime) };
  const { info } = result;
  if (result.status === "undecoded")
    return { ...sizeOf(info), size: await to.write(to.path, bytes, to.mime) };
  const { thumbnail, preview, miniPreview } = result;
  const thumbnailPath = thumbnail ? withSuffix(to.path, "_thumb", thumbnail.mime) : "";
  const previewPath = preview ? withSuffix(to.path, "_preview", preview.mime) : "";
  const outcomes = await Promise.allSettled([
    to.write(to.path, bytes, to.mime),
    thumbnail && to.write(thumbnailPath, thumbnail.bytes, thumbnail.mime),
    preview && to.write(previewPath, preview.bytes, preview.mime),
  ]);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return {
    ...sizeOf(info),
    size: bytes.length,
    thumbnail_path: thumbnailPath,
    preview_path: previewPath,
    has_preview_image: preview !== undefined,
    mini_preview: miniPreview ? Buffer.from(miniPreview).toString("base64") : null,
  };
}

/** Where nobody has time to scale it, the file matters more than its preview: its header is read, and that is all. */
async function runJob(ctx: Context, bytes: Uint8Array): Promise<ImageResult> {
  const maxPixels = ctx.config.FileSettings.MaxImageResolution;
  const maxDecodePixels = ctx.env.PROFILE === "edge" ? { maxDecodePixels: EDGE_DECODE_PIXELS } : {};
  try {
    return await ctx.compute.runImageJob({ op: "upload", bytes, maxPixels, ...maxDecodePixels });
  } catch (error) {
    if (!(error instanceof AppError)) log.error("no renditions", { error: String(error) });
    const info = imageInfo(bytes);
    if (!info) return { status: "not_image" };
    return info.width * info.height > maxPixels
      ? { status: "too_large", info }
      : { status: "undecoded", info };
  }
}

/** The file's bytes up to MAX_IMAGE_BYTES, and whether that is all of it. */
async function collect(file: IncomingFile): Promise<{ bytes: Uint8Array; ended: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  while (size <= MAX_IMAGE_BYTES) {
    const chunk = await file.read();
    if (!chunk) {
      ended = true;
      break;
    }
    chunks.push(chunk);
    size += chunk.length;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { bytes, ended };
}

function checkPixels(ctx: Context, name: string, info: ImageInfo | null): void {
  if (info && info.width * info.height > ctx.config.FileSettings.MaxImageResolution)
    throw tooLarge(name, info);
}

function tooLarge(name: string, { width, height }: ImageInfo): AppError {
  return fail("api.file.upload_file.large_image_detailed.app_error", { name, width, height });
}

function sizeOf(info: ImageInfo | null | undefined): { width?: number; height?: number } {
  return info ? { width: info.width, height: info.height } : {};
}
