import type { Context } from "../../context.ts";

/** The bytes and not their promise: no request may wait for what another one asks. */
let secret: Buffer<ArrayBuffer> | undefined;

/**
 * 32 random bytes that every server of the database shares: those of the row `PostActionCookieSecret` of `systems`, made if
 * absent (schema-notes 3). One query at the first use in an isolate.
 */
export async function sharedSecret(ctx: Context): Promise<Buffer<ArrayBuffer>> {
  secret ??= await load(ctx);
  return secret;
}

async function load(ctx: Context): Promise<Buffer<ArrayBuffer>> {
  const fresh = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
  // The update that changes nothing returns the row that was there.
  const [row] = await ctx.sql.query<{ value: string }>(
    `INSERT INTO systems AS s (name, value) VALUES ('PostActionCookieSecret', $1)
     ON CONFLICT (name) DO UPDATE SET value = s.value RETURNING s.value`,
    [JSON.stringify({ key: fresh })],
  );
  return Buffer.from((JSON.parse(row!.value) as { key: string }).key, "base64");
}
