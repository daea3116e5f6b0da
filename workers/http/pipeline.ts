import { authenticate } from "../access/authenticate.ts";
import { caches } from "../cache/caches.ts";
import { createContext } from "../context.ts";
import type { Env } from "../env.ts";
import { AppError, badBody, errorBody, fail } from "../errors/app-error.ts";
import { log } from "../log/log.ts";
import { countRequest } from "../metrics/metrics.ts";
import { newId } from "../model/id.ts";
import { SqlError } from "../ports/sql/sql.ts";
import { serverBusy } from "../server-busy.ts";
import { accepts } from "./encoding.ts";
import { parseJson } from "./json.ts";
import { rateLimit, rateLimitHeaders } from "./rate-limit/rate-limit.ts";
import { Reply } from "./reply.ts";
import { Req } from "./request.ts";
import type { Route } from "./route.ts";

const COMPRESS_FROM = 1_400;

/** Runs one request through the steps of http-conventions 1, in that order. */
export async function run(
  route: Route,
  raw: Request,
  env: Env,
  exec: ExecutionContext,
  path: Record<string, string>,
): Promise<Response> {
  const startedAt = performance.now();
  const response = await answerOf(route, raw, env, exec, path);
  countRequest(route.method, route.path, response.status, startedAt);
  return response;
}

async function answerOf(
  route: Route,
  raw: Request,
  env: Env,
  exec: ExecutionContext,
  path: Record<string, string>,
): Promise<Response> {
  const ctx = await createContext(env, exec);
  const r = new Req(raw, ctx, newId(), path);
  try {
    await rateLimit(r, "start");
    if (raw.url.length - 8 > ctx.config.ServiceSettings.MaximumURLLength + raw.url.indexOf("/", 8) - 8) {
      throw fail("basic_security_check.url.too_long_error");
    }
    await identify(r, route);
    if (route.shed && serverBusy.until()) throw fail("api.context.server_busy.app_error");
    await readBody(r, route);
    const granted = await access(r, route);
    const result = await route.handle(r, granted);
    if (result instanceof Reply && result.response) return result.response;
    await discardBody(raw);
    return respond(r, route, result instanceof Reply ? result : new Reply(JSON.stringify(result)));
  } catch (error) {
    await discardBody(raw, route.upload && r.identity ? MAX_PART : MAX_DISCARDED);
    return answerError(r, route, error);
  }
}

/** Who asks; whoever is refused for that counts against the limits, too. */
async function identify(r: Req, route: Route): Promise<void> {
  try {
    await authenticate(r, route);
  } finally {
    await rateLimit(r, "identified");
  }
}

/**
 * What the route's `access` grants. Where isolates do not hear of changes (the edge) and it refuses by what it remembers of
 * the caller, it is asked again with what the database says: whoever has just joined somewhere may go on in any isolate.
 */
async function access(r: Req, route: Route): Promise<unknown> {
  try {
    return await route.access(r);
  } catch (error) {
    const refused = error instanceof AppError && (error.status === 403 || error.status === 404);
    if (!refused || caches.coherent || !r.identity || route.upload) throw error;
    const { session, user } = r.identity;
    caches.sessions.delete(session.token);
    caches.users.delete(user.id);
    caches.memberships.delete(user.id);
    await authenticate(r, route);
    return route.access(r);
  }
}

const MAX_DISCARDED = 1_048_576;
/** Of somebody who is logged in and uploads: as much as clients send in one part. */
const MAX_PART = 16 * MAX_DISCARDED;

/**
 * Reads what is left of a body that nobody wants, up to `max` bytes: workerd closes the connection of a request whose body was
 * not read, and a client that is still sending then never sees the answer.
 */
export async function discardBody(raw: Request, max = MAX_DISCARDED): Promise<void> {
  if (!raw.body || raw.bodyUsed || raw.body.locked) return;
  await discard(raw.body.getReader(), max);
}

async function discard(reader: ReadableStreamDefaultReader<Uint8Array>, max: number): Promise<void> {
  try {
    for (let size = 0; size < max; ) {
      const { done, value } = await reader.read();
      if (done) return;
      size += value.length;
    }
    await reader.cancel();
  } catch {
    // The client is gone.
  }
}

/** The answer to an error: its own shape where it is one of ours, else a 500 that tells nothing. */
export function answerError(r: Req, route: Pick<Route, "method"> | undefined, error: unknown): Response {
  const known = hardened(r, toAppError(error, r.id));
  const body = JSON.stringify(errorBody(known, r.id, r.ctx.config.ServiceSettings.EnableDeveloper));
  return respond(r, route, new Reply(body, { status: known.status, cookies: r.ctx.cookies }));
}

/** In hardened mode nothing is told of what is the server's own fault (http-conventions 3). */
function hardened({ ctx }: Req, error: AppError): AppError {
  if (error.status < 500 || !ctx.config.ServiceSettings.ExperimentalEnableHardenedMode) return error;
  return new AppError("", 500, "Internal Server Error");
}

function toAppError(error: unknown, requestId: string): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof SqlError) {
    if (error.code === "overload") return fail("api.context.server_busy.app_error");
    if (error.code === "unavailable" || error.code === "unknown")
      return fail("app.store.unavailable.app_error");
    // Values that no column can hold (NUL characters, numbers out of range) are the caller's mistake.
    if (error.code === "22021" || error.code === "22P05" || error.code === "22003" || error.code === "22001")
      return badBody("text");
  }
  log.error("request failed", { request_id: requestId, error: describe(error) });
  return fail("app.internal.app_error");
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error);
}

async function readBody(r: Req, route: Route): Promise<void> {
  const { ServiceSettings, FileSettings } = r.ctx.config;
  const limit = (route.upload ? FileSettings.MaxFileSize : ServiceSettings.MaximumPayloadSizeBytes) + 512;
  if (route.upload !== "measured" && Number(r.raw.headers.get("content-length") ?? 0) > limit)
    throw fail("api.context.request_body_too_large.app_error");
  if (!route.upload) r.raw = await bounded(r.raw, limit);
  if (!route.body) return;
  const text = await r.raw.text();
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch {
    throw badBody("body");
  }
  const outcome = route.body.safeParse(parsed);
  if (!outcome.success) throw badBody(String(outcome.error.issues[0]?.path[0] ?? "body"));
  r.body = outcome.data;
}

/** `raw`, whose body is held in memory where its length was not announced: at most `limit` bytes, else 413. */
async function bounded(raw: Request, limit: number): Promise<Request> {
  const { body, headers, method } = raw;
  if (!body || headers.has("content-length") || method === "GET" || method === "HEAD") return raw;
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > limit) {
      await discard(reader, MAX_DISCARDED);
      throw fail("api.context.request_body_too_large.app_error");
    }
    chunks.push(next.value);
  }
  return new Request(raw.url, { method, headers, body: await new Blob(chunks).arrayBuffer() });
}

function respond(r: Req, route: Pick<Route, "method" | "status"> | undefined, reply: Reply): Response {
  const { meter, versionId } = r.ctx;
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    "X-Request-Id": r.id,
    "X-Version-Id": versionId,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "",
    "X-Edgemost-Sql": String(meter.sql),
    "X-Edgemost-Objects": String(meter.objects),
    "X-Edgemost-Files": String(meter.files),
  };
  if (r.raw.method === "GET") headers.Expires = "0";
  const { TLSStrictTransport, TLSStrictTransportMaxAge } = r.ctx.config.ServiceSettings;
  if (TLSStrictTransport) headers["Strict-Transport-Security"] = `max-age=${TLSStrictTransportMaxAge}`;
  if (reply.headers) Object.assign(headers, reply.headers);
  Object.assign(headers, rateLimitHeaders(r));
  if (r.ctx.compress && typeof reply.body === "string" && reply.body.length > COMPRESS_FROM) {
    headers.Vary = "Accept-Encoding";
    if (accepts(r.header("accept-encoding"), "gzip")) headers["Content-Encoding"] = "gzip";
  }
  const response = new Response(r.raw.method === "HEAD" ? null : reply.body, {
    status: reply.status ?? route?.status ?? 200,
    headers,
  });
  for (const cookie of [...reply.cookies, ...(reply.cookies === r.ctx.cookies ? [] : r.ctx.cookies)])
    response.headers.append("Set-Cookie", cookie);
  return response;
}
