import type { Incoming, IncomingFile } from "../../../actions/files/incoming.ts";
import { badBody, badUrl, fail } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { isId } from "../../../model/id.ts";
import { boundaryOf, ChunkReader, Multipart, malformed, type Part } from "./multipart.ts";

/** Files that come before the channel is known are held up to this size (official clients send the channel first). */
const MAX_EARLY_BYTES = 8 * 1024 * 1024;
/** What a multipart body may have besides the bytes of files (http-conventions 4.4). */
const EXTRA_BYTES = 512;

/** An upload whose channel is known, and whose files are still to be read. */
export interface UploadSource extends Incoming {
  channelId: string;
  /** Reads what is left and throws it away. */
  drain(): Promise<void>;
}

/** Opens the body of POST /files (semantics 11.1): multipart, or the bytes of one file. Throws AppError 400. */
export function openUpload(r: Req<any>): Promise<UploadSource> | UploadSource {
  const body = r.raw.body;
  if (!body) throw malformed("it has no body");
  const limit = r.ctx.config.FileSettings.MaxFileSize + EXTRA_BYTES;
  const boundary = boundaryOf(r.header("content-type"));
  if (boundary === undefined) return rawUpload(r, body, limit);
  if (boundary === "") throw malformed("its boundary is missing");
  return new MultipartUpload(new Multipart(body, boundary, limit), r.text("channel_id"), lengthOf(r)).open();
}

function rawUpload(r: Req<any>, body: ReadableStream<Uint8Array>, limit: number): UploadSource {
  const channelId = r.text("channel_id");
  const filename = r.text("filename");
  const clientId = r.text("client_id");
  if (!isId(channelId)) throw badUrl("channel_id");
  if (!filename) throw badUrl("filename");
  const reader = new ChunkReader(body, limit);
  let file: IncomingFile | null = { filename, read: () => reader.read() };
  return {
    channelId,
    clientIds: clientId ? [clientId] : [],
    expectedBytes: lengthOf(r),
    async next() {
      const next = file;
      file = null;
      return next;
    },
    drain: () => reader.drain(),
  };
}

class MultipartUpload implements UploadSource {
  readonly clientIds: string[] = [];
  readonly expectedBytes: number | undefined;
  channelId: string;
  private readonly body: Multipart;
  /** Files that came before the channel did, and the first one after it. */
  private readonly waiting: IncomingFile[] = [];

  constructor(body: Multipart, channelId: string, expectedBytes: number | undefined) {
    this.body = body;
    this.expectedBytes = expectedBytes;
    this.channelId = channelId;
  }

  /** Reads up to where the channel and a file are known. */
  async open(): Promise<this> {
    let early = 0;
    try {
      for (let part = await this.body.next(); part; part = await this.body.next()) {
        if (part.filename === undefined) {
          await this.field(part);
        } else if (this.channelId) {
          this.waiting.push({ filename: part.filename, read: part.read });
          break;
        } else {
          const chunks = await hold(part, MAX_EARLY_BYTES - early);
          early += chunks.reduce((sum, chunk) => sum + chunk.length, 0);
          this.waiting.push({ filename: part.filename, read: async () => chunks.shift() ?? null });
        }
      }
      if (!isId(this.channelId)) throw badBody("channel_id");
    } catch (error) {
      await this.body.drain();
      throw error;
    }
    return this;
  }

  async next(): Promise<IncomingFile | null> {
    const waiting = this.waiting.shift();
    if (waiting) return waiting;
    for (let part = await this.body.next(); part; part = await this.body.next()) {
      if (part.filename !== undefined) return { filename: part.filename, read: part.read };
      await this.field(part);
    }
    return null;
  }

  drain(): Promise<void> {
    return this.body.drain();
  }

  private async field(part: Part): Promise<void> {
    if (part.name === "client_ids") this.clientIds.push(await this.body.text(part));
    if (part.name !== "channel_id") return;
    const value = await this.body.text(part);
    if (this.channelId && this.channelId !== value)
      throw fail("api.file.upload_file.multiple_channel_ids.app_error");
    this.channelId = value;
  }
}

const lengthOf = (r: Req<any>) => Number(r.header("content-length")) || undefined;

async function hold(part: Part, limit: number): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await part.read(), size = 0; chunk; chunk = await part.read()) {
    size += chunk.length;
    if (size > limit) throw badBody("channel_id");
    chunks.push(chunk);
  }
  return chunks;
}
