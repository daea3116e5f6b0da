import type { Meter } from "../meter.ts";
import { notPossible, storeFailure } from "./failure.ts";
import { type Files, isSafePath, parseContentRange, rangeHeader, UnsatisfiableRange } from "./files.ts";

/**
 * A directory, through workerd's disk service: it writes a temporary file and renames it when the body has ended, makes
 * parent directories, and knows ranges. It cannot rename: `move` copies.
 */
export function localFiles(disk: Fetcher, meter: Meter): Files {
  const call = async (path: string, init?: RequestInit): Promise<Response> => {
    meter.files++;
    try {
      return await disk.fetch(urlOf(path), init);
    } catch (error) {
      throw storeFailure(`${init?.method ?? "GET"} ${path}`, error);
    }
  };
  const files: Files = {
    async read(path, { range } = {}) {
      if (!isSafePath(path)) return null;
      const response = await call(path, range && { headers: { range: rangeHeader(range) } });
      if (response.status === 416) throw new UnsatisfiableRange(totalOf(response));
      const size = sizeOf(response);
      if (size === undefined || !response.body) {
        await response.body?.cancel();
        if (response.ok || response.status === 404) return null;
        throw storeFailure(`GET ${path}`, response.status);
      }
      const part = parseContentRange(response.headers.get("content-range"));
      return {
        body: response.body,
        size: part?.size ?? size,
        lastModified: modifiedOf(response),
        ...(range ? { range: part?.range ?? { offset: 0, length: size } } : {}),
      };
    },
    async stat(path) {
      if (!isSafePath(path)) return null;
      const response = await call(path, { method: "HEAD" });
      const size = sizeOf(response);
      if (size !== undefined) return { size, lastModified: modifiedOf(response) };
      if (response.ok || response.status === 404) return null;
      throw storeFailure(`HEAD ${path}`, response.status);
    },
    async exists(path) {
      return (await files.stat(path)) !== null;
    },
    async write(path, body) {
      if (!isSafePath(path)) throw notPossible(path);
      meter.files++;
      if (!(body instanceof Uint8Array)) return putStream(disk, path, body);
      await put(disk, path, body).catch((error: unknown) => {
        throw storeFailure(`PUT ${path}`, error);
      });
      return body.length;
    },
    async remove(path) {
      // The service would remove a directory with all that is in it.
      if (!(await files.exists(path))) return;
      const response = await call(path, { method: "DELETE" });
      if (!response.ok && response.status !== 404) throw storeFailure(`DELETE ${path}`, response.status);
    },
    async move(from, to) {
      const source = await files.read(from);
      if (!source) return false;
      await files.write(to, source.body);
      await files.remove(from);
      return true;
    },
    async list(directory) {
      if (directory !== "" && !isSafePath(directory)) return [];
      const response = await call(directory);
      // A file has a size, a directory has none.
      if (sizeOf(response) !== undefined || response.status === 404) {
        await response.body?.cancel();
        return [];
      }
      if (!response.ok) throw storeFailure(`GET ${directory}`, response.status);
      const entries = (await response.json()) as { name: string; type: string }[];
      return entries.filter(({ type }) => type === "file").map(({ name }) => name);
    },
    async reachable() {
      try {
        const response = await disk.fetch("http://disk/", { method: "HEAD" });
        return response.ok;
      } catch {
        return false;
      }
    },
  };
  return files;
}

async function put(disk: Fetcher, path: string, body: BodyInit, init: RequestInit = {}): Promise<void> {
  const response = await disk.fetch(urlOf(path), { method: "PUT", body, ...init });
  if (!response.ok) throw new Error(`status ${response.status}`);
}

/**
 * The service takes a body that fails for one that has ended, and would keep the torso. So a failure is never let
 * through: the request is aborted instead, before the end of the body.
 */
async function putStream(disk: Fetcher, path: string, body: ReadableStream<Uint8Array>): Promise<number> {
  const reader = body.getReader();
  const abort = new AbortController();
  let written = 0;
  let failure: { error: unknown } | undefined;
  const guarded = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          written += value.length;
          controller.enqueue(value);
        } catch (error) {
          failure = { error };
          abort.abort();
          await new Promise(() => undefined);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  try {
    await put(disk, path, guarded, { signal: abort.signal });
  } catch (error) {
    if (failure) throw failure.error;
    reader.cancel(error).catch(() => undefined);
    throw storeFailure(`PUT ${path}`, error);
  }
  return written;
}

/** Directories have no Content-Length. */
function sizeOf(response: Response): number | undefined {
  const length = response.headers.get("content-length");
  return response.ok && length !== null ? Number(length) : undefined;
}

function totalOf(response: Response): number {
  return Number(/\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1] ?? 0);
}

function modifiedOf(response: Response): Date {
  return new Date(response.headers.get("last-modified") ?? 0);
}

function urlOf(path: string): string {
  return `http://disk/${path.split("/").map(encodeURIComponent).join("/")}`;
}
