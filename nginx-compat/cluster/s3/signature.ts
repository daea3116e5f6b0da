import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { S3Failure } from "./failure.ts";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

const MAX_SKEW_MS = 15 * 60_000;
const HEADER = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Checks AWS Signature Version 4 in the Authorization header, and that it is for this body. Throws S3Failure. */
export function verify(request: IncomingMessage, url: URL, body: Buffer, credentials: Credentials): void {
  const { headers } = request;
  const [, credential = "", signed = "", signature] = HEADER.exec(headers.authorization ?? "") ?? [];
  if (!signature) throw new S3Failure(403, "AccessDenied");
  const [key, date = "", ...scope] = credential.split("/");
  if (key !== credentials.accessKeyId) throw new S3Failure(403, "InvalidAccessKeyId");
  if (scope.join("/") !== `${credentials.region}/s3/aws4_request`)
    throw new S3Failure(400, "AuthorizationHeaderMalformed");
  const time = `${headers["x-amz-date"] ?? ""}`;
  const at = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!time.startsWith(date) || !(Math.abs(at - Date.now()) < MAX_SKEW_MS))
    throw new S3Failure(403, "RequestTimeTooSkewed");
  const names = signed.split(";");
  const unsigned = Object.keys(headers).find((name) => {
    return (name === "host" || name.startsWith("x-amz-")) && !names.includes(name);
  });
  if (unsigned) throw new S3Failure(403, "AccessDenied", `not signed: ${unsigned}`);
  const payload = `${headers["x-amz-content-sha256"] ?? ""}`;
  if (payload !== sha256(body)) throw new S3Failure(400, "XAmzContentSHA256Mismatch", payload);

  const lines = names
    .map((name) => `${name}:${`${headers[name] ?? ""}`.trim().replace(/ +/g, " ")}\n`)
    .join("");
  const canonical = [request.method, path(url), query(url), lines, signed, payload].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", time, `${date}/${scope.join("/")}`, sha256(canonical)].join("\n");
  const signingKey = [date, ...scope].reduce<string | Buffer>(
    (secret, text) => hmac(secret, text),
    `AWS4${credentials.secretAccessKey}`,
  );
  if (hmac(signingKey, toSign).toString("hex") !== signature)
    throw new S3Failure(403, "SignatureDoesNotMatch");
}

const path = (url: URL) =>
  url.pathname
    .split("/")
    .map((part) => encode(decodeURIComponent(part)))
    .join("/");

const query = (url: URL) => {
  return [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
};

function encode(text: string): string {
  const more = (c: string) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, more);
}

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
