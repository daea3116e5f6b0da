const ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769";
const ID = /^[A-Za-z0-9]{26}$/;

let pool = new Uint8Array(0);
let used = 0;

/** 16 random bytes from a pooled draw: one call into the runtime serves 256 ids. */
function randomBytes(count: number): Uint8Array {
  if (used + count > pool.length) {
    pool = crypto.getRandomValues(new Uint8Array(4096));
    used = 0;
  }
  const bytes = pool.subarray(used, used + count);
  used += count;
  return bytes;
}

/** z-base-32 without padding; 16 bytes give 26 characters (semantics 0.1). */
export function encodeId(bytes: Uint8Array): string {
  let text = "";
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}

/** A new random 26-character id. */
export function newId(): string {
  return encodeId(randomBytes(16));
}

/** `length` random characters of the id alphabet, for tokens (semantics 14.13). */
export function randomToken(length: number): string {
  let text = "";
  for (const byte of randomBytes(length)) text += ALPHABET[byte & 31];
  return text;
}

/** Whether `value` is a well-formed id (http-conventions 4.1: routes take letters and digits of ASCII only). */
export function isId(value: unknown): value is string {
  return typeof value === "string" && ID.test(value);
}
