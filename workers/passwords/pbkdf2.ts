import { pbkdf2 } from "node:crypto";
import { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** How long the JavaScript version may hold the thread at a time. */
const TICK_MS = 5;

/** Whether the runtime refused more rounds than it allows (Cloudflare: 100,000). */
let capped = false;

/** PBKDF2-HMAC-SHA-256: by the runtime where it allows so many rounds, else in JavaScript, yielding between slices. */
export async function derive(
  password: string,
  salt: Uint8Array,
  rounds: number,
  length: number,
): Promise<Uint8Array> {
  if (!capped || rounds <= 100_000) {
    try {
      return await native(password, salt, rounds, length);
    } catch {
      capped = true;
    }
  }
  return pbkdf2Async(sha256, password, salt, { c: rounds, dkLen: length, asyncTick: TICK_MS });
}

function native(password: string, salt: Uint8Array, rounds: number, length: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    pbkdf2(password, salt, rounds, length, "sha256", (error, key) => (error ? reject(error) : resolve(key)));
  });
}
