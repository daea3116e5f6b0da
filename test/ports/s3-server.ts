// An S3 that tests can trust: it refuses what is not signed rightly, a body that is not the signed one, and parts that S3
// would find too small. Holds everything in memory.

import { createHash, createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface S3Object {
  body: Buffer;
  type: string;
  modified: Date;
  etag: string;
  headers: Record<string, string>;
}

export interface S3Server {
  port: number;
  /** Objects by bucket and key. */
  buckets: Map<string, Map<string, S3Object>>;
  /** Multipart uploads under way. */
  uploads: Map<string, Upload>;
  /** Method and URL of everything that was asked for. */
  requests: string[];
  /** Answers so many requests with 503 SlowDown. */
  failNext: number;
  stop(): Promise<void>;
}

interface Upload {
  key: string;
  type: string;
  headers: Record<string, string>;
  parts: Map<number, { body: Buffer; etag: string }>;
}

export interface S3Options {
  buckets: string[];
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

const MIN_PART = 5 * 1024 * 1024;
const MAX_SKEW_MS = 15 * 60_000;

class S3Failure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message = code, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export async function startS3(options: S3Options): Promise<S3Server> {
  const state = {
    buckets: new Map(options.buckets.map((name) => [name, new Map<string, S3Object>()])),
    uploads: new Map<string, Upload>(),
    requests: [] as string[],
    failNext: 0,
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const failure = error instanceof S3Failure ? error : new S3Failure(500, "InternalError", String(error));
      const text = `<Error><Code>${failure.code}</Code><Message>${failure.message}</Message></Error>`;
      response.writeHead(failure.status, { "content-type": "application/xml", ...failure.headers });
      response.end(request.method === "HEAD" ? undefined : text);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    result.requests.push(`${request.method} ${request.url}`);
    if (result.failNext > 0) {
      result.failNext--;
      throw new S3Failure(503, "SlowDown");
    }
    const url = new URL(request.url!, "http://s3");
    verify(request, url, body, options);
    const [, name = "", ...rest] = url.pathname.split("/").map(decodeURIComponent);
    const bucket = state.buckets.get(name);
    if (!bucket) throw new S3Failure(404, "NoSuchBucket");
    const key = rest.join("/");
    const done = (
      status: number,
      headers: Record<string, string | number> = {},
      content?: Buffer | string,
    ) => {
      response.writeHead(status, headers).end(content);
    };
    const xml = (text: string) =>
      done(200, { "content-type": "application/xml" }, `<?xml version="1.0"?>\n${text}`);
    const query = url.searchParams;
    const operation = `${request.method}${key ? "" : " bucket"}${query.has("uploads") ? " uploads" : query.has("uploadId") ? " upload" : ""}`;
    const sent = kept(request);
    switch (operation) {
      case "HEAD bucket":
        return done(200);
      case "GET":
      case "HEAD":
        return sendObject(request, response, bucket.get(key));
      case "DELETE":
        bucket.delete(key);
        return done(204);
      case "PUT": {
        const source = request.headers["x-amz-copy-source"] as string | undefined;
        const object = source ? { ...copied(source), modified: new Date() } : objectOf(body, sent);
        bucket.set(key, object);
        const { etag } = object;
        return source
          ? xml(`<CopyObjectResult><ETag>${etag}</ETag></CopyObjectResult>`)
          : done(200, { etag });
      }
      case "POST uploads": {
        const id = randomUUID();
        state.uploads.set(id, { key, type: sent.type, headers: sent.headers, parts: new Map() });
        return xml(
          `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        );
      }
      case "PUT upload": {
        const part = { body, etag: etagOf(body) };
        uploadOf(query, key).parts.set(Number(query.get("partNumber")), part);
        return done(200, { etag: part.etag });
      }
      case "POST upload": {
        const upload = uploadOf(query, key);
        bucket.set(key, objectOf(joined(upload, body.toString()), upload));
        state.uploads.delete(query.get("uploadId")!);
        return xml(
          `<CompleteMultipartUploadResult><Key>${key.replace(/[<&]/g, "_")}</Key></CompleteMultipartUploadResult>`,
        );
      }
      case "DELETE upload":
        uploadOf(query, key);
        state.uploads.delete(query.get("uploadId")!);
        return done(204);
      default:
        throw new S3Failure(405, "MethodNotAllowed", operation);
    }
  }

  function copied(source: string): S3Object {
    const [name = "", ...rest] = source.replace(/^\//, "").split("/").map(decodeURIComponent);
    const object = state.buckets.get(name)?.get(rest.join("/"));
    if (!object) throw new S3Failure(404, state.buckets.has(name) ? "NoSuchKey" : "NoSuchBucket");
    return object;
  }

  function uploadOf(query: URLSearchParams, key: string): Upload {
    const upload = state.uploads.get(query.get("uploadId")!);
    if (upload?.key !== key) throw new S3Failure(404, "NoSuchUpload");
    return upload;
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const result: S3Server = {
    ...state,
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return result;
}

function sendObject(request: IncomingMessage, response: ServerResponse, object: S3Object | undefined): void {
  if (!object) throw new S3Failure(404, "NoSuchKey");
  const { body, type, modified, etag } = object;
  const headers: Record<string, string | number> = {
    etag,
    "content-type": type,
    "last-modified": modified.toUTCString(),
    "accept-ranges": "bytes",
  };
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
  if (!match) {
    response.writeHead(200, { ...headers, "content-length": body.length });
    response.end(request.method === "HEAD" ? undefined : body);
    return;
  }
  const [, from, to] = match;
  const first = from === "" ? Math.max(0, body.length - Number(to)) : Number(from);
  const last = from === "" || to === "" ? body.length - 1 : Math.min(Number(to), body.length - 1);
  if (first > last) throw new S3Failure(416, "InvalidRange");
  const range = `bytes ${first}-${last}/${body.length}`;
  response.writeHead(206, { ...headers, "content-length": last - first + 1, "content-range": range });
  response.end(body.subarray(first, last + 1));
}

/** What a stored object keeps of the request. */
function kept(request: IncomingMessage): { type: string; headers: Record<string, string> } {
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => name.startsWith("x-amz-s")) as [string, string][],
  );
  return { type: request.headers["content-type"] ?? "binary/octet-stream", headers };
}

function objectOf(
  body: Buffer,
  { type, headers }: { type: string; headers: Record<string, string> },
): S3Object {
  return { body, type, headers, modified: new Date(), etag: etagOf(body) };
}

function etagOf(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

function joined({ parts }: Upload, xml: string): Buffer {
  const listed = [...xml.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part]) => ({
    number: Number(/<PartNumber>(\d+)</.exec(part!)?.[1]),
    etag: (/<ETag>(.*?)</.exec(part!)?.[1] ?? "").replaceAll("&quot;", '"'),
  }));
  if (listed.length === 0) throw new S3Failure(400, "MalformedXML");
  const bodies = listed.map(({ number, etag }, i) => {
    const part = parts.get(number);
    if (part?.etag !== etag) throw new S3Failure(400, "InvalidPart");
    if (i > 0 && number <= listed[i - 1]!.number) throw new S3Failure(400, "InvalidPartOrder");
    if (i < listed.length - 1 && part.body.length < MIN_PART) throw new S3Failure(400, "EntityTooSmall");
    return part.body;
  });
  return Buffer.concat(bodies);
}

/** AWS Signature Version 4 in the Authorization header. Throws 403. */
function verify(
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  { accessKeyId, secretAccessKey, region }: S3Options,
): void {
  const { headers } = request;
  const header = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, credential = "", signed = "", signature] = header.exec(headers.authorization ?? "") ?? [];
  if (!signature) throw new S3Failure(403, "AccessDenied");
  const [key, date = "", ...scope] = credential.split("/");
  if (key !== accessKeyId) throw new S3Failure(403, "InvalidAccessKeyId");
  if (scope.join("/") !== `${region}/s3/aws4_request`)
    throw new S3Failure(400, "AuthorizationHeaderMalformed");
  const time = String(headers["x-amz-date"] ?? "");
  const at = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!time.startsWith(date) || !(Math.abs(at - Date.now()) < MAX_SKEW_MS))
    throw new S3Failure(403, "RequestTimeTooSkewed");
  const names = signed.split(";");
  const unsigned = Object.keys(headers).find(
    (name) => (name === "host" || name.startsWith("x-amz-")) && !names.includes(name),
  );
  if (unsigned) throw new S3Failure(403, "AccessDenied", `not signed: ${unsigned}`);
  const payload = String(headers["x-amz-content-sha256"] ?? "");
  if (payload !== sha256(body)) throw new S3Failure(400, "XAmzContentSHA256Mismatch", payload);

  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const path = url.pathname
    .split("/")
    .map((part) => encode(decodeURIComponent(part)))
    .join("/");
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const lines = names
    .map(
      (name) =>
        `${name}:${String(headers[name] ?? "")
          .trim()
          .replace(/ +/g, " ")}\n`,
    )
    .join("");
  const canonical = [request.method, path, query, lines, signed, payload].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", time, `${date}/${scope.join("/")}`, sha256(canonical)].join("\n");
  const signingKey = [date, ...scope].reduce<string | Buffer>(
    (secret, text) => hmac(secret, text),
    `AWS4${secretAccessKey}`,
  );
  if (hmac(signingKey, toSign).toString("hex") !== signature)
    throw new S3Failure(403, "SignatureDoesNotMatch");
}

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
