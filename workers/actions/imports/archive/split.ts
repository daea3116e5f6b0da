import { LineFailure } from "../failure.ts";

/** Bytes; a post's replies are in its line. */
export const MAX_LINE = 16 * 1024 * 1024;

export interface Line {
  /** 1 for the first line. */
  number: number;
  text: string;
  /** Bytes before and in this line. */
  read: number;
}

/** Lines of what `read` gives, without their ends; empty ones are passed over. Throws LineFailure. */
export async function* splitLines(read: () => Promise<Uint8Array | null>): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  let parts: Uint8Array[] = [];
  let size = 0;
  let number = 1;
  let total = 0;
  const take = (last: Uint8Array): Line => {
    const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    size = 0;
    try {
      return { number: number++, text: decoder.decode(bytes).trim(), read: total };
    } catch {
      throw new LineFailure(number - 1, "line", "is not valid UTF-8");
    }
  };
  for (let chunk = await read(); chunk; chunk = await read()) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      check(number, size + end - start);
      total += end + 1 - start;
      const line = take(chunk.subarray(start, end));
      if (line.text) yield line;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    if (rest.length === 0) continue;
    check(number, size + rest.length);
    total += rest.length;
    size += rest.length;
    // A copy: the reader may use its buffer again.
    parts.push(rest.slice());
  }
  if (parts.length === 0) return;
  const line = take(new Uint8Array(0));
  if (line.text) yield line;
}

function check(number: number, size: number): void {
  if (size > MAX_LINE) throw new LineFailure(number, "line", `is longer than ${MAX_LINE} bytes`);
}
