/**
 * One value with bytes inside it, as one body: length of the JSON (4 bytes, big-endian), the JSON, then the bytes of each
 * array in order. In the JSON `{"$bytes": n}` stands for the next array, of n bytes.
 */
export function encodeMessage(value: unknown): Uint8Array {
  const parts: Uint8Array[] = [];
  // Uint8Array has no toJSON, so the replacer sees it whole.
  const json = JSON.stringify(value, (_, item: unknown) => {
    if (!(item instanceof Uint8Array)) return item;
    parts.push(item);
    return { $bytes: item.length };
  });
  const head = new TextEncoder().encode(json);
  const message = new Uint8Array(4 + head.length + parts.reduce((sum, part) => sum + part.length, 0));
  new DataView(message.buffer).setUint32(0, head.length);
  message.set(head, 4);
  let at = 4 + head.length;
  for (const part of parts) {
    message.set(part, at);
    at += part.length;
  }
  return message;
}

/** The value `encodeMessage` was given; its arrays are views of `message`. */
export function decodeMessage(message: Uint8Array): unknown {
  const length = new DataView(message.buffer, message.byteOffset).getUint32(0);
  let at = 4 + length;
  const value: unknown = JSON.parse(new TextDecoder().decode(message.subarray(4, at)));
  // In the order of writing: own walk, for a reviver visits inner values first.
  const fill = (item: unknown): unknown => {
    if (typeof item !== "object" || item === null) return item;
    if (Array.isArray(item)) return item.map(fill);
    const size = (item as { $bytes?: number }).$bytes;
    if (typeof size === "number") {
      at += size;
      return message.subarray(at - size, at);
    }
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, fill(inner)]));
  };
  return fill(value);
}
