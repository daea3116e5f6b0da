import { flatten, orient, resize } from "./draw/raster.ts";
import { gifFrames, gifLoops } from "./formats/gif-read.ts";
import { GifWriter } from "./formats/gif-write.ts";
import { encodePng } from "./formats/png.ts";
import { jpegScans } from "./formats/sniff.ts";
import { decode, encodeJpeg } from "./photon.ts";
import type { Encoded, ImageFormat, ImageInfo, Raster } from "./types.ts";

const THUMBNAIL_WIDTH = 120;
const THUMBNAIL_HEIGHT = 100;
const PREVIEW_WIDTH = 1920;
const MINI_SIZE = 16;
const JPEG_QUALITY = 90;

/** Encoders write about 10; 64 is what spectral selection alone could use. */
const MAX_JPEG_SCANS = 100;

/** Pixels of canvas that an animated gif may cost over all its frames when it is scaled. */
const GIF_PIXEL_BUDGET = 100_000_000;

const MIME: Record<ImageFormat, string> = {
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  bmp: "image/bmp",
  tiff: "image/tiff",
  svg: "image/svg+xml",
};

export type Renditions = {
  thumbnail?: Encoded;
  /** Absent for a gif: clients show the original. */
  preview?: Encoded;
  /** 16x16 JPEG. */
  miniPreview?: Uint8Array;
};

type Size = { width: number; height: number };

/**
 * What is made of an upload; {} for svg; null when the image does not decode. `info` must be
 * imageInfo(bytes), and the caller has refused info.pixels above its limit: nothing here limits memory.
 */
export async function renditions(bytes: Uint8Array, info: ImageInfo): Promise<Renditions | null> {
  if (info.format === "svg") return {};
  const withPreview = info.format !== "gif";
  const base = scaled(bytes, info, withPreview ? previewSize(info) : thumbnailSize(info));
  if (!base) return null;
  const thumbnail = thumbnailSize(info);
  const mini = encodeMini(base);
  return {
    thumbnail: await encode(resize(base, thumbnail.width, thumbnail.height), info.format),
    preview: withPreview ? await encode(base, info.format) : undefined,
    miniPreview: mini,
  };
}

/** 16x16 JPEG alone, for files stored before they had one. Null when the image does not decode. */
export function miniPreview(bytes: Uint8Array, info: ImageInfo): Uint8Array | null {
  const base = scaled(bytes, info, { width: MINI_SIZE, height: MINI_SIZE });
  return base && encodeMini(base);
}

/** Fills size x size from the middle of the image, as PNG. Null for svg and for what does not decode. */
export async function squarePng(
  bytes: Uint8Array,
  info: ImageInfo,
  size: number,
): Promise<Uint8Array | null> {
  const raster = decoded(bytes, info, (source) => {
    const side = Math.min(source.width, source.height);
    const [x, y] = [(source.width - side) / 2, (source.height - side) / 2];
    return resize(source, size, size, { x, y, width: side, height: side });
  });
  return raster && encodePng(raster);
}

/**
 * At most max x max, aspect kept, never enlarged. An upright image that fits is returned as it is (after a
 * test that it decodes); otherwise a gif stays an animated gif and everything else becomes PNG. Null for svg,
 * for what does not decode, and for a gif whose frames cost too much.
 */
export async function fitWithin(bytes: Uint8Array, info: ImageInfo, max: number): Promise<Encoded | null> {
  const scale = Math.min(1, max / Math.max(info.width, info.height));
  const size = { width: atLeast1(info.width * scale), height: atLeast1(info.height * scale) };
  if (scale === 1 && info.orientation === 1) {
    const decodes = decoded(bytes, info, () => ({
      width: 0,
      height: 0,
      data: new Uint8Array(0),
      opaque: true,
    }));
    return decodes && { bytes, mime: MIME[info.format] };
  }
  if (info.format === "gif" && info.frames > 1) {
    const gif = fitGif(bytes, info, size);
    return gif && { bytes: gif, mime: MIME.gif };
  }
  const raster = scaled(bytes, info, size);
  if (!raster) return null;
  if (info.format !== "gif") return { bytes: await encodePng(raster), mime: MIME.png };
  const writer = new GifWriter(size.width, size.height, null);
  writer.frame(raster, 0);
  return { bytes: writer.finish(), mime: MIME.gif };
}

function fitGif(bytes: Uint8Array, info: ImageInfo, size: Size): Uint8Array | null {
  if (info.frames * info.pixels > GIF_PIXEL_BUDGET) return null;
  try {
    const writer = new GifWriter(size.width, size.height, gifLoops(bytes));
    for (const { canvas, delay } of gifFrames(bytes, info.pixels)) {
      writer.frame(resize(canvas, size.width, size.height), delay);
    }
    return writer.finish();
  } catch {
    return null;
  }
}

/**
 * Decodes and lets `use` copy what it needs, upright. Null when it does not decode or the header lied about
 * the size.
 */
function decoded(bytes: Uint8Array, info: ImageInfo, use: (source: Raster) => Raster): Raster | null {
  if (info.format === "svg") return null;
  if (info.format === "jpeg" && jpegScans(bytes) > MAX_JPEG_SCANS) return null;
  const swap = info.orientation >= 5;
  try {
    const raster = decode(bytes, (source) => {
      const honest = source.width === (swap ? info.height : info.width);
      if (!honest || source.height !== (swap ? info.width : info.height)) throw new Error("size differs");
      return use(source);
    });
    return orient(raster, info.orientation);
  } catch {
    return null;
  }
}

/**
 * The whole image at `size` (upright). Scaling comes before turning: the small raster is the cheap one to
 * turn.
 */
function scaled(bytes: Uint8Array, info: ImageInfo, size: Size): Raster | null {
  const swap = info.orientation >= 5;
  return decoded(bytes, info, (source) =>
    resize(source, swap ? size.height : size.width, swap ? size.width : size.height),
  );
}

/** PNG for png sources, else JPEG over white; undefined where JPEG cannot hold the size. */
async function encode(raster: Raster, format: ImageFormat): Promise<Encoded | undefined> {
  if (format === "png") return { bytes: await encodePng(raster), mime: MIME.png };
  try {
    return { bytes: encodeJpeg(flatten(raster), JPEG_QUALITY), mime: MIME.jpeg };
  } catch {
    return undefined;
  }
}

function encodeMini(base: Raster): Uint8Array {
  return encodeJpeg(flatten(resize(base, MINI_SIZE, MINI_SIZE)), JPEG_QUALITY);
}

function atLeast1(value: number): number {
  return Math.max(1, Math.round(value));
}

function thumbnailSize({ width, height }: Size): Size {
  if (width > height) return { width: THUMBNAIL_WIDTH, height: atLeast1((height * THUMBNAIL_WIDTH) / width) };
  return { width: atLeast1((width * THUMBNAIL_HEIGHT) / height), height: THUMBNAIL_HEIGHT };
}

function previewSize({ width, height }: Size): Size {
  if (width <= PREVIEW_WIDTH) return { width, height };
  return { width: PREVIEW_WIDTH, height: atLeast1((height * PREVIEW_WIDTH) / width) };
}
