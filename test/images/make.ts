/** Writers and a reader for test images, independent of the code under test. */
import { crc32, deflateSync, inflateSync } from "node:zlib";

export type Rgba = [number, number, number, number];

function chunk(type: string, body: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + body.length);
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, "latin1");
  out.set(body, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length);
  return out;
}

/** PNG with any header and any scanlines, so that they can contradict each other. */
export function rawPng(
  width: number,
  height: number,
  scanlines: Uint8Array,
  extra: Buffer[] = [],
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = chunk("IDAT", deflateSync(scanlines));
  return new Uint8Array(
    Buffer.concat([signature, chunk("IHDR", header), ...extra, data, chunk("IEND", Buffer.alloc(0))]),
  );
}

export function makePng(
  width: number,
  height: number,
  color: (x: number, y: number) => Rgba,
  extra: Buffer[] = [],
): Uint8Array {
  const lines = Buffer.alloc(height * (width * 4 + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) lines.set(color(x, y), y * (width * 4 + 1) + 1 + x * 4);
  }
  return rawPng(width, height, lines, extra);
}

/** 24-bit BMP of one colour. */
export function makeBmp(width: number, height: number, [r, g, b]: Rgba): Uint8Array {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const out = Buffer.alloc(54 + stride * Math.abs(height));
  out.write("BM", 0, "latin1");
  out.writeUInt32LE(out.length, 2);
  out.writeUInt32LE(54, 10);
  out.writeUInt32LE(40, 14);
  out.writeInt32LE(width, 18);
  out.writeInt32LE(height, 22);
  out.writeUInt16LE(1, 26);
  out.writeUInt16LE(24, 28);
  for (let y = 0; y < Math.abs(height); y++) {
    for (let x = 0; x < width; x++) out.set([b, g, r], 54 + y * stride + x * 3);
  }
  return new Uint8Array(out);
}

/** A TIFF structure that holds only an orientation. */
export function exif(orientation: number, little = true): Buffer {
  const out = Buffer.alloc(26);
  const u16 = (v: number, at: number) => (little ? out.writeUInt16LE(v, at) : out.writeUInt16BE(v, at));
  const u32 = (v: number, at: number) => (little ? out.writeUInt32LE(v, at) : out.writeUInt32BE(v, at));
  out.write(little ? "II" : "MM", 0, "latin1");
  u16(42, 2);
  u32(8, 4);
  u16(1, 8);
  u16(0x112, 10);
  u16(3, 12);
  u32(1, 14);
  u16(orientation, 18);
  return out;
}

export const exifChunk = (orientation: number): Buffer => chunk("eXIf", exif(orientation));

/** The JPEG with an EXIF segment after its first marker. */
export function withOrientation(jpeg: Uint8Array, orientation: number, little = true): Uint8Array {
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exif(orientation, little)]);
  const head = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
  return new Uint8Array(Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]));
}

export type Decoded = { width: number; height: number; channels: number; at(x: number, y: number): number[] };

/** Reads 8-bit RGB and RGBA PNGs, checking every CRC. */
export function readPng(bytes: Uint8Array): Decoded {
  const png = Buffer.from(bytes);
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 2 ? 3 : 4;
  const parts: Buffer[] = [];
  for (let i = 8; i < png.length; i += 12 + png.readUInt32BE(i)) {
    const end = i + 8 + png.readUInt32BE(i);
    if (crc32(png.subarray(i + 4, end)) !== png.readUInt32BE(end)) throw new Error("bad CRC");
    if (png.toString("latin1", i + 4, i + 8) === "IDAT") parts.push(png.subarray(i + 8, end));
  }
  const lines = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const data = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)]!;
    for (let i = 0; i < stride; i++) {
      const left = i >= channels ? data[y * stride + i - channels]! : 0;
      const up = y > 0 ? data[(y - 1) * stride + i]! : 0;
      const corner = y > 0 && i >= channels ? data[(y - 1) * stride + i - channels]! : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      data[y * stride + i] = lines[y * (stride + 1) + 1 + i]! + guess;
    }
  }
  const at = (x: number, y: number) => [
    ...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels),
  ];
  return { width, height, channels, at };
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}
