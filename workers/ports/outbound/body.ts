import { OutboundError } from "./outbound.ts";

const tooLarge = (maxBytes: number) => new OutboundError("too_large", `more than ${maxBytes} bytes`);

export interface ReadLimits {
  maxBytes: number;
  cut?: boolean | undefined;
  enough?: ((soFar: Uint8Array) => boolean) | undefined;
}

/** Reads a body up to its limits. Throws OutboundError "too_large", or what the stream fails with. */
export async function readLimited(
  body: ReadableStream<Uint8Array> | null,
  { maxBytes, cut, enough }: ReadLimits,
): Promise<Uint8Array> {
  if (!body) return new Uint8Array();
  const reader = body.getReader();
  let buffer = new Uint8Array(16_384);
  let length = 0;
  while (true) {
    const { done, value } = await reader.read();
    if (done) return buffer.subarray(0, length);
    const taken = value.subarray(0, maxBytes - length);
    if (taken.length < value.length && !cut) {
      reader.cancel().catch(() => {});
      throw tooLarge(maxBytes);
    }
    if (length + taken.length > buffer.length) {
      const larger = new Uint8Array(Math.max(buffer.length * 2, length + taken.length));
      larger.set(buffer.subarray(0, length));
      buffer = larger;
    }
    buffer.set(taken, length);
    length += taken.length;
    if (taken.length < value.length || enough?.(buffer.subarray(0, length))) {
      reader.cancel().catch(() => {});
      return buffer.subarray(0, length);
    }
  }
}

/** The body, which fails as soon as it is longer than `maxBytes`; other failures become what `failure` makes of them. */
export function limitStream(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  failure: (error: unknown) => OutboundError,
): ReadableStream<Uint8Array> {
  const reader = body?.getReader();
  let length = 0;
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await reader?.read();
        if (!next || next.done) return controller.close();
        length += next.value.length;
        if (length > maxBytes) throw tooLarge(maxBytes);
        controller.enqueue(next.value);
      } catch (error) {
        reader?.cancel().catch(() => {});
        controller.error(failure(error));
      }
    },
    cancel: (reason) => reader?.cancel(reason),
  });
}
