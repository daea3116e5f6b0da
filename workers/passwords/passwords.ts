import { matchesBcrypt } from "./bcrypt.ts";
import { derive } from "./pbkdf2.ts";
import { formatPhc, parsePhc, toBase64 } from "./phc.ts";

const ROUNDS = 600_000;
const LENGTH = 32;
const SALT_BYTES = 16;
/** Stored hashes come from the database, yet a wrong one must not keep a process busy for hours. */
const MAX_ROUNDS = 10_000_000;
const MAX_LENGTH = 128;
const MAX_BYTES = 72;

export interface Verdict {
  matches: boolean;
  /** The password matches, but its hash should be replaced by `hashPassword`'s. */
  stale: boolean;
}

const NO: Verdict = { matches: false, stale: false };

/** A new PHC string of `password`, 98 characters. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const key = await derive(password, salt, ROUNDS, LENGTH);
  return formatPhc({ rounds: ROUNDS, length: LENGTH, salt, hash: toBase64(key) });
}

/** Compares with a PHC string or a bcrypt hash (schema-notes 2). An empty password or hash never matches. */
export async function verifyPassword(password: string, stored: string): Promise<Verdict> {
  if (!password || !stored || new TextEncoder().encode(password).length > MAX_BYTES) return NO;
  const phc = parsePhc(stored);
  if (!phc) {
    const matches = await matchesBcrypt(password, stored);
    return { matches, stale: matches };
  }
  if (phc.rounds > MAX_ROUNDS || phc.length > MAX_LENGTH) return NO;
  const key = await derive(password, phc.salt, phc.rounds, phc.length);
  const matches = sameText(toBase64(key), phc.hash);
  return { matches, stale: matches && (phc.rounds !== ROUNDS || phc.length !== LENGTH) };
}

/** In a time that does not tell where they differ. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i % b.length);
  return difference === 0;
}
