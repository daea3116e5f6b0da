/** Part of a file, in bytes: from `offset` on, or its last `suffix`. */
export type ByteRange = { offset: number; length?: number } | { suffix: number };

export interface FileStat {
  /** Bytes of the whole file. */
  size: number;
  lastModified: Date;
}

export interface FileBody extends FileStat {
  /** The whole file, or `range` of it. Read or cancel it. */
  body: ReadableStream<Uint8Array>;
  /** What `body` holds where a range was asked for. */
  range?: { offset: number; length: number };
}

/**
 * The object store, under Mattermost's relative paths ("users/<id>/profile.png"; schema-notes 5). Every method throws
 * AppError 503 when the store does not do its part. A path that could leave the store is refused: there is no such
 * file, and writing it is an error.
 */
export interface Files {
  /** Null if there is no such file. Throws UnsatisfiableRange. */
  read(path: string, options?: { range?: ByteRange | undefined }): Promise<FileBody | null>;
  stat(path: string): Promise<FileStat | null>;
  exists(path: string): Promise<boolean>;
  /**
   * Stores the whole of `body` or nothing, replacing what was there; readers see the old file or the new one.
   * Returns the bytes written. When `body` fails, its own error is thrown.
   */
  write(path: string, body: Uint8Array | ReadableStream<Uint8Array>, contentType?: string): Promise<number>;
  /** Nothing happens if there is no such file. */
  remove(path: string): Promise<void>;
  /** Replaces what `to` was. False if there is no file `from`. */
  move(from: string, to: string): Promise<boolean>;
  /** Names of the files right in a directory ("" for the store's own), in no order; none if there is no such directory. */
  list(directory: string): Promise<string[]>;
  /** An address that gives the file to anyone for so many seconds; absent where a store has none. */
  presign?(path: string, seconds: number): Promise<string>;
  /** Whether the store answers. */
  reachable(): Promise<boolean>;
}

/** The range lies outside of the file (416). */
export class UnsatisfiableRange extends Error {
  readonly size: number;

  constructor(size: number) {
    super("range not satisfiable");
    this.size = size;
  }
}

/** Whether a path stays inside of the store: no empty, "." or ".." segment, no NUL, not absolute. */
export function isSafePath(path: string): boolean {
  return (
    !path.includes("\0") && path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

/** `bytes=a-b` as HTTP writes it; "" for the whole. */
export function rangeHeader(range: ByteRange): string {
  if ("suffix" in range) return `bytes=-${range.suffix}`;
  return `bytes=${range.offset}-${range.length === undefined ? "" : range.offset + range.length - 1}`;
}

/** What `Content-Range: bytes a-b/size` says; undefined for anything else. */
export function parseContentRange(
  header: string | null | undefined,
): { range: { offset: number; length: number }; size: number } | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header ?? "");
  if (!match) return undefined;
  const [offset, last, size] = match.slice(1).map(Number) as [number, number, number];
  return { range: { offset, length: last - offset + 1 }, size };
}
