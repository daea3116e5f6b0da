import { errorBody, fail } from "../../../errors/app-error.ts";
import { Reply } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { type ByteRange, type Files, UnsatisfiableRange } from "../../../ports/files/files.ts";

/** Shown in the browser; everything else is downloaded (semantics 11.9). */
const INLINE = new Set([
  "image/jpeg",
  "image/png",
  "image/bmp",
  "image/gif",
  "image/tiff",
  "image/webp",
  "video/avi",
  "video/mpeg",
  "video/mp4",
  "audio/mpeg",
  "audio/wav",
]);
/** What a browser might run is only ever text. */
const ACTIVE = /^(text\/html|[a-z]+\/(x-)?(java|ecma)script)/;

export interface Served {
  path: string;
  /** For Content-Disposition. */
  name: string;
  /** Stored content type; "" if there is none. */
  mime: string;
  /** ms */
  updatedAt: number;
  /** Whether it is the file itself, not a rendition. */
  original: boolean;
  /** Where the file is, if not where all files are. */
  files?: Files;
}

/**
 * The bytes of a file with the headers of semantics 11.9 and http-conventions 4.3; conditional and range requests
 * included. Throws 404 where the store has lost it.
 */
export async function serveFile(r: Req<any>, file: Served): Promise<Reply> {
  const modified = new Date(Math.floor(file.updatedAt / 1000) * 1000);
  const headers = headersOf(r, file, modified);
  const since = Date.parse(r.header("if-modified-since"));
  if (since >= modified.getTime()) return new Reply(null, { status: 304, headers });
  const store = file.files ?? r.ctx.files;
  const length = (size: number) => lengthHeaders(r, file, size);
  if (r.raw.method === "HEAD") {
    const stat = await store.stat(file.path);
    if (!stat) throw fail("app.file_info.get.app_error");
    return new Reply(null, { headers: { ...headers, ...length(stat.size) } });
  }
  const range = rangeOf(r, modified);
  try {
    const found = await store.read(file.path, { range });
    if (!found) throw fail("app.file_info.get.app_error");
    const { body, size, range: part } = found;
    if (!part) return new Reply(body, { headers: { ...headers, ...length(size) } });
    const contentRange = `bytes ${part.offset}-${part.offset + part.length - 1}/${size}`;
    return new Reply(body, {
      status: 206,
      headers: { ...headers, ...length(part.length), "Content-Range": contentRange },
    });
  } catch (error) {
    if (!(error instanceof UnsatisfiableRange)) throw error;
    const body = JSON.stringify(errorBody(fail("api.file.range_not_satisfiable.app_error"), r.id));
    return new Reply(body, { status: 416, headers: { "Content-Range": `bytes */${error.size}` } });
  }
}

function headersOf(r: Req<any>, { name, mime }: Served, modified: Date): Record<string, string> {
  const type =
    mime === "" ? "application/octet-stream" : ACTIVE.test(mime.toLowerCase()) ? "text/plain" : mime;
  const inline = INLINE.has(mime) && !r.bool("download");
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*!]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    "Content-Type": type,
    "Content-Disposition": `${inline ? "inline" : "attachment"};filename="${encoded}"; filename*=UTF-8''${encoded}`,
    "Cache-Control": "private, max-age=86400",
    "Last-Modified": modified.toUTCString(),
    "Accept-Ranges": "bytes",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "Frame-ancestors 'none'",
  };
}

/** Nothing here is compressed, so the plain length is always right; mobile clients look for the other one. */
function lengthHeaders(r: Req<any>, { original }: Served, size: number): Record<string, string> {
  const gzip = original && r.ctx.config.ServiceSettings.WebserverMode === "gzip";
  return {
    "Content-Length": String(size),
    ...(gzip ? { "X-Uncompressed-Content-Length": String(size) } : {}),
  };
}

/** The one range that is asked for. Several, or one of another version of the file, get the whole file. */
function rangeOf(r: Req<any>, modified: Date): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(r.header("range").trim());
  if (!match) return undefined;
  const condition = r.header("if-range");
  if (condition && Date.parse(condition) !== modified.getTime()) return undefined;
  const [, from, to] = match;
  if (from === "") return to === "" ? undefined : suffix(Number(to));
  const offset = Number(from);
  if (to === "") return { offset };
  return Number(to) >= offset ? { offset, length: Number(to) - offset + 1 } : undefined;
}

/** The last 0 bytes are no range; as any that begins behind the end. */
function suffix(length: number): ByteRange {
  return length > 0 ? { suffix: length } : { offset: Number.MAX_SAFE_INTEGER };
}
