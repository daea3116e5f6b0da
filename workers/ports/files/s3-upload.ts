import type { Meter } from "../meter.ts";
import { storeFailure } from "./failure.ts";
import type { S3 } from "./s3-client.ts";

/** S3's own least size of a part that is not the last. */
const MIN_PART = 5 * 1024 * 1024;
/** A part is held in memory until it is sent, and the next one fills meanwhile. */
const MAX_PART = 32 * 1024 * 1024;

/**
 * Stores a stream of unknown length: in one request if it fits into one part, else as a multipart upload, which is
 * aborted when anything fails. Returns the bytes written; throws the stream's own error, or AppError 503.
 */
export async function writeStream(
  client: Promise<S3>,
  key: string,
  body: ReadableStream<Uint8Array>,
  contentType: string,
  meter: Meter,
): Promise<number> {
  const reader = body.getReader();
  const send = async <T>(what: string, work: Promise<T>): Promise<T> => {
    meter.files++;
    return work.catch((error: unknown) => {
      throw storeFailure(`${what} ${key}`, error);
    });
  };
  let upload: Upload | undefined;
  let sending: Promise<void> = Promise.resolve();
  try {
    const s3 = await client;
    const parts = new PartReader(reader, Math.min(Math.max(s3.partSize, MIN_PART), MAX_PART));
    const first = await parts.next();
    if (parts.ended) {
      await send("PUT", s3.put(key, first, contentType));
      return parts.total;
    }
    const { UploadId } = await send("POST", s3.begin(key, contentType));
    upload = { id: UploadId ?? "", done: [] };
    sending = sendPart(s3, key, upload, first, send);
    // The next part fills while one is on its way; its failure must not go unheard meanwhile.
    sending.catch(() => undefined);
    while (!parts.ended) {
      const bytes = await parts.next();
      await sending;
      if (bytes.length === 0) break;
      sending = sendPart(s3, key, upload, bytes, send);
      sending.catch(() => undefined);
    }
    await sending;
    await send("POST", s3.complete(key, upload.id, upload.done));
    return parts.total;
  } catch (error) {
    reader.cancel(error).catch(() => undefined);
    // A part that arrives after the abort would stay for ever.
    await sending.catch(() => undefined);
    if (upload) await (await client).abort(key, upload.id).catch(() => undefined);
    throw error;
  }
}

interface Upload {
  id: string;
  done: { ETag: string; PartNumber: number }[];
}

async function sendPart(
  s3: S3,
  key: string,
  upload: Upload,
  bytes: Uint8Array,
  send: <T>(what: string, work: Promise<T>) => Promise<T>,
): Promise<void> {
  const PartNumber = upload.done.length + 1;
  const { ETag } = await send("PUT", s3.part(key, upload.id, PartNumber, bytes));
  upload.done.push({ ETag: ETag ?? "", PartNumber });
}

/** Cuts a stream into parts of `size` bytes; the last one is shorter. */
class PartReader {
  ended = false;
  total = 0;
  private rest: Uint8Array | undefined;
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly size: number;

  constructor(reader: ReadableStreamDefaultReader<Uint8Array>, size: number) {
    this.reader = reader;
    this.size = size;
  }

  async next(): Promise<Uint8Array> {
    let part = new Uint8Array(this.rest ? this.size : Math.min(this.size, 64 * 1024));
    let filled = 0;
    while (filled < this.size) {
      const chunk = this.rest ?? (await this.read());
      this.rest = undefined;
      if (!chunk) break;
      const taken = Math.min(chunk.length, this.size - filled);
      if (filled + taken > part.length)
        part = grown(part, Math.min(this.size, Math.max(part.length * 2, filled + taken)));
      part.set(chunk.subarray(0, taken), filled);
      filled += taken;
      if (taken < chunk.length) this.rest = chunk.subarray(taken);
    }
    this.total += filled;
    return part.subarray(0, filled);
  }

  private async read(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.reader.read();
    if (!done) return value;
    this.ended = true;
    return undefined;
  }
}

function grown(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}
