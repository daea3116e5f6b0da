/**
 * A small GIF89a encoder: full-canvas frames, each with its own palette of at most 255 colours and
 * transparency.
 */
import type { Raster } from "../types.ts";

const TRANSPARENT = 255;

/** Collects output without knowing its size. */
class Sink {
  private bytes = new Uint8Array(1024);
  private length = 0;

  push(...values: number[]): void {
    if (this.length + values.length > this.bytes.length) this.grow(values.length);
    for (const value of values) this.bytes[this.length++] = value;
  }

  append(part: Uint8Array): void {
    if (this.length + part.length > this.bytes.length) this.grow(part.length);
    this.bytes.set(part, this.length);
    this.length += part.length;
  }

  done(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private grow(by: number): void {
    const bigger = new Uint8Array((this.length + by) * 2);
    bigger.set(this.bytes.subarray(0, this.length));
    this.bytes = bigger;
  }
}

export class GifWriter {
  private sink = new Sink();

  /** `loops`: 0 for ever; null leaves the extension out (plays once). */
  constructor(
    private width: number,
    private height: number,
    loops: number | null,
  ) {
    this.ascii("GIF89a");
    this.sink.push(width & 255, width >> 8, height & 255, height >> 8, 0x70, 0, 0);
    if (loops !== null) {
      this.sink.push(0x21, 0xff, 11);
      this.ascii("NETSCAPE2.0");
      this.sink.push(3, 1, loops & 255, loops >> 8, 0);
    }
  }

  /** `delay` in hundredths of a second. Alpha below 128 becomes transparent. */
  frame(raster: Raster, delay: number): void {
    const { palette, indices } = quantize(raster.data);
    // Disposal 2 (to background) so that each frame's transparent pixels stay so.
    this.sink.push(0x21, 0xf9, 4, (2 << 2) | 1, delay & 255, delay >> 8, TRANSPARENT, 0);
    this.sink.push(
      0x2c,
      0,
      0,
      0,
      0,
      this.width & 255,
      this.width >> 8,
      this.height & 255,
      this.height >> 8,
      0x87,
    );
    this.sink.append(palette);
    this.sink.push(8);
    const data = lzwEncode(indices);
    for (let i = 0; i < data.length; i += 255) {
      const part = data.subarray(i, i + 255);
      this.sink.push(part.length);
      this.sink.append(part);
    }
    this.sink.push(0);
  }

  finish(): Uint8Array {
    this.sink.push(0x3b);
    return this.sink.done();
  }

  private ascii(text: string): void {
    for (const c of text) this.sink.push(c.charCodeAt(0));
  }
}

type Bin = { r: number; g: number; b: number; count: number; key: number };

/**
 * Median cut over a 15-bit histogram. Exact averages of the colours in each bin, so few-colour images stay
 * true.
 */
function quantize(data: Uint8Array): { palette: Uint8Array; indices: Uint8Array } {
  const bins = new Map<number, Bin>();
  const keyAt = (i: number) => ((data[i]! >> 3) << 10) | ((data[i + 1]! >> 3) << 5) | (data[i + 2]! >> 3);
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3]! < 128) continue;
    const key = keyAt(i);
    let bin = bins.get(key);
    if (!bin) {
      bin = { r: 0, g: 0, b: 0, count: 0, key };
      bins.set(key, bin);
    }
    bin.r += data[i]!;
    bin.g += data[i + 1]!;
    bin.b += data[i + 2]!;
    bin.count++;
  }
  const palette = new Uint8Array(768);
  const indexOf = new Uint8Array(32768);
  medianCut([...bins.values()]).forEach((box, index) => {
    let [r, g, b, count] = [0, 0, 0, 0];
    for (const bin of box) {
      [r, g, b, count] = [r + bin.r, g + bin.g, b + bin.b, count + bin.count];
      indexOf[bin.key] = index;
    }
    palette.set([r / count, g / count, b / count].map(Math.round), index * 3);
  });
  const indices = new Uint8Array(data.length / 4);
  for (let i = 0, o = 0; i < data.length; i += 4, o++) {
    indices[o] = data[i + 3]! < 128 ? TRANSPARENT : indexOf[keyAt(i)]!;
  }
  return { palette, indices };
}

/** At most 255 non-empty boxes. */
function medianCut(bins: Bin[]): Bin[][] {
  type Box = { bins: Bin[]; shift: number; spread: number };
  const measure = (part: Bin[]): Box => {
    let best = { shift: 0, spread: 0 };
    for (const shift of [0, 5, 10]) {
      let low = 31;
      let high = 0;
      for (const bin of part) {
        const value = (bin.key >> shift) & 31;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      if (high - low > best.spread) best = { shift, spread: high - low };
    }
    return { bins: part, ...best };
  };
  if (bins.length === 0) return [];
  const boxes = [measure(bins)];
  while (boxes.length < TRANSPARENT) {
    let widest = 0;
    for (let i = 1; i < boxes.length; i++) if (boxes[i]!.spread > boxes[widest]!.spread) widest = i;
    const { bins: part, shift, spread } = boxes[widest]!;
    if (spread === 0) break;
    part.sort((a, b) => ((a.key >> shift) & 31) - ((b.key >> shift) & 31));
    const half = part.reduce((sum, bin) => sum + bin.count, 0) / 2;
    let cut = 0;
    for (let seen = 0; cut < part.length - 1 && (cut === 0 || seen < half); cut++) seen += part[cut]!.count;
    boxes[widest] = measure(part.slice(0, cut));
    boxes.push(measure(part.slice(cut)));
  }
  return boxes.map((box) => box.bins);
}

/** Variable-length codes for 8-bit indices, least significant bit first. */
function lzwEncode(indices: Uint8Array): Uint8Array {
  const sink = new Sink();
  const clearCode = 256;
  let table = new Map<number, number>();
  let bits = 9;
  let next = clearCode + 2;
  let buffer = 0;
  let have = 0;
  const emit = (code: number) => {
    buffer |= code << have;
    have += bits;
    for (; have >= 8; have -= 8, buffer >>>= 8) sink.push(buffer & 255);
  };
  emit(clearCode);
  let current = indices[0] ?? 0;
  for (let i = 1; i < indices.length; i++) {
    const key = (current << 8) | indices[i]!;
    const known = table.get(key);
    if (known !== undefined) {
      current = known;
      continue;
    }
    emit(current);
    if (next === 4096) {
      emit(clearCode);
      table = new Map();
      bits = 9;
      next = clearCode + 2;
    } else {
      // The decoder learns this entry one code later, hence the comparison before the increment.
      if (next === 1 << bits) bits++;
      table.set(key, next++);
    }
    current = indices[i]!;
  }
  emit(current);
  emit(clearCode + 1);
  if (have > 0) sink.push(buffer & 255);
  return sink.done();
}
