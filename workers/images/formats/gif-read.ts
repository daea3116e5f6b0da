/**
 * GIF frames composited to full canvases. Hostile input throws or ends early; memory is bounded by the
 * canvas.
 */
import type { Raster } from "../types.ts";

export type GifFrame = {
  /** The whole canvas as shown; the same buffer for every frame, overwritten by the next. */
  canvas: Raster;
  /** Hundredths of a second. */
  delay: number;
};

/** Frames in order. `maxPixels` bounds the canvas and each frame. */
export function* gifFrames(bytes: Uint8Array, maxPixels: number): Generator<GifFrame> {
  const u16 = (i: number) => (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8);
  const width = u16(6);
  const height = u16(8);
  if (width * height === 0 || width * height > maxPixels) throw new Error("gif canvas");
  const data = new Uint8Array(width * height * 4);
  const canvas: Raster = { width, height, data, opaque: false };
  const globalTable = colors(bytes, 13, bytes[10] ?? 0);
  let i = 13 + globalTable.length;
  let control = { disposal: 0, delay: 0, transparent: -1 };
  while (i < bytes.length) {
    if (bytes[i] === 0x21) {
      if (bytes[i + 1] === 0xf9 && bytes[i + 2] === 4) {
        const packed = bytes[i + 3] ?? 0;
        const transparent = packed & 1 ? (bytes[i + 6] ?? 0) : -1;
        control = { disposal: (packed >> 2) & 7, delay: u16(i + 4), transparent };
      }
      i = subBlocks(bytes, i + 2).end;
      continue;
    }
    if (bytes[i] !== 0x2c) return;
    const rect = { x: u16(i + 1), y: u16(i + 3), width: u16(i + 5), height: u16(i + 7) };
    const packed = bytes[i + 9] ?? 0;
    const localTable = colors(bytes, i + 10, packed);
    i += 10 + localTable.length;
    const area = rect.width * rect.height;
    if (area > maxPixels) throw new Error("gif frame");
    const { end, body } = subBlocks(bytes, i + 1);
    const pixels = lzwDecode(body, bytes[i] ?? 0, area);
    i = end;
    const before = control.disposal === 3 ? data.slice() : null;
    draw(canvas, rect, pixels, localTable.length ? localTable : globalTable, control.transparent, packed);
    yield { canvas, delay: control.delay };
    if (before) data.set(before);
    else if (control.disposal === 2) clear(canvas, rect);
    control = { disposal: 0, delay: 0, transparent: -1 };
  }
}

/** Repeat count of the NETSCAPE2.0 extension (0: for ever); null without one. */
export function gifLoops(bytes: Uint8Array): number | null {
  const mark = [..."NETSCAPE2.0"].map((c) => c.charCodeAt(0));
  const end = Math.min(bytes.length - 19, 4096);
  for (let i = 13; i <= end; i++) {
    if (bytes[i] !== 0x21 || bytes[i + 1] !== 0xff || bytes[i + 2] !== 11) continue;
    if (mark.every((c, k) => bytes[i + 3 + k] === c)) return bytes[i + 16]! | (bytes[i + 17]! << 8);
  }
  return null;
}

type Rect = { x: number; y: number; width: number; height: number };

function colors(bytes: Uint8Array, at: number, packed: number): Uint8Array {
  return packed & 0x80 ? bytes.subarray(at, at + (3 << ((packed & 7) + 1))) : new Uint8Array(0);
}

function subBlocks(bytes: Uint8Array, at: number): { end: number; body: Uint8Array } {
  let end = at;
  let total = 0;
  for (let size = bytes[end] ?? 0; size > 0; size = bytes[end] ?? 0) {
    total += size;
    end += 1 + size;
  }
  const body = new Uint8Array(total);
  for (let i = at, o = 0; i < end; i += 1 + bytes[i]!) {
    const part = bytes.subarray(i + 1, i + 1 + bytes[i]!);
    body.set(part, o);
    o += part.length;
  }
  return { end: end + 1, body };
}

/** At most `count` colour indices; what the data does not reach stays 0. */
function lzwDecode(body: Uint8Array, minBits: number, count: number): Uint8Array {
  if (minBits < 2 || minBits > 8) throw new Error("gif code size");
  const out = new Uint8Array(count);
  const clearCode = 1 << minBits;
  const prefix = new Uint16Array(4096);
  const suffix = new Uint8Array(4096);
  const length = new Uint16Array(4096);
  for (let c = 0; c < clearCode; c++) [suffix[c], length[c]] = [c, 1];
  let bits = minBits + 1;
  let next = clearCode + 2;
  let previous = -1;
  let buffer = 0;
  let have = 0;
  let at = 0;
  for (let i = 0; i < body.length && at < count; ) {
    while (have < bits && i < body.length) {
      buffer |= body[i++]! << have;
      have += 8;
    }
    while (have >= bits && at < count) {
      const code = buffer & ((1 << bits) - 1);
      buffer >>>= bits;
      have -= bits;
      if (code === clearCode) {
        bits = minBits + 1;
        next = clearCode + 2;
        previous = -1;
        continue;
      }
      if (code === clearCode + 1) return out;
      if (code > next || (code === next && previous < 0)) throw new Error("gif code");
      // A code not yet known is the previous string plus that string's first index.
      const known = code < next;
      const string = known ? code : previous;
      const size = length[string]!;
      let c = string;
      let first = 0;
      for (let k = at + size - 1; k >= at; k--) {
        first = suffix[c]!;
        if (k < count) out[k] = first;
        c = prefix[c]!;
      }
      at += size;
      if (!known && at < count) out[at++] = first;
      if (previous >= 0 && next < 4096) {
        prefix[next] = previous;
        suffix[next] = first;
        length[next] = length[previous]! + 1;
        next++;
        if (next === 1 << bits && bits < 12) bits++;
      }
      previous = code;
    }
  }
  return out;
}

function draw(
  canvas: Raster,
  rect: Rect,
  pixels: Uint8Array,
  table: Uint8Array,
  skip: number,
  packed: number,
): void {
  const passes =
    packed & 0x40
      ? [
          [0, 8],
          [4, 8],
          [2, 4],
          [1, 2],
        ]
      : [[0, 1]];
  let i = 0;
  for (const [first, step] of passes as [number, number][]) {
    for (let y = first; y < rect.height; y += step) {
      for (let x = 0; x < rect.width; x++, i++) {
        const index = pixels[i]!;
        const cx = rect.x + x;
        const cy = rect.y + y;
        if (index === skip || cx >= canvas.width || cy >= canvas.height) continue;
        const o = (cy * canvas.width + cx) * 4;
        canvas.data[o] = table[index * 3] ?? 0;
        canvas.data[o + 1] = table[index * 3 + 1] ?? 0;
        canvas.data[o + 2] = table[index * 3 + 2] ?? 0;
        canvas.data[o + 3] = 255;
      }
    }
  }
}

function clear(canvas: Raster, rect: Rect): void {
  const endX = Math.min(canvas.width, rect.x + rect.width);
  const endY = Math.min(canvas.height, rect.y + rect.height);
  for (let y = rect.y; y < endY; y++) {
    if (rect.x < endX) canvas.data.fill(0, (y * canvas.width + rect.x) * 4, (y * canvas.width + endX) * 4);
  }
}
