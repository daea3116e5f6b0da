// An S3 that tests can trust: it refuses what is not signed rightly, a body that is not the signed one, and parts that S3
// would find too small. Holds everything in memory.

import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Failure, type S3Options, verify } from "./s3-signature.ts";

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

const MIN_PART = 5 * 1024 * 1024;

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
      case "GET bucket":
        return xml(listing(bucket, query));
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

/** Objects right below a prefix (ListObjectsV2 with a delimiter), two on a page. */
function listing(bucket: Map<string, S3Object>, query: URLSearchParams): string {
  if (query.get("list-type") !== "2" || query.get("delimiter") !== "/")
    throw new S3Failure(501, "NotImplemented");
  const prefix = query.get("prefix") ?? "";
  const after = query.get("continuation-token") ?? "";
  const keys = [...bucket.keys()].filter(
    (key) => key.startsWith(prefix) && !key.slice(prefix.length).includes("/"),
  );
  const left = keys.sort().filter((key) => key > after);
  const page = left.slice(0, 2);
  const more =
    left.length > page.length ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");
  return `<ListBucketResult><IsTruncated>${left.length > page.length}</IsTruncated>${more}${contents}</ListBucketResult>`;
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
