// Objects and the parts of uploads on disk. An object is one file, replaced at once: what it is, then its bytes.

import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { S3Failure } from "./failure.ts";

export interface About {
  key: string;
  size: number;
  etag: string;
  type: string;
  /** ms */
  modified: number;
}

export interface Stored {
  about: About;
  read(first: number, last: number): Promise<Buffer>;
}

export class Store {
  private readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
    mkdirSync(join(dir, "uploads"), { recursive: true, mode: 0o700 });
  }

  createBucket(bucket: string): void {
    mkdirSync(this.bucket(bucket), { recursive: true, mode: 0o700 });
  }

  hasBucket(bucket: string): boolean {
    return /^[a-z0-9][a-z0-9.-]{2,62}$/.test(bucket) && existsSync(this.bucket(bucket));
  }

  async put(bucket: string, key: string, type: string, body: Buffer): Promise<About> {
    const about = { key, size: body.length, etag: etagOf(body), type, modified: Date.now() };
    const head = Buffer.from(JSON.stringify(about));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(head.length);
    const temporary = join(this.dir, "uploads", randomUUID());
    await writeFile(temporary, Buffer.concat([length, head, body]), { mode: 0o600, flush: true });
    await rename(temporary, this.file(bucket, key));
    return about;
  }

  async get(bucket: string, key: string): Promise<Stored | null> {
    const found = await readHead(this.file(bucket, key));
    if (!found) return null;
    const read = async (first: number, last: number) => {
      const file = await open(this.file(bucket, key));
      try {
        const buffer = Buffer.alloc(last - first + 1);
        await file.read(buffer, 0, buffer.length, found.start + first);
        return buffer;
      } finally {
        await file.close();
      }
    };
    return { about: found.about, read };
  }

  async remove(bucket: string, key: string): Promise<void> {
    await rm(this.file(bucket, key), { force: true });
  }

  /** In the order of their keys. */
  async list(bucket: string, prefix: string): Promise<About[]> {
    const names = await readdir(this.bucket(bucket));
    const heads = await Promise.all(names.map((name) => readHead(join(this.bucket(bucket), name))));
    const found = heads.flatMap((head) => (head?.about.key.startsWith(prefix) ? [head.about] : []));
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async begin(key: string, type: string): Promise<string> {
    const id = randomUUID();
    await mkdir(join(this.dir, "uploads", id), { mode: 0o700 });
    await writeFile(join(this.dir, "uploads", id, "about.json"), JSON.stringify({ key, type }));
    return id;
  }

  async putPart(id: string, key: string, number: number, body: Buffer): Promise<string> {
    await this.upload(id, key);
    if (!(number >= 1 && number <= 10_000)) throw new S3Failure(400, "InvalidArgument");
    const etag = etagOf(body);
    await writeFile(join(this.dir, "uploads", id, `${number}`), Buffer.concat([Buffer.from(etag), body]));
    return etag;
  }

  /** Parts in the order given; the rest of S3's rules about them hold, too. */
  async complete(
    bucket: string,
    id: string,
    key: string,
    parts: { number: number; etag: string }[],
  ): Promise<About> {
    const { type } = await this.upload(id, key);
    if (parts.length === 0) throw new S3Failure(400, "MalformedXML");
    const bodies: Buffer[] = [];
    for (const [index, { number, etag }] of parts.entries()) {
      const part = await readFile(join(this.dir, "uploads", id, `${number}`)).catch(() => null);
      if (!part || part.subarray(0, 34).toString() !== etag) throw new S3Failure(400, "InvalidPart");
      if (index > 0 && number <= parts[index - 1]!.number) throw new S3Failure(400, "InvalidPartOrder");
      if (index < parts.length - 1 && part.length - 34 < 5 * 2 ** 20)
        throw new S3Failure(400, "EntityTooSmall");
      bodies.push(part.subarray(34));
    }
    const about = await this.put(bucket, key, type, Buffer.concat(bodies));
    await this.abort(id, key);
    return about;
  }

  async abort(id: string, key: string): Promise<void> {
    await this.upload(id, key);
    await rm(join(this.dir, "uploads", id), { recursive: true, force: true });
  }

  private async upload(id: string, key: string): Promise<{ type: string }> {
    const valid = /^[0-9a-f-]{36}$/.test(id);
    const text =
      valid && (await readFile(join(this.dir, "uploads", id, "about.json"), "utf8").catch(() => ""));
    const about = text ? JSON.parse(text) : null;
    if (about?.key !== key) throw new S3Failure(404, "NoSuchUpload");
    return about;
  }

  private bucket(bucket: string): string {
    return join(this.dir, "buckets", bucket);
  }

  /** Keys are names with slashes, of up to 1024 bytes: none of a file system's business. */
  private file(bucket: string, key: string): string {
    return join(this.bucket(bucket), createHash("sha256").update(key).digest("hex"));
  }
}

async function readHead(path: string): Promise<{ about: About; start: number } | null> {
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4_096), 0, 4_096, 0);
    const length = buffer.readUInt32BE(0);
    if (bytesRead < 4 + length) return null;
    return { about: JSON.parse(buffer.subarray(4, 4 + length).toString()), start: 4 + length };
  } finally {
    await file.close();
  }
}

const etagOf = (body: Buffer) => `"${createHash("md5").update(body).digest("hex")}"`;
