import type { Config } from "../../config/load.ts";
import { AppError } from "../../errors/app-error.ts";
import type { Meter } from "../meter.ts";
import { notPossible, storeFailure } from "./failure.ts";
import { type Files, isSafePath, parseContentRange, rangeHeader, UnsatisfiableRange } from "./files.ts";
import type { S3 } from "./s3-client.ts";
import { writeStream } from "./s3-upload.ts";

type Settings = Config["FileSettings"];

/** One client per configuration; a changed configuration is another object. */
const clients = new WeakMap<Settings, Promise<S3>>();

/** The SDK is only evaluated where it is used: in the bundle it costs nothing until then. */
function clientOf(settings: Settings): Promise<S3> {
  let client = clients.get(settings);
  if (!client) {
    client = import("./s3-client.ts").then(({ createS3 }) => createS3(settings));
    clients.set(settings, client);
  }
  return client;
}

/** Amazon S3, R2, MinIO and whatever else speaks its protocol. */
export function amazons3Files(settings: Settings, meter: Meter): Files {
  const prefix = settings.AmazonS3PathPrefix.replace(/^\/+|\/+$/g, "");
  const keyOf = (path: string) => (prefix ? `${prefix}/${path}` : path);

  /** Runs one call of the store; undefined where it answers that there is no such object. */
  const call = async <T>(what: string, work: (s3: S3) => Promise<T>): Promise<T | undefined> => {
    meter.files++;
    try {
      return await work(await clientOf(settings));
    } catch (error) {
      if (error instanceof AppError || error instanceof UnsatisfiableRange) throw error;
      if (statusOf(error) === 404 && nameOf(error) !== "NoSuchBucket") return undefined;
      throw storeFailure(what, error);
    }
  };

  const files: Files = {
    async read(path, { range } = {}) {
      if (!isSafePath(path)) return null;
      let got: Awaited<ReturnType<S3["get"]>> | undefined;
      try {
        got = await call(`GET ${path}`, (s3) =>
          s3.get(keyOf(path), range && rangeHeader(range)).catch((error: unknown) => {
            if (statusOf(error) === 416) throw new UnsatisfiableRange(0);
            throw error;
          }),
        );
      } catch (error) {
        if (!(error instanceof UnsatisfiableRange)) throw error;
        throw new UnsatisfiableRange((await files.stat(path))?.size ?? 0);
      }
      if (!got) return null;
      const part = parseContentRange(got.ContentRange);
      const size = got.ContentLength ?? 0;
      return {
        body: got.Body as ReadableStream<Uint8Array>,
        size: part?.size ?? size,
        lastModified: got.LastModified ?? new Date(0),
        ...(range ? { range: part?.range ?? { offset: 0, length: size } } : {}),
      };
    },
    async stat(path) {
      if (!isSafePath(path)) return null;
      const got = await call(`HEAD ${path}`, (s3) => s3.head(keyOf(path)));
      return got ? { size: got.ContentLength ?? 0, lastModified: got.LastModified ?? new Date(0) } : null;
    },
    async exists(path) {
      return (await files.stat(path)) !== null;
    },
    async write(path, body, contentType = "") {
      if (!isSafePath(path)) throw notPossible(path);
      if (!(body instanceof Uint8Array))
        return writeStream(clientOf(settings), keyOf(path), body, contentType, meter);
      const written = await call(`PUT ${path}`, (s3) => s3.put(keyOf(path), body, contentType));
      if (!written) throw storeFailure(`PUT ${path}`, 404);
      return body.length;
    },
    async remove(path) {
      if (!isSafePath(path)) return;
      await call(`DELETE ${path}`, (s3) => s3.delete(keyOf(path)));
    },
    async move(from, to) {
      if (!isSafePath(from)) return false;
      if (!isSafePath(to)) throw notPossible(to);
      if (!(await call(`COPY ${from}`, (s3) => s3.copy(keyOf(from), keyOf(to))))) return false;
      await files.remove(from);
      return true;
    },
    async list(directory) {
      if (directory !== "" && !isSafePath(directory)) return [];
      const start = keyOf(directory) && `${keyOf(directory)}/`;
      const names: string[] = [];
      let next: string | undefined;
      do {
        const page = await call(`LIST ${directory}`, (s3) => s3.list(start, next));
        for (const { Key = "" } of page?.Contents ?? [])
          if (Key !== start) names.push(Key.slice(start.length));
        next = page?.NextContinuationToken;
      } while (next);
      return names;
    },
    async presign(path, seconds) {
      if (!isSafePath(path)) throw notPossible(path);
      return (await clientOf(settings)).presign(keyOf(path), seconds);
    },
    async reachable() {
      try {
        return (await call("HEAD bucket", (s3) => s3.headBucket())) !== undefined;
      } catch {
        return false;
      }
    },
  };
  return files;
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function nameOf(error: unknown): string | undefined {
  return (error as { name?: string }).name;
}
