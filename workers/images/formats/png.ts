import type { Raster } from "../types.ts";

const CRC = new Uint32Array(256).map((_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

/**
 * PNG of 8-bit RGB, or RGBA where the raster has alpha. Not photon's encoder: that one writes RGBA only, with
 * a fast compression which more than doubles a screenshot.
 */
export async function encodePng(raster: Raster): Promise<Uint8Array> {
  const { width, height, opaque } = raster;
  const deflated = await deflate(filterRows(raster));
  const out = new Uint8Array(8 + 25 + 12 + deflated.length + 12);
  out.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = opaque ? 2 : 6;
  let at = chunk(out, 8, "IHDR", header);
  at = chunk(out, at, "IDAT", deflated);
  chunk(out, at, "IEND", new Uint8Array(0));
  return out;
}

function chunk(out: Uint8Array, at: number, type: string, body: Uint8Array): number {
  const view = new DataView(out.buffer);
  view.setUint32(at, body.length);
  for (let i = 0; i < 4; i++) out[at + 4 + i] = type.charCodeAt(i);
  out.set(body, at + 8);
  const end = at + 8 + body.length;
  let crc = 0xffffffff;
  for (let i = at + 4; i < end; i++) crc = CRC[(crc ^ out[i]!) & 0xff]! ^ (crc >>> 8);
  view.setUint32(end, (crc ^ 0xffffffff) >>> 0);
  return end + 4;
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new CompressionStream("deflate");
  const writer = stream.writable.getWriter();
  // Not awaited before reading: the stream would stall. A failure shows at the reading end as well.
  const written = writer.write(bytes as Uint8Array<ArrayBuffer>).then(() => writer.close());
  written.catch(() => {});
  const out = await new Response(stream.readable).arrayBuffer();
  return new Uint8Array(out);
}

/** Per row the filter (none, sub, up or paeth) with the least sum of absolute differences, as libpng does. */
function filterRows(raster: Raster): Uint8Array {
  const { width, height, data, opaque } = raster;
  const step = opaque ? 3 : 4;
  const length = width * step;
  const out = new Uint8Array(height * (length + 1));
  let row = new Uint8Array(length);
  let above = new Uint8Array(length);
  const tries = [0, 1, 2, 4].map((filter) => ({ filter, bytes: new Uint8Array(length) }));
  for (let y = 0; y < height; y++) {
    [row, above] = [above, row];
    for (let x = 0, i = y * width * 4, o = 0; x < width; x++, i += 4) {
      row[o++] = data[i]!;
      row[o++] = data[i + 1]!;
      row[o++] = data[i + 2]!;
      if (!opaque) row[o++] = data[i + 3]!;
    }
    let best = tries[0]!;
    let least = Infinity;
    for (const attempt of tries) {
      const cost = filterRow(attempt.filter, row, above, step, attempt.bytes);
      if (cost < least) [best, least] = [attempt, cost];
    }
    out[y * (length + 1)] = best.filter;
    out.set(best.bytes, y * (length + 1) + 1);
  }
  return out;
}

function filterRow(
  filter: number,
  row: Uint8Array,
  above: Uint8Array,
  step: number,
  out: Uint8Array,
): number {
  let cost = 0;
  for (let i = 0; i < row.length; i++) {
    let guess = 0;
    const left = i >= step ? row[i - step]! : 0;
    if (filter === 1) guess = left;
    else if (filter === 2) guess = above[i]!;
    else if (filter === 4) {
      const up = above[i]!;
      const corner = i >= step ? above[i - step]! : 0;
      const dLeft = Math.abs(up - corner);
      const dUp = Math.abs(left - corner);
      const dCorner = Math.abs(left + up - 2 * corner);
      guess = dLeft <= dUp && dLeft <= dCorner ? left : dUp <= dCorner ? up : corner;
    }
    const value = (row[i]! - guess) & 0xff;
    out[i] = value;
    cost += value < 128 ? value : 256 - value;
  }
  return cost;
}
