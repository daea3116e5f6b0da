import type { ImageFormat, ImageInfo, Orientation } from "../types.ts";
import { eachEntry, exifOrientation, tiffReader, toOrientation } from "./exif.ts";
import { svgSize } from "./sniff-svg.ts";

/**
 * What the bytes' headers say; null for anything that is not one of the known formats or names no size.
 * Decodes nothing, never throws, and costs at most one pass over the chunks or blocks (not over their
 * contents). Truncated input works as far as the size is in it.
 */
export function imageInfo(bytes: Uint8Array): ImageInfo | null {
  if (at(bytes, 0, "\x89PNG\r\n\x1a\n")) return png(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return jpeg(bytes);
  if (at(bytes, 0, "GIF87a") || at(bytes, 0, "GIF89a")) return gif(bytes);
  if (at(bytes, 0, "RIFF") && at(bytes, 8, "WEBP")) return webp(bytes);
  if (at(bytes, 0, "BM")) return bmp(bytes);
  if (at(bytes, 0, "II*\0") || at(bytes, 0, "MM\0*")) return tiff(bytes);
  const size = svgSize(bytes);
  return size && { format: "svg", ...size, orientation: 1, frames: 1, pixels: 0 };
}

type Found = { width: number; height: number; orientation?: Orientation; frames?: number; pixels?: number };

function info(format: ImageFormat, found: Found): ImageInfo | null {
  const { width, height, orientation = 1, frames = 1, pixels = 0 } = found;
  if (!(width > 0 && height > 0)) return null;
  const swap = orientation >= 5;
  return {
    format,
    width: swap ? height : width,
    height: swap ? width : height,
    orientation,
    frames: Math.max(1, frames),
    pixels: Math.max(pixels, width * height),
  };
}

function at(bytes: Uint8Array, offset: number, ascii: string): boolean {
  for (let i = 0; i < ascii.length; i++) if (bytes[offset + i] !== ascii.charCodeAt(i)) return false;
  return true;
}

// Past the end reads 0, which every caller takes for "no size" or "no chunk".
const le16 = (b: Uint8Array, i: number) => (b[i] ?? 0) | ((b[i + 1] ?? 0) << 8);
const be16 = (b: Uint8Array, i: number) => ((b[i] ?? 0) << 8) | (b[i + 1] ?? 0);
const le24 = (b: Uint8Array, i: number) => le16(b, i) | ((b[i + 2] ?? 0) << 16);
const le32 = (b: Uint8Array, i: number) => le16(b, i) + le16(b, i + 2) * 0x10000;
const be32 = (b: Uint8Array, i: number) => be16(b, i) * 0x10000 + be16(b, i + 2);

function png(bytes: Uint8Array): ImageInfo | null {
  if (!at(bytes, 12, "IHDR") || bytes.length < 24) return null;
  const found: Found = { width: be32(bytes, 16), height: be32(bytes, 20) };
  for (let i = 8; i + 12 <= bytes.length; i += 12 + be32(bytes, i)) {
    if (at(bytes, i + 4, "eXIf")) found.orientation = exifOrientation(bytes, i + 8, i + 8 + be32(bytes, i));
    else if (at(bytes, i + 4, "acTL")) found.frames = be32(bytes, i + 8);
  }
  return info("png", found);
}

function jpeg(bytes: Uint8Array): ImageInfo | null {
  let orientation: Orientation = 1;
  let exifSeen = false;
  let i = 2;
  while (i + 4 <= bytes.length) {
    if (bytes[i] !== 0xff) return null;
    const marker = bytes[i + 1]!;
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      i += marker === 0xff ? 1 : 2;
      continue;
    }
    const size = be16(bytes, i + 2);
    if (size < 2 || marker === 0xda || marker === 0xd9) return null;
    if (marker === 0xe1 && !exifSeen && at(bytes, i + 4, "Exif\0\0")) {
      exifSeen = true;
      orientation = exifOrientation(bytes, i + 10, i + 2 + size);
    }
    // SOF0..SOF15 without DHT (c4), JPG (c8) and DAC (cc).
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return info("jpeg", { width: be16(bytes, i + 7), height: be16(bytes, i + 5), orientation });
    }
    i += 2 + size;
  }
  return null;
}

/**
 * Start-of-scan markers. Each scan of a progressive JPEG costs a pass over all blocks but may be a few bytes
 * long, so a small file can ask for hours of decoding. In coded data 0xff is never followed by 0xda.
 */
export function jpegScans(bytes: Uint8Array): number {
  let scans = 0;
  for (let i = 3; i < bytes.length; i++) if (bytes[i] === 0xda && bytes[i - 1] === 0xff) scans++;
  return scans;
}

function colorTableBytes(packed: number): number {
  return packed & 0x80 ? 3 << ((packed & 7) + 1) : 0;
}

/** Offset after the data sub-blocks at `i`. */
function skipSubBlocks(bytes: Uint8Array, i: number): number {
  for (let size = bytes[i] ?? 0; size > 0; size = bytes[i] ?? 0) i += 1 + size;
  return i + 1;
}

function gif(bytes: Uint8Array): ImageInfo | null {
  const width = le16(bytes, 6);
  const height = le16(bytes, 8);
  let frames = 0;
  let pixels = 0;
  let i = 13 + colorTableBytes(bytes[10] ?? 0);
  while (i < bytes.length) {
    if (bytes[i] === 0x21) i = skipSubBlocks(bytes, i + 2);
    else if (bytes[i] === 0x2c && i + 10 < bytes.length) {
      frames++;
      pixels = Math.max(pixels, le16(bytes, i + 5) * le16(bytes, i + 7));
      i = skipSubBlocks(bytes, i + 11 + colorTableBytes(bytes[i + 9]!));
    } else break;
  }
  return info("gif", { width, height, frames, pixels });
}

function vp8(b: Uint8Array, i: number) {
  if (b[i + 3] !== 0x9d || b[i + 4] !== 0x01 || b[i + 5] !== 0x2a) return null;
  return { width: le16(b, i + 6) & 0x3fff, height: le16(b, i + 8) & 0x3fff };
}

function vp8l(b: Uint8Array, i: number) {
  if (b[i] !== 0x2f) return null;
  const bits = le32(b, i + 1);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

function webp(bytes: Uint8Array): ImageInfo | null {
  const found: Found = { width: 0, height: 0, frames: 0, pixels: 0 };
  for (let i = 12; i + 8 <= bytes.length; ) {
    const size = le32(bytes, i + 4);
    const body = i + 8;
    let next = body + size + (size & 1);
    let inner: { width: number; height: number } | null = null;
    if (at(bytes, i, "VP8X")) {
      if (i === 12) [found.width, found.height] = [le24(bytes, body + 4) + 1, le24(bytes, body + 7) + 1];
    } else if (at(bytes, i, "VP8 ")) inner = vp8(bytes, body);
    else if (at(bytes, i, "VP8L")) inner = vp8l(bytes, body);
    else if (at(bytes, i, "EXIF")) {
      const start = at(bytes, body, "Exif\0\0") ? body + 6 : body;
      found.orientation = exifOrientation(bytes, start, body + size);
    } else if (at(bytes, i, "ANMF")) {
      found.frames!++;
      inner = { width: le24(bytes, body + 6) + 1, height: le24(bytes, body + 9) + 1 };
      // The frame's own chunks follow its 16-byte header and are walked like the others.
      next = body + 16;
    }
    if (inner) {
      if (!found.width) Object.assign(found, inner);
      found.pixels = Math.max(found.pixels!, inner.width * inner.height);
    }
    i = next;
  }
  return info("webp", found);
}

function bmp(bytes: Uint8Array): ImageInfo | null {
  const header = le32(bytes, 14);
  if (header === 12) return info("bmp", { width: le16(bytes, 18), height: le16(bytes, 20) });
  // A negative height means rows from the top.
  if (header < 40 || header > 124) return null;
  return info("bmp", { width: le32(bytes, 18) | 0, height: Math.abs(le32(bytes, 22) | 0) });
}

function tiff(bytes: Uint8Array): ImageInfo | null {
  const reader = tiffReader(bytes, 0);
  if (!reader) return null;
  const found: Found = { width: 0, height: 0 };
  eachEntry(reader, bytes.length, (tag, value) => {
    if (tag === 256) found.width = value;
    else if (tag === 257) found.height = value;
    else if (tag === 274) found.orientation = toOrientation(value);
  });
  return info("tiff", found);
}
