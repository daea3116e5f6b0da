/** What a PHC string of ours says (schema-notes 2): `$pbkdf2$f=SHA256,w=600000,l=32$<salt>$<hash>`. */
export interface Phc {
  rounds: number;
  /** Output bytes. */
  length: number;
  salt: Uint8Array;
  /** Base64 without padding, as it is compared. */
  hash: string;
}

const FORM = /^\$pbkdf2\$f=SHA256,w=(\d{1,10}),l=(\d{1,4})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Undefined for anything else, which is then taken for bcrypt. */
export function parsePhc(text: string): Phc | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [, rounds, length, salt, hash] = match as unknown as [string, string, string, string, string];
  const phc = { rounds: Number(rounds), length: Number(length), salt: fromBase64(salt), hash };
  return phc.rounds > 0 && phc.length > 0 && phc.salt ? { ...phc, salt: phc.salt } : undefined;
}

export function formatPhc({ rounds, length, salt, hash }: Phc): string {
  return `$pbkdf2$f=SHA256,w=${rounds},l=${length}$${toBase64(salt)}$${hash}`;
}

/** Standard alphabet, no padding. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
