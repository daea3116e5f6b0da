import type { Env } from "../env.ts";
import { accepts } from "../http/encoding.ts";
import { isSafePath } from "../ports/files/files.ts";
import { withBase } from "./root-html.ts";
import { isCompressible, typeOf } from "./types.ts";

const LONG = "max-age=31556926, public";
export const REVALIDATE = `no-cache, ${LONG}`;
/** Its address does not change with its content. */
const UNVERSIONED = new Set(["remote_entry.js"]);
const COMPRESS_FROM = 1_024;

export const SAFE_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy": "",
};

/** How the client's directory is read, and for whom. */
export interface Site {
  env: Env;
  /** Where the site is below its host, or "". */
  base: string;
  /** Whether answers are compressed here; the edge does it itself. */
  compress: boolean;
}

/** Files without a `.br` beside them. */
const withoutBrotli = new Set<string>();
const MAX_KNOWN = 20_000;

/** A file of the client's directory, or undefined: there is none. `path` is relative, and as the request has it. */
export async function openFile(
  { env }: Site,
  path: string,
  init: RequestInit = {},
): Promise<Response | undefined> {
  const segments = safeSegments(path);
  if (!segments || !env.CLIENT) return undefined;
  const response = await env.CLIENT.fetch(
    `http://client/${segments.map(encodeURIComponent).join("/")}`,
    init,
  );
  // A directory is listed, without a length.
  if (response.status === 416 || (response.ok && isFile(response))) return response;
  await response.body?.cancel();
  return undefined;
}

const isFile = ({ headers }: Response) => headers.has("content-length") || headers.has("etag");

function safeSegments(path: string): string[] | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (!isSafePath(decoded) || decoded.includes("\\")) return undefined;
  const segments = decoded.split("/");
  return segments.some((segment) => segment.startsWith(".")) ? undefined : segments;
}

/** GET or HEAD of `/static/<path>` (client-flows 2). */
export async function staticFile(site: Site, request: Request, path: string): Promise<Response> {
  const type = typeOf(path);
  const cacheControl = UNVERSIONED.has(path) ? REVALIDATE : LONG;
  const compressible = site.compress && isCompressible(type);
  const accepted = request.headers.get("accept-encoding") ?? "";
  const range = rangeOf(request);
  const plugin = path === "plugins" || path.startsWith("plugins/");

  const brotli = compressible && !range && !rewritten(site, type, path) && accepts(accepted, "br");
  const compressed = brotli && !plugin ? await openBrotli(site, path, request.method) : undefined;
  const file =
    compressed ??
    (plugin
      ? undefined
      : await openFile(site, path, { method: request.method, headers: range ? { range } : {} }));
  if (!file) {
    const headers = { ...SAFE_HEADERS, "Cache-Control": "no-cache, public" };
    return new Response("404 page not found\n", { status: 404, headers });
  }
  const headers: Record<string, string> = {
    ...SAFE_HEADERS,
    "Content-Type": type,
    "Cache-Control": cacheControl,
    ...(compressible ? { Vary: "Accept-Encoding" } : {}),
    ...pass(file, "last-modified", "Last-Modified"),
  };
  const etag = etagOf(file, site.base);
  if (etag) headers.ETag = etag;
  if (matches(request, etag)) {
    await file.body?.cancel();
    return new Response(null, { status: 304, headers });
  }
  if (file.status === 206 || file.status === 416) {
    Object.assign(
      headers,
      pass(file, "content-range", "Content-Range"),
      pass(file, "content-length", "Content-Length"),
    );
    return new Response(file.body, { status: file.status, headers });
  }
  headers["Accept-Ranges"] = "bytes";
  if (compressed) {
    headers["Content-Encoding"] = "br";
    return new Response(file.body, { headers, encodeBody: "manual" });
  }
  const size = Number(file.headers.get("content-length") ?? 0);
  if (compressible && size > COMPRESS_FROM && /\bgzip\b/.test(accepted)) headers["Content-Encoding"] = "gzip";
  else if (!rewritten(site, type, path))
    Object.assign(headers, pass(file, "content-length", "Content-Length"));
  if (request.method === "HEAD") {
    await file.body?.cancel();
    return new Response(null, { headers });
  }
  if (!rewritten(site, type, path)) return new Response(file.body, { headers });
  return new Response(withBase(await file.text(), site.base), { headers });
}

/** What names other files by their path has to name them below the site's. */
function rewritten({ base }: Site, type: string, path: string): boolean {
  return base !== "" && (type.startsWith("text/css") || path === "manifest.json");
}

async function openBrotli(site: Site, path: string, method: string): Promise<Response | undefined> {
  if (withoutBrotli.has(path)) return undefined;
  const file = await openFile(site, `${path}.br`, { method });
  if (!file && withoutBrotli.size < MAX_KNOWN) withoutBrotli.add(path);
  return file;
}

/** One range; If-Range only holds for a date, our tags are weak. */
function rangeOf(request: Request): string | undefined {
  const range = request.headers.get("range");
  return range && /^bytes=[\d-]+$/.test(range) && !request.headers.has("if-range") ? range : undefined;
}

/** The store's own, or one of size and date. */
function etagOf({ headers }: Response, base: string): string {
  const own = headers.get("etag");
  const size = /\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1] ?? headers.get("content-length");
  const modified = Date.parse(headers.get("last-modified") ?? "");
  const tag =
    own?.replace(/^W\/|"/g, "") ?? (Number.isNaN(modified) ? "" : `${modified.toString(36)}-${size}`);
  return tag ? `W/"${tag}${base && `-${base}`}"` : "";
}

export function matches(request: Request, etag: string): boolean {
  const sent = request.headers.get("if-none-match");
  if (!sent || !etag) return false;
  const bare = etag.replace(/^W\//, "");
  return sent === "*" || sent.split(",").some((each) => each.trim().replace(/^W\//, "") === bare);
}

function pass({ headers }: Response, name: string, as: string): Record<string, string> {
  const value = headers.get(name);
  return value === null ? {} : { [as]: value };
}
