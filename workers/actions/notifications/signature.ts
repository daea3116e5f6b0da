import type { Context } from "../../context.ts";

export interface Signer {
  serverId: string;
  /** A JWT (ES256) of the two ids, by which the app knows that a push is from this server; "" where there is no key. */
  sign(ackId: string, deviceId: string): Promise<string>;
  /** The server's P-256 keys; undefined where there are none. */
  keys: CryptoKeyPair | undefined;
}

let signer: Promise<Signer> | undefined;

/** The server's identity towards apps (semantics 23.5): one query in the life of an isolate, and the row never changes. */
export function signerOf(ctx: Context): Promise<Signer> {
  signer ??= load(ctx).catch((error) => {
    signer = undefined;
    throw error;
  });
  return signer;
}

async function load(ctx: Context): Promise<Signer> {
  const rows = await ctx.sql.query<{ name: string; value: string }>(
    "SELECT name, value FROM systems WHERE name IN ('DiagnosticId', 'AsymmetricSigningKey')",
  );
  const of = (name: string) => rows.find((row) => row.name === name)?.value ?? "";
  const keys = await keyPair(of("AsymmetricSigningKey"));
  const key = keys?.privateKey;
  return {
    keys,
    serverId: of("DiagnosticId"),
    async sign(ackId, deviceId) {
      if (!key) return "";
      const claims = { ack_id: ackId, device_id: deviceId };
      const text = `${encoded({ alg: "ES256", typ: "JWT" })}.${encoded(claims)}`;
      const signed = await crypto.subtle.sign(
        { name: "ECDSA", hash: "SHA-256" },
        key,
        new TextEncoder().encode(text),
      );
      return `${text}.${Buffer.from(signed).toString("base64url")}`;
    },
  };
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The row holds decimal integers beyond 2^53 (schema-notes 3). Undefined for a row that holds no P-256 key. */
async function keyPair(row: string): Promise<CryptoKeyPair | undefined> {
  const part = (name: string) => {
    const digits = new RegExp(`"${name}"\\s*:\\s*(\\d+)`).exec(row)?.[1];
    return digits && Buffer.from(BigInt(digits).toString(16).padStart(64, "0"), "hex").toString("base64url");
  };
  const [x, y, d] = [part("x"), part("y"), part("d")];
  if (!x || !y || !d) return undefined;
  const jwk = { kty: "EC", crv: "P-256", x, y };
  const imported = (key: JsonWebKey, use: "sign" | "verify") =>
    crypto.subtle.importKey("jwk", key, { name: "ECDSA", namedCurve: "P-256" }, false, [use]);
  return { privateKey: await imported({ ...jwk, d }, "sign"), publicKey: await imported(jwk, "verify") };
}
