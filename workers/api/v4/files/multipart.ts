import { fail } from "../../../errors/app-error.ts";

const MAX_HEADERS = 16 * 1024;
const MAX_PARTS = 1_000;
const READ_SIZE = 64 * 1024;
const DASHES = "--";

/** One part of a multipart body. Reading it to its end, or asking for the next part, moves on. */
export interface Part {
  name: string;
  /** Undefined for a form field. As sent: no name of a file yet. */
  filename: string | undefined;
  /** The next bytes; null at the end. */
  read(): Promise<Uint8Array | null>;
}

/** The boundary of a multipart/form-data content type; undefined for any other type. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType)) return undefined;
  const match = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType);
  return match?.[1] ?? match?.[2] ?? "";
}

/** Reads multipart/form-data (RFC 7578) as it comes in; holds one chunk at a time. Throws AppError 400, 413. */
export class Multipart {
  private readonly reader: ChunkReader;
  private readonly delimiter: Buffer;
  /** Received and not consumed; begins as if a line had ended, for the first delimiter stands at the very start. */
  private buffer: Buffer = Buffer.from("\r\n");
  private current: Part | undefined;
  private ended = false;
  private parts = 0;

  /** @param limit bytes of the whole body. */
  constructor(body: ReadableStream<Uint8Array>, boundary: string, limit: number) {
    this.reader = new ChunkReader(body, limit);
    this.delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** The next part; null after the last one. */
  async next(): Promise<Part | null> {
    if (this.ended) return null;
    // What stands before the first delimiter is no part of anything.
    while ((await this.content()) !== null);
    this.take(this.delimiter.length);
    if ((await this.peek(2)) === DASHES) {
      this.ended = true;
      await this.drain();
      return null;
    }
    if (++this.parts > MAX_PARTS) throw malformed("too many parts");
    const headers = await this.headers();
    const disposition = headers.get("content-disposition") ?? "";
    const part: Part = {
      name: parameter(disposition, "name") ?? "",
      filename: extended(disposition) ?? parameter(disposition, "filename"),
      read: () => (this.current === part ? this.content() : Promise.resolve(null)),
    };
    this.current = part;
    return part;
  }

  /** The whole text of a field; over-long is malformed. */
  async text(part: Part, limit = 4_096): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let chunk = await part.read(); chunk; chunk = await part.read()) {
      size += chunk.length;
      if (size > limit) throw malformed(`the field ${part.name} is too long`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  /** Reads what is left and throws it away: an answer sent while a client still uploads may never be read. */
  drain(): Promise<void> {
    this.ended = true;
    this.current = undefined;
    return this.reader.drain();
  }

  /** Bytes before the next delimiter, as they come; null when it is reached. */
  private async content(): Promise<Uint8Array | null> {
    for (;;) {
      const at = this.buffer.indexOf(this.delimiter);
      if (at === 0) return null;
      // Without a delimiter, the last bytes may be the start of one.
      const safe = at > 0 ? at : this.buffer.length - this.delimiter.length + 1;
      if (safe > 0) return this.take(safe);
      await this.fill();
    }
  }

  private async headers(): Promise<Map<string, string>> {
    // The rest of the delimiter's own line (transport padding) comes first.
    let end = this.buffer.indexOf("\r\n\r\n");
    while (end < 0) {
      if (this.buffer.length > MAX_HEADERS) throw malformed("a part's headers are too long");
      await this.fill();
      end = this.buffer.indexOf("\r\n\r\n");
    }
    const lines = this.take(end + 4)
      .toString("utf8")
      .split("\r\n")
      .slice(1);
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    return headers;
  }

  private async peek(length: number): Promise<string> {
    while (this.buffer.length < length) await this.fill();
    return this.buffer.toString("latin1", 0, length);
  }

  private take(length: number): Buffer {
    const taken = this.buffer.subarray(0, length);
    this.buffer = this.buffer.subarray(length);
    return taken;
  }

  private async fill(): Promise<void> {
    const chunk = await this.reader.read();
    if (!chunk) throw malformed("it ends too early");
    const more = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    this.buffer = this.buffer.length > 0 ? Buffer.concat([this.buffer, more]) : more;
  }
}

/** Reads a body in large chunks and counts them. Throws AppError 413 beyond `limit` bytes, 400 where the client is gone. */
export class ChunkReader {
  private readonly reader: ReadableStreamBYOBReader;
  private readonly limit: number;
  private size = 0;

  constructor(body: ReadableStream<Uint8Array>, limit: number) {
    // The default reader gives 4 KiB at a time.
    this.reader = body.getReader({ mode: "byob" });
    this.limit = limit;
  }

  /** The next bytes; null at the end. */
  async read(): Promise<Uint8Array | null> {
    let outcome: ReadableStreamReadResult<Uint8Array>;
    try {
      outcome = await this.reader.read(new Uint8Array(READ_SIZE));
    } catch {
      throw malformed("the connection was lost");
    }
    if (outcome.done) return null;
    this.size += outcome.value.length;
    if (this.size > this.limit) throw fail("api.context.request_body_too_large.app_error");
    return outcome.value;
  }

  async drain(): Promise<void> {
    try {
      while (await this.read());
    } catch {
      this.reader.cancel().catch(() => undefined);
    }
  }
}

export const malformed = (reason: string) => fail("api.file.upload_file.read_request.app_error", { reason });

/** A quoted or bare parameter of Content-Disposition. Browsers write quotes and line ends in it percent-encoded. */
function parameter(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]*))`, "i").exec(disposition);
  if (!match) return undefined;
  if (match[1] === undefined) return match[2];
  return match[1]
    .replace(/\\(["\\])/g, "$1")
    .replace(/%(22|0[da])/gi, (encoded) => decodeURIComponent(encoded));
}

/** filename*=UTF-8''… (RFC 5987), which some libraries send. */
function extended(disposition: string): string | undefined {
  const match = /;\s*filename\*=utf-8'[^']*'([^\s;]+)/i.exec(disposition);
  if (!match) return undefined;
  try {
    return decodeURIComponent(match[1]!);
  } catch {
    return undefined;
  }
}
