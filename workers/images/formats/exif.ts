import type { Orientation } from "../types.ts";

/** A TIFF structure's byte order and reader; `at` is absolute. Reads past the end give 0. */
export type TiffReader = { u16(at: number): number; u32(at: number): number; ifd: number };

/** Reads the 8-byte TIFF header at `start`; `ifd` is relative to `start`, as are all offsets inside. */
export function tiffReader(bytes: Uint8Array, start: number): TiffReader | null {
  const little = bytes[start] === 0x49 && bytes[start + 1] === 0x49;
  if (!little && !(bytes[start] === 0x4d && bytes[start + 1] === 0x4d)) return null;
  const byte = (at: number) => bytes[start + at] ?? 0;
  const u16 = (at: number) => (little ? byte(at) | (byte(at + 1) << 8) : (byte(at) << 8) | byte(at + 1));
  const u32 = (at: number) => (little ? u16(at) + u16(at + 2) * 0x10000 : u16(at) * 0x10000 + u16(at + 2));
  return u16(2) === 42 ? { u16, u32, ifd: u32(4) } : null;
}

/**
 * Calls back with tag and value of each SHORT or LONG entry of the first directory. At most 65535 entries.
 */
export function eachEntry(
  tiff: TiffReader,
  limit: number,
  entry: (tag: number, value: number) => void,
): void {
  const count = tiff.u16(tiff.ifd);
  for (let i = 0; i < count; i++) {
    const at = tiff.ifd + 2 + i * 12;
    if (at + 12 > limit) return;
    const type = tiff.u16(at + 2);
    if (type === 3) entry(tiff.u16(at), tiff.u16(at + 8));
    else if (type === 4) entry(tiff.u16(at), tiff.u32(at + 8));
  }
}

export function toOrientation(value: number): Orientation {
  return value >= 1 && value <= 8 ? (value as Orientation) : 1;
}

/** Orientation of an EXIF block (a TIFF structure) at [start, end); 1 when absent or malformed. */
export function exifOrientation(bytes: Uint8Array, start: number, end: number): Orientation {
  const tiff = tiffReader(bytes, start);
  let found = 1;
  if (tiff) {
    eachEntry(tiff, Math.min(end, bytes.length) - start, (tag, value) => {
      if (tag === 0x112) found = value;
    });
  }
  return toOrientation(found);
}
