export interface IncomingFile {
  /** The id it is to have; a new one where there is none. */
  id?: string;
  /** ms; the time that it is to have. */
  at?: number;
  /** As the client sent it. */
  filename: string;
  /** The next bytes; null at the end. Throws AppError when the upload breaks off. */
  read(): Promise<Uint8Array | null>;
}

export interface Incoming {
  next(): Promise<IncomingFile | null>;
  /** Complete when `next` has given null. */
  readonly clientIds: readonly string[];
  /** No file has more bytes than this, where that is known. */
  readonly expectedBytes: number | undefined;
}

/** A stream of what `read` gives, `head` first. */
export function streamOf(
  read: () => Promise<Uint8Array | null>,
  head?: Uint8Array,
): ReadableStream<Uint8Array> {
  let first = head;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = first ?? (await read());
        first = undefined;
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
