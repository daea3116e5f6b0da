import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { isId, newId } from "../../model/id.ts";
import { signerOf } from "../notifications/signature.ts";

const ALGORITHM = { name: "ECDSA", hash: "SHA-256" };
/** Bytes of one half of a P-256 signature. */
const HALF = 32;

export interface Trigger {
  /** What an integration gets: lets it open a dialog at the user's, for a short while. "" where the server has no key. */
  triggerId: string;
  /** What the user's clients get. */
  clientId: string;
}

/** Signs that `userId` has just run a command, or pressed a button (semantics 20.6). */
export async function makeTrigger(ctx: Context, userId: string): Promise<Trigger> {
  const clientId = newId();
  const key = (await signerOf(ctx)).keys?.privateKey;
  if (!key) return { triggerId: "", clientId };
  const claim = `${clientId}:${userId}:${Date.now()}:`;
  const signature = new Uint8Array(await crypto.subtle.sign(ALGORITHM, key, new TextEncoder().encode(claim)));
  const text = claim + Buffer.from(derOf(signature)).toString("base64");
  return { triggerId: Buffer.from(text).toString("base64"), clientId };
}

/** Whom a trigger id was made for. Throws 400: not ours, or older than OutgoingIntegrationRequestsTimeout (semantics 20.6). */
export async function readTrigger(
  ctx: Context,
  triggerId: string,
): Promise<{ clientId: string; userId: string }> {
  const parts = Buffer.from(triggerId, "base64").toString().split(":");
  const [clientId, userId, time, signature] = parts;
  if (parts.length !== 4 || !isId(clientId) || !isId(userId) || !/^\d{1,15}$/.test(time!))
    throw fail("interactive_message.decode_trigger_id.missing_data");
  const age = Date.now() - Number(time);
  if (age > ctx.config.ServiceSettings.OutgoingIntegrationRequestsTimeout * 1_000)
    throw fail("interactive_message.decode_trigger_id.expired");
  const raw = rawOf(Buffer.from(signature!, "base64"));
  const key = (await signerOf(ctx)).keys?.publicKey;
  const claim = new TextEncoder().encode(`${clientId}:${userId}:${time}:`);
  if (!raw || !key || !(await crypto.subtle.verify(ALGORITHM, key, raw, claim)))
    throw fail("interactive_message.decode_trigger_id.verify_signature_failed");
  return { clientId, userId };
}

/** r and s side by side, as WebCrypto has them, to SEQUENCE { INTEGER r, INTEGER s }. */
function derOf(raw: Uint8Array): Uint8Array {
  const integers = [raw.subarray(0, HALF), raw.subarray(HALF)].map((half) => {
    let start = 0;
    while (start < HALF - 1 && half[start] === 0) start++;
    const digits = half.subarray(start);
    const bytes = digits[0]! >= 0x80 ? [0, ...digits] : [...digits];
    return [0x02, bytes.length, ...bytes];
  });
  const body = integers.flat();
  return Uint8Array.of(0x30, body.length, ...body);
}

/** The reverse of `derOf`; undefined for what is none. */
function rawOf(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const raw = new Uint8Array(2 * HALF);
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  let at = 2;
  for (const end of [HALF, 2 * HALF]) {
    const length = der[at + 1] ?? 0;
    const bytes = der.subarray(at + 2, at + 2 + length);
    if (der[at] !== 0x02 || length === 0 || bytes.length !== length) return undefined;
    const digits = bytes[0] === 0 ? bytes.subarray(1) : bytes;
    if (digits.length > HALF) return undefined;
    raw.set(digits, end - digits.length);
    at += 2 + length;
  }
  return at === der.length ? raw : undefined;
}
