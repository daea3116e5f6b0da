import type { Context } from "../../../context.ts";
import { type FileEntry, ZipReader } from "../../../zip.ts";
import { JobFailure } from "../../jobs/failure.ts";
import { StoredBytes } from "./blocks.ts";
import { type Line, splitLines } from "./split.ts";

/** A file of the archive. */
export interface Packed {
  /** Bytes, as the archive's directory says. */
  size: number;
  /** The next bytes; null at the end. Throws JobFailure for a broken archive. */
  open(): () => Promise<Uint8Array | null>;
}

/** An import file in the store (semantics 25.2). What is in memory is its directory. */
export interface Archive {
  /** Bytes of the lines. */
  size: number;
  /** From the first on, each time it is called. Throws LineFailure for what is no text, or too long a line. */
  lines(): AsyncGenerator<Line>;
  /** What a line names by its path; undefined where the archive has no such file. */
  find(path: string): Packed | undefined;
}

/** Opens an import file of `size` bytes. Throws JobFailure where it is no archive with one file of lines. */
export async function openArchive(ctx: Context, path: string, size: number): Promise<Archive> {
  const files = new Map<string, FileEntry>();
  let lines: FileEntry | undefined;
  try {
    const zip = new ZipReader(new StoredBytes(ctx, path, size), { checkSignature: true });
    for await (const entry of zip.getEntriesGenerator()) {
      if (entry.directory) continue;
      if (entry.encrypted) throw new JobFailure(`the archive is encrypted: ${entry.filename}`);
      files.set(entry.filename, entry as FileEntry);
      if (!/^[^/]+\.jsonl$/.test(entry.filename)) continue;
      if (lines) throw new JobFailure("the archive has several files of lines (.jsonl)");
      lines = entry as FileEntry;
    }
  } catch (error) {
    throw broken(error);
  }
  if (!lines) throw new JobFailure("the archive has no file of lines (import.jsonl)");
  const all = packed(lines);
  return {
    size: all.size,
    lines: () => splitLines(all.open()),
    find(path) {
      const name = path.replace(/^\/+/, "");
      const entry = files.get(`data/${name}`) ?? files.get(name);
      return entry && packed(entry);
    },
  };
}

function packed(entry: FileEntry): Packed {
  return {
    size: entry.uncompressedSize,
    open() {
      let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
      let failure: unknown;
      return async () => {
        if (!reader) {
          const pipe = new TransformStream<Uint8Array, Uint8Array>();
          reader = pipe.readable.getReader();
          entry.getData(pipe.writable as never).catch((error) => {
            failure = error;
            pipe.writable.abort(error).catch(() => undefined);
          });
        }
        try {
          const { done, value } = await reader.read();
          if (failure) throw failure;
          return done ? null : value;
        } catch (error) {
          throw broken(failure ?? error);
        }
      };
    },
  };
}

function broken(error: unknown): unknown {
  if (error instanceof JobFailure) return error;
  // Errors of the store have a status; the library's are plain.
  if (error instanceof Error && "status" in error) return error;
  return new JobFailure(`the archive cannot be read: ${error instanceof Error ? error.message : error}`);
}
