/** The Mattermost release whose API this server speaks; mobile refuses anything below 9.11.0 (section 5). */
export const SERVER_VERSION = "11.6.0";
export const BUILD_NUMBER = "11.6.0";
/** Placeholder until a release build sets it. A change makes web show its "new version, refresh" bar. */
export const BUILD_HASH = "edgemost";
export const BUILD_DATE = "edgemost";
/** Number of the newest Mattermost database migration whose schema this server keeps. */
export const SCHEMA_VERSION = "159";

/** The X-Version-Id header (section 1.1); web compares it with the hello's server_version. */
export function versionId(configHash: string, licensed: boolean): string {
  return `${SERVER_VERSION}.${BUILD_NUMBER}.${configHash}.${licensed}`;
}

/** Hex sha256 of a client configuration, the same on every node whatever the order of its keys. */
export async function configHash(clientConfig: Record<string, string>): Promise<string> {
  const sorted = Object.keys(clientConfig)
    .sort()
    .map((key) => [key, clientConfig[key]]);
  const bytes = new TextEncoder().encode(JSON.stringify(sorted));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
