// Who signs a request to the S3 of tests, and what it answers to others.

import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface S3Options {
  buckets: string[];
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

const MAX_SKEW_MS = 15 * 60_000;

export class S3Failure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message = code, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** AWS Signature Version 4, in the Authorization header or in the query. Throws 403. */
export function verify(
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  { accessKeyId, secretAccessKey, region }: S3Options,
): void {
  const { headers } = request;
  const header = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const asked = (name: string) => url.searchParams.get(`X-Amz-${name}`) ?? "";
  const presigned = url.searchParams.has("X-Amz-Signature");
  const [, credential = "", signed = "", signature] = presigned
    ? ["", asked("Credential"), asked("SignedHeaders"), asked("Signature")]
    : (header.exec(headers.authorization ?? "") ?? []);
  if (!signature) throw new S3Failure(403, "AccessDenied");
  const [key, date = "", ...scope] = credential.split("/");
  if (key !== accessKeyId) throw new S3Failure(403, "InvalidAccessKeyId");
  if (scope.join("/") !== `${region}/s3/aws4_request`)
    throw new S3Failure(400, "AuthorizationHeaderMalformed");
  const time = presigned ? asked("Date") : String(headers["x-amz-date"] ?? "");
  const at = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const lasts = presigned ? Number(asked("Expires")) * 1_000 : MAX_SKEW_MS;
  if (!time.startsWith(date) || !(at - MAX_SKEW_MS < Date.now() && Date.now() < at + lasts))
    throw new S3Failure(403, presigned ? "AccessDenied" : "RequestTimeTooSkewed");
  const names = signed.split(";");
  const unsigned = Object.keys(headers).find(
    (name) => (name === "host" || name.startsWith("x-amz-")) && !names.includes(name),
  );
  if (unsigned) throw new S3Failure(403, "AccessDenied", `not signed: ${unsigned}`);
  const payload = presigned ? "UNSIGNED-PAYLOAD" : String(headers["x-amz-content-sha256"] ?? "");
  if (!presigned && payload !== sha256(body)) throw new S3Failure(400, "XAmzContentSHA256Mismatch", payload);

  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const path = url.pathname
    .split("/")
    .map((part) => encode(decodeURIComponent(part)))
    .join("/");
  const query = [...url.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const lines = names
    .map(
      (name) =>
        `${name}:${String(headers[name] ?? "")
          .trim()
          .replace(/ +/g, " ")}\n`,
    )
    .join("");
  const canonical = [request.method, path, query, lines, signed, payload].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", time, `${date}/${scope.join("/")}`, sha256(canonical)].join("\n");
  const signingKey = [date, ...scope].reduce<string | Buffer>(
    (secret, text) => hmac(secret, text),
    `AWS4${secretAccessKey}`,
  );
  if (hmac(signingKey, toSign).toString("hex") !== signature)
    throw new S3Failure(403, "SignatureDoesNotMatch");
}

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
