import type { Context } from "../context.ts";
import type { User } from "../model/user.ts";

const STEP_SECONDS = 30;
/** Steps before and after the current one whose codes count (semantics 14.15). */
const WINDOW = 1;
const USED =
  "(CASE jsonb_typeof(mfausedtimestamps) WHEN 'array' THEN mfausedtimestamps ELSE '[]'::jsonb END)";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export function isTotpCode(code: string): boolean {
  return /^\d{6}$/.test(code);
}

/** A new secret: 20 random bytes in base32 (schema-notes 2). */
export function newTotpSecret(): string {
  let text = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(32))) text += ALPHABET[byte & 31];
  return text;
}

/** The 6-digit code of time step `step` (RFC 6238, SHA-1). */
export async function totpCode(secret: string, step: number): Promise<string> {
  const key = await crypto.subtle.importKey(
    "raw",
    fromBase32(secret),
    { name: "HMAC", hash: "SHA-1" },
    false,
    ["sign"],
  );
  const counter = new DataView(new ArrayBuffer(8));
  counter.setUint32(0, Math.floor(step / 2 ** 32));
  counter.setUint32(4, step >>> 0);
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, counter.buffer));
  const at = mac.getUint8(19) & 15;
  return String((mac.getUint32(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Whether `code` is right now; if so its time step is used up, in the database, so that no node takes it again. */
export async function verifyTotp(
  ctx: Context,
  user: Pick<User, "id" | "mfa_secret">,
  code: string,
): Promise<boolean> {
  const now = Math.floor(Date.now() / 1_000 / STEP_SECONDS);
  for (let step = now - WINDOW; step <= now + WINDOW; step++) {
    if ((await totpCode(user.mfa_secret, step)) === code) return useStep(ctx, user.id, step, now);
  }
  return false;
}

async function useStep(ctx: Context, userId: string, step: number, now: number): Promise<boolean> {
  const rows = await ctx.sql.query(
    `UPDATE users SET mfausedtimestamps = (SELECT jsonb_agg(x) FROM (
        SELECT x FROM jsonb_array_elements_text(${USED}) x WHERE x ~ '^[0-9]{1,18}$' AND x::bigint >= $3
        UNION ALL SELECT $2::text) kept)
     WHERE id = $1 AND NOT ${USED} ? $2::text RETURNING id`,
    [userId, String(step), now - 2 * WINDOW],
  );
  return rows.length > 0;
}

function fromBase32(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let value = 0;
  let bits = 0;
  for (const character of text.toUpperCase().replace(/[^A-Z2-7]/g, "")) {
    value = ((value << 5) | ALPHABET.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
    }
  }
  return new Uint8Array(bytes);
}
