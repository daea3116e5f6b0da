import { pbkdf2Sync, randomBytes } from "node:crypto";

/** A password hash that costs nothing to verify: the rounds are in the text (schema-notes 2). */
export function cheapHash(password: string): string {
  const salt = randomBytes(16);
  const encode = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
  const hash = pbkdf2Sync(password, salt, 1_000, 32, "sha256");
  return `$pbkdf2$f=SHA256,w=1000,l=32$${encode(salt)}$${encode(hash)}`;
}
