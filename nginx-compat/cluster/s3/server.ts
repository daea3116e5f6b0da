// The cluster's embedded S3: what a file store needs of the protocol, every request signed. A process of its own, so that
// no upload holds up what the launcher forwards. Its only argument is a file of S3ServerOptions.

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { S3Failure } from "./failure.ts";
import { type Credentials, verify } from "./signature.ts";
import { Store, type Stored } from "./store.ts";

export interface S3ServerOptions extends Credentials {
  dir: string;
  host?: string;
  port: number;
}

/** Parts are smaller; this is what one request may hold in memory. */
const MAX_BODY = 128 * 2 ** 20;

const options = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as S3ServerOptions;
const store = new Store(options.dir);

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    const failure = error instanceof S3Failure ? error : new S3Failure(500, "InternalError", `${error}`);
    if (failure.status === 500) process.stderr.write(`${failure.message}\n`);
    const { code, message } = failure;
    response.writeHead(failure.status, { "content-type": "application/xml" });
    response.end(
      request.method === "HEAD"
        ? undefined
        : `<Error><Code>${code}</Code><Message>${xml(message)}</Message></Error>`,
    );
  });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const url = new URL(request.url!, "http://s3");
  verify(request, url, body, options);
  const [, bucket = "", ...rest] = url.pathname.split("/").map(decodeURIComponent);
  const key = rest.join("/");
  const query = url.searchParams;
  const type = request.headers["content-type"] ?? "binary/octet-stream";
  const uploadId = query.get("uploadId") ?? "";
  const operation = `${request.method}${key ? "" : " bucket"}${query.has("uploads") ? " uploads" : uploadId ? " upload" : ""}`;
  if (operation !== "PUT bucket" && !store.hasBucket(bucket)) throw new S3Failure(404, "NoSuchBucket");
  const done = (status: number, headers: Record<string, string> = {}, text?: string) => {
    response.writeHead(status, headers).end(text);
  };
  const answerXml = (text: string) =>
    done(200, { "content-type": "application/xml" }, `<?xml version="1.0"?>\n${text}`);
  switch (operation) {
    case "PUT bucket":
      store.createBucket(bucket);
      return done(200);
    case "HEAD bucket":
      return done(200);
    case "GET bucket": {
      const found = await store.list(bucket, query.get("prefix") ?? "");
      const items = found.map(({ key, size, etag, modified }) => {
        const date = new Date(modified).toISOString();
        return `<Contents><Key>${xml(key)}</Key><Size>${size}</Size><ETag>${xml(etag)}</ETag><LastModified>${date}</LastModified></Contents>`;
      });
      return answerXml(
        `<ListBucketResult><Name>${bucket}</Name><KeyCount>${found.length}</KeyCount><IsTruncated>false</IsTruncated>${items.join("")}</ListBucketResult>`,
      );
    }
    case "GET":
    case "HEAD":
      return sendObject(request, response, await store.get(bucket, key));
    case "DELETE":
      await store.remove(bucket, key);
      return done(204);
    case "PUT": {
      const source = request.headers["x-amz-copy-source"] as string | undefined;
      if (!source) return done(200, { etag: (await store.put(bucket, key, type, body)).etag });
      const [from = "", ...path] = source.replace(/^\//, "").split("/").map(decodeURIComponent);
      const object = store.hasBucket(from) ? await store.get(from, path.join("/")) : null;
      if (!object) throw new S3Failure(404, "NoSuchKey");
      const bytes = await whole(object);
      const { etag } = await store.put(bucket, key, object.about.type, bytes);
      return answerXml(`<CopyObjectResult><ETag>${xml(etag)}</ETag></CopyObjectResult>`);
    }
    case "POST uploads": {
      const id = await store.begin(key, type);
      return answerXml(
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    case "PUT upload":
      return done(200, { etag: await store.putPart(uploadId, key, Number(query.get("partNumber")), body) });
    case "POST upload": {
      const { etag } = await store.complete(bucket, uploadId, key, partsOf(`${body}`));
      return answerXml(
        `<CompleteMultipartUploadResult><Key>${xml(key)}</Key><ETag>${xml(etag)}</ETag></CompleteMultipartUploadResult>`,
      );
    }
    case "DELETE upload":
      await store.abort(uploadId, key);
      return done(204);
    default:
      throw new S3Failure(405, "MethodNotAllowed", operation);
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) throw new S3Failure(400, "EntityTooLarge");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function sendObject(
  request: IncomingMessage,
  response: ServerResponse,
  object: Stored | null,
): Promise<void> {
  if (!object) throw new S3Failure(404, "NoSuchKey");
  const { size, etag, type, modified } = object.about;
  const headers: Record<string, string | number> = {
    etag,
    "content-type": type,
    "last-modified": new Date(modified).toUTCString(),
    "accept-ranges": "bytes",
  };
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
  const [, from = "", to = ""] = match ?? [];
  const first = !match ? 0 : from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = !match || from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (match && first > last) throw new S3Failure(416, "InvalidRange");
  const bytes = request.method === "HEAD" || size === 0 ? undefined : await object.read(first, last);
  if (match) headers["content-range"] = `bytes ${first}-${last}/${size}`;
  response.writeHead(match ? 206 : 200, { ...headers, "content-length": last - first + 1 });
  response.end(bytes);
}

async function whole({ about, read }: Stored): Promise<Buffer> {
  return about.size === 0 ? Buffer.alloc(0) : read(0, about.size - 1);
}

function partsOf(text: string): { number: number; etag: string }[] {
  return [...text.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part]) => ({
    number: Number(/<PartNumber>(\d+)</.exec(part!)?.[1]),
    etag: (/<ETag>(.*?)</.exec(part!)?.[1] ?? "").replaceAll("&quot;", '"'),
  }));
}

function xml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

process.on("SIGTERM", () => process.exit(0));
server.listen(options.port, options.host ?? "127.0.0.1", () => process.stdout.write("ready\n"));
