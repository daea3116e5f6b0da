import { HOSTILE_FILE_NAMES } from "../contract/hostile.ts";
import type { Random } from "../property/random.ts";

export interface Part {
  name: string;
  content: Uint8Array | string;
  filename?: string;
  type?: string;
}

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);
/** Says 60,000 x 60,000 pixels, and has none. */
const BOMB = Buffer.from("89504e470d0a1a0a0000000d494844520000ea600000ea600806000000d8bc1c5c", "hex");
const TYPES = [
  "image/png",
  "image/jpeg",
  "image/gif",
  "text/html",
  "application/zip",
  "",
  "nothing",
  "a/b; c=d",
];

/** What a file may hold: an image, a broken one, or none. */
export function fileBytes(random: Random): Uint8Array {
  return random.of<() => Uint8Array>([
    () => PNG,
    () => PNG,
    () => PNG.subarray(0, random.below(PNG.length)),
    () => flipped(PNG, random),
    () => BOMB,
    () => new Uint8Array(),
    () => Buffer.from("GIF89a\x01\x00\x01\x00", "latin1"),
    () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    () => Uint8Array.from({ length: random.below(2_000) }, () => random.below(256)),
  ])!();
}

function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[random.below(copy.length)]! ^= 1 << random.below(8);
  return copy;
}

/** Parts of these `fields` (`files`: which are files), some of them not there, twice, or called otherwise. */
export function partsOf(fields: { name: string; value: string; file: boolean }[], random: Random): Part[] {
  const parts: Part[] = [];
  for (const { name, value, file } of fields) {
    if (random.chance(0.1)) continue;
    const called = random.chance(0.05)
      ? random.of(["", "x", "__proto__", `${name}[]`, "n".repeat(3_000)])!
      : name;
    const asFile = random.chance(0.05) ? !file : file;
    const part: Part = { name: called, content: file ? fileBytes(random) : value };
    if (asFile) part.filename = random.chance(0.3) ? random.of(HOSTILE_FILE_NAMES)! : "a.png";
    if (random.chance(0.4)) part.type = random.of(TYPES)!;
    const times = random.chance(0.05) ? random.of([2, 11, 300])! : 1;
    for (let i = 0; i < times; i++) parts.push(part);
  }
  return random.chance(0.1) ? random.shuffled(parts) : parts;
}

/** The body as it goes over the wire, mostly well made, and its content type. */
export function encode(parts: Part[], random: Random): { body: Uint8Array; type: string } {
  const boundary = random.chance(0.05)
    ? random.of(["-", "b".repeat(300), "a b", "a'()+_,-./:=?"])!
    : "edgemost";
  const chunks: (Uint8Array | string)[] = [];
  for (const { name, content, filename, type } of parts) {
    chunks.push(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"`);
    if (filename !== undefined) chunks.push(`; filename="${filename}"`);
    if (type !== undefined) chunks.push(`\r\nContent-Type: ${type}`);
    if (random.chance(0.03)) chunks.push(`\r\nX-Long: ${"x".repeat(random.of([10, 20_000, 200_000])!)}`);
    chunks.push("\r\n\r\n", content, "\r\n");
  }
  chunks.push(`--${boundary}--\r\n`);
  const whole = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk as Uint8Array)));
  const declared = `multipart/form-data; boundary="${boundary}"`;
  return random.chance(0.7) ? { body: whole, type: declared } : broken(whole, declared, random);
}

function broken(whole: Buffer, declared: string, random: Random): { body: Uint8Array; type: string } {
  const bodies = [
    () => whole.subarray(0, random.below(whole.length)),
    () => whole.subarray(random.below(whole.length)),
    () => flipped(whole, random),
    () => Buffer.from(whole.toString("latin1").replaceAll("\r\n", "\n"), "latin1"),
    () => Buffer.concat([whole, whole]),
    () => new Uint8Array(),
    () => whole,
  ];
  const types = [
    declared,
    declared,
    declared,
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=other",
    `multipart/form-data; boundary=${"z".repeat(5_000)}`,
    "multipart/mixed; boundary=edgemost",
    "application/json",
  ];
  return { body: random.of(bodies)!(), type: random.of(types)! };
}
