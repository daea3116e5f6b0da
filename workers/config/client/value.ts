import type { Config } from "../defaults/index.ts";

/** What the server knows beside its configuration ("Computed keys" of section 5). */
export interface ClientFacts {
  loggedIn: boolean;
  /** No user exists yet: web then shows the sign-up of the first admin. */
  noAccounts: boolean;
  /** 26 characters, the same on all nodes. */
  diagnosticId: string;
  /** Base64 of the DER SPKI of an ECDSA P-256 key. */
  asymmetricPublicKey: string;
  /** Milliseconds as text; "" keeps web from offering a trial licence (client-flows 6). */
  installationDate: string;
  schemaVersion: string;
}

export type Value = string | number | boolean | string[];
export type Values = Record<string, Value>;
export type { Config };

export function texts(values: Values): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, value] of Object.entries(values))
    result[key] = Array.isArray(value) ? value.join(",") : String(value);
  return result;
}
