/** Geometry on straight RGBA rasters. No function here keeps a reference to its input's bytes. */
import type { Orientation, Raster } from "../types.ts";

/** A rectangle of the source, in source pixels; may be fractional. */
export type Area = { x: number; y: number; width: number; height: number };

/** Catmull-Rom. */
function cubic(t: number): number {
  const x = Math.abs(t);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

type Taps = { start: Int32Array; count: Int32Array; weights: Float32Array; stride: number };

/** For each of `to` outputs: the source samples it reads and their weights, which sum to 1. */
function tapsFor(from: number, at: number, span: number, to: number): Taps {
  const scale = span / to;
  const stretch = Math.max(1, scale);
  const reach = 2 * stretch;
  const stride = Math.ceil(reach) * 2 + 2;
  const start = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Float32Array(to * stride);
  for (let i = 0; i < to; i++) {
    const centre = at + (i + 0.5) * scale;
    const first = Math.min(from - 1, Math.max(0, Math.floor(centre - reach)));
    const last = Math.max(first, Math.min(from - 1, Math.ceil(centre + reach) - 1));
    let sum = 0;
    for (let s = first; s <= last; s++) sum += cubic((s + 0.5 - centre) / stretch);
    start[i] = first;
    count[i] = last - first + 1;
    for (let s = first; s <= last; s++) {
      const weight = cubic((s + 0.5 - centre) / stretch);
      weights[i * stride + s - first] = sum > 0.001 ? weight / sum : 1 / (last - first + 1);
    }
  }
  return { start, count, weights, stride };
}

/**
 * Averages blocks of kx by ky pixels; the incomplete blocks at the right and bottom edges average what is
 * there.
 */
function shrink(source: Raster, kx: number, ky: number): Raster {
  const { width, height, data, opaque } = source;
  const outWidth = Math.ceil(width / kx);
  const outHeight = Math.ceil(height / ky);
  const out = new Uint8Array(outWidth * outHeight * 4);
  const rowLength = width * 4;
  const sums = new Uint32Array(rowLength);
  for (let oy = 0, o = 0; oy < outHeight; oy++) {
    const rows = Math.min(ky, height - oy * ky);
    let at = oy * ky * rowLength;
    for (let i = 0; i < rowLength; i++) sums[i] = data[at++]!;
    for (let y = 1; y < rows; y++) for (let i = 0; i < rowLength; i++) sums[i]! += data[at++]!;
    for (let ox = 0, i = 0; ox < outWidth; ox++, o += 4) {
      const columns = Math.min(kx, width - ox * kx);
      const share = 1 / (rows * columns);
      let r = 0;
      let g = 0;
      let b = 0;
      let a = 0;
      for (let x = 0; x < columns; x++, i += 4) {
        r += sums[i]!;
        g += sums[i + 1]!;
        b += sums[i + 2]!;
        a += sums[i + 3]!;
      }
      out[o] = r * share + 0.5;
      out[o + 1] = g * share + 0.5;
      out[o + 2] = b * share + 0.5;
      out[o + 3] = a * share + 0.5;
    }
  }
  return { width: outWidth, height: outHeight, data: out, opaque };
}

/** In place: colour by alpha, so that transparent pixels weigh nothing. */
function premultiply(data: Uint8Array): void {
  for (let i = 0; i < data.length; i += 4) {
    const a = data[i + 3]!;
    if (a === 255) continue;
    data[i] = Math.round((data[i]! * a) / 255);
    data[i + 1] = Math.round((data[i + 1]! * a) / 255);
    data[i + 2] = Math.round((data[i + 2]! * a) / 255);
  }
}

function unpremultiply(data: Uint8Array): void {
  for (let i = 0; i < data.length; i += 4) {
    const a = data[i + 3]!;
    if (a === 255 || a === 0) continue;
    for (let c = 0; c < 3; c++) data[i + c] = Math.min(255, Math.round((data[i + c]! * 255) / a));
  }
}

/**
 * Scales `area` (default: all) of `source` to width x height. Large reductions go through a block average
 * first, so the cost is linear in the source's pixels. A `scratch` source with alpha is overwritten.
 */
export function resize(source: Raster, width: number, height: number, area?: Area): Raster {
  let from = source;
  let part = area ?? { x: 0, y: 0, width: source.width, height: source.height };
  if (part.width === width && part.height === height && !area) {
    return { width, height, data: source.data.slice(), opaque: source.opaque };
  }
  if (!from.opaque) {
    from = source.scratch ? source : { ...source, data: source.data.slice() };
    premultiply(from.data);
  }
  const kx = blockSize(part.width / width);
  const ky = blockSize(part.height / height);
  if (kx > 1 || ky > 1) {
    from = shrink(from, kx, ky);
    part = { x: part.x / kx, y: part.y / ky, width: part.width / kx, height: part.height / ky };
  }
  const data = convolve(from, part, width, height);
  if (!source.opaque) unpremultiply(data);
  return { width, height, data, opaque: source.opaque };
}

/**
 * Block averaging alone would alias; it leaves the cubic filter a factor of 2 to 3 where that is cheap, else
 * 1 to 2.
 */
function blockSize(scale: number): number {
  return Math.max(1, Math.floor(scale >= 4 ? scale / 2 : scale));
}

/** Separable; one output row at a time, so that the working set is two rows. */
function convolve(from: Raster, part: Area, width: number, height: number): Uint8Array {
  const across = tapsFor(from.width, part.x, part.width, width);
  const down = tapsFor(from.height, part.y, part.height, height);
  const rowLength = from.width * 4;
  const row = new Float32Array(rowLength);
  const clamped = new Uint8ClampedArray(width * height * 4);
  const source = from.data;
  for (let y = 0, o = 0; y < height; y++) {
    const first = down.start[y]!;
    for (let k = 0; k < down.count[y]!; k++) {
      const weight = down.weights[y * down.stride + k]!;
      const base = (first + k) * rowLength;
      if (k === 0) for (let i = 0; i < rowLength; i++) row[i] = weight * source[base + i]!;
      else for (let i = 0; i < rowLength; i++) row[i]! += weight * source[base + i]!;
    }
    for (let x = 0; x < width; x++, o += 4) {
      const end = across.start[x]! + across.count[x]!;
      let w = x * across.stride;
      let r = 0;
      let g = 0;
      let b = 0;
      let a = 0;
      for (let s = across.start[x]!, i = s * 4; s < end; s++, i += 4) {
        const weight = across.weights[w++]!;
        r += weight * row[i]!;
        g += weight * row[i + 1]!;
        b += weight * row[i + 2]!;
        a += weight * row[i + 3]!;
      }
      clamped[o] = r;
      clamped[o + 1] = g;
      clamped[o + 2] = b;
      clamped[o + 3] = from.opaque ? 255 : a;
    }
  }
  return new Uint8Array(clamped.buffer);
}

/** Turns stored pixels upright. Returns the same raster for orientation 1. */
export function orient(source: Raster, orientation: Orientation): Raster {
  if (orientation === 1) return source;
  const { width: w, height: h } = source;
  const swap = orientation >= 5;
  const width = swap ? h : w;
  const height = swap ? w : h;
  const from = new Uint32Array(source.data.slice().buffer);
  const to = new Uint32Array(width * height);
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++, o++) {
      let sx = swap ? y : x;
      let sy = swap ? x : y;
      if (orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8) sx = w - 1 - sx;
      if (orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7) sy = h - 1 - sy;
      to[o] = from[sy * w + sx]!;
    }
  }
  return { width, height, data: new Uint8Array(to.buffer), opaque: source.opaque };
}

/** Blends over white, for formats without alpha. */
export function flatten(source: Raster): Raster {
  if (source.opaque) return source;
  const data = new Uint8Array(source.data.length);
  for (let i = 0; i < data.length; i += 4) {
    const a = source.data[i + 3]!;
    for (let c = 0; c < 3; c++) data[i + c] = Math.round((source.data[i + c]! * a + 255 * (255 - a)) / 255);
    data[i + 3] = 255;
  }
  return { width: source.width, height: source.height, data, opaque: true };
}
