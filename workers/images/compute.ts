/**
 * The image work as one pure call. It is synchronous CPU work of up to seconds and needs 12 to 15 bytes of
 * memory a pixel, so it belongs in a worker of its own; job and result hold only structured-cloneable values,
 * to go through a service binding's RPC.
 */
import { defaultAvatar } from "./draw/avatar.ts";
import { imageInfo } from "./formats/sniff.ts";
import { fitWithin, miniPreview, renditions, squarePng } from "./render.ts";
import { DEFAULT_MAX_PIXELS, type Encoded, type ImageInfo } from "./types.ts";

type Source = {
  bytes: Uint8Array;
  /** Above this by the header: "too_large" and nothing is decoded. Default 33177600 (MaxImageResolution). */
  maxPixels?: number;
  /** Above this, but within maxPixels: "undecoded". For hosts with little memory; default no limit. */
  maxDecodePixels?: number;
};

export type ImageJob =
  /** Thumbnail, preview and mini preview of an uploaded file. */
  | ({ op: "upload" } & Source)
  /** Mini preview alone. */
  | ({ op: "mini" } & Source)
  /** Cropped and scaled to size x size PNG, 1..1024: profile pictures, team icons. */
  | ({ op: "square"; size: number } & Source)
  /** At most max x max: emoji. Result in `image`, whose mime says PNG, gif, or the original's. */
  | ({ op: "fit"; max: number } & Source)
  /** Generated 128x128 PNG: `letter` (first of the username) on the colour of the user id. */
  | { op: "avatar"; letter: string; userId: string };

export type ImageResult =
  | {
      status: "ok";
      /** Absent for "avatar" only. */
      info?: ImageInfo;
      /** upload: absent for svg. */
      thumbnail?: Encoded;
      /** upload: absent for svg and gif. */
      preview?: Encoded;
      /** upload, mini: 16x16 JPEG; absent for svg. */
      miniPreview?: Uint8Array;
      /** square, fit, avatar. */
      image?: Encoded;
    }
  /** The header's width x height exceeds maxPixels: 400 for an upload. */
  | { status: "too_large"; info: ImageInfo }
  /** No known image header: a plain file. */
  | { status: "not_image" }
  /**
   * A header, but no image behind it that decodes (or "square"/"fit" of svg): a plain file; `info` may be a
   * lie.
   */
  | { status: "broken"; info: ImageInfo }
  /** Not tried because of maxDecodePixels; `info` is what the header says. */
  | { status: "undecoded"; info: ImageInfo };

/** Never throws for what is in `bytes`. */
export async function runImageJob(job: ImageJob): Promise<ImageResult> {
  if (job.op === "avatar") {
    return { status: "ok", image: { bytes: await defaultAvatar(job.letter, job.userId), mime: "image/png" } };
  }
  const info = imageInfo(job.bytes);
  if (!info) return { status: "not_image" };
  const maxPixels = job.maxPixels ?? DEFAULT_MAX_PIXELS;
  if (info.width * info.height > maxPixels) return { status: "too_large", info };
  // A frame inside that is larger than the canvas: the header lies, and decoders allocate for the frame.
  if (info.pixels > maxPixels) return { status: "broken", info };
  if (info.pixels > (job.maxDecodePixels ?? Infinity)) return { status: "undecoded", info };
  const made = await make(job, info).catch(() => null);
  return made ? { status: "ok", info, ...made } : { status: "broken", info };
}

type Made = { thumbnail?: Encoded; preview?: Encoded; miniPreview?: Uint8Array; image?: Encoded };

async function make(job: Exclude<ImageJob, { op: "avatar" }>, info: ImageInfo): Promise<Made | null> {
  switch (job.op) {
    case "upload":
      return renditions(job.bytes, info);
    case "mini": {
      if (info.format === "svg") return {};
      const mini = miniPreview(job.bytes, info);
      return mini && { miniPreview: mini };
    }
    case "square": {
      const bytes = await squarePng(job.bytes, info, Math.min(1024, Math.max(1, Math.trunc(job.size))));
      return bytes && { image: { bytes, mime: "image/png" } };
    }
    case "fit": {
      const image = await fitWithin(job.bytes, info, Math.max(1, Math.trunc(job.max)));
      return image && { image };
    }
  }
}
