import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Config } from "../../config/load.ts";

type Settings = Config["FileSettings"];

/** The SDK signs in JavaScript; the runtime's own SHA-256 is many times faster on the bytes of a file. */
class Sha256 {
  private hash: Hash | Hmac;
  private readonly secret: Uint8Array | string | undefined;

  constructor(secret?: Uint8Array | string) {
    this.secret = secret;
    this.hash = this.fresh();
  }

  private fresh(): Hash | Hmac {
    return this.secret === undefined ? createHash("sha256") : createHmac("sha256", this.secret);
  }

  update(data: Uint8Array | string): void {
    this.hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {
    this.hash = this.fresh();
  }
}

const AWS = /(^|\.)amazonaws\.com(\.cn)?$/;
const AWS_DEFAULT = "s3.amazonaws.com";

/** FileSettings.AmazonS3Endpoint as a URL; undefined where the SDK knows better (AWS, by region). */
function endpointOf({ AmazonS3Endpoint, AmazonS3SSL }: Settings): URL | undefined {
  if (!AmazonS3Endpoint || AmazonS3Endpoint === AWS_DEFAULT) return undefined;
  return new URL(
    AmazonS3Endpoint.includes("://")
      ? AmazonS3Endpoint
      : `${AmazonS3SSL ? "https" : "http"}://${AmazonS3Endpoint}`,
  );
}

export type S3 = ReturnType<typeof createS3>;

/** The few calls of the protocol that the store needs, on the configured bucket. */
export function createS3(settings: Settings) {
  const endpoint = endpointOf(settings);
  const client = new S3Client({
    region: settings.AmazonS3Region || "us-east-1",
    ...(endpoint ? { endpoint: endpoint.href, forcePathStyle: !AWS.test(endpoint.hostname) } : {}),
    credentials: {
      accessKeyId: settings.AmazonS3AccessKeyId,
      secretAccessKey: settings.AmazonS3SecretAccessKey,
    },
    requestHandler: { requestTimeout: settings.AmazonS3RequestTimeoutMilliseconds },
    sha256: Sha256 as never,
    maxAttempts: 3,
    // Not every S3 knows the newer checksums; a signed request has the body's SHA-256 anyway.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  const Bucket = settings.AmazonS3Bucket;
  const stored = {
    Bucket,
    ...(settings.AmazonS3SSE ? { ServerSideEncryption: "AES256" as const } : {}),
    ...(settings.AmazonS3StorageClass ? { StorageClass: settings.AmazonS3StorageClass as "STANDARD" } : {}),
  };
  const typed = (ContentType: string) => (ContentType ? { ContentType } : {});
  return {
    partSize: settings.AmazonS3UploadPartSizeBytes,
    get: (Key: string, Range?: string) =>
      client.send(new GetObjectCommand({ Bucket, Key, ...(Range ? { Range } : {}) })),
    presign: (Key: string, expiresIn: number) =>
      addressOf(client, new GetObjectCommand({ Bucket, Key }), expiresIn),
    head: (Key: string) => client.send(new HeadObjectCommand({ Bucket, Key })),
    /** Right below a prefix that ends with a slash, or is empty. */
    list: (Prefix: string, ContinuationToken?: string) =>
      client.send(
        new ListObjectsV2Command({
          Bucket,
          Prefix,
          Delimiter: "/",
          ...(ContinuationToken ? { ContinuationToken } : {}),
        }),
      ),
    headBucket: () => client.send(new HeadBucketCommand({ Bucket })),
    put: (Key: string, Body: Uint8Array, type: string) =>
      client.send(new PutObjectCommand({ ...stored, Key, Body, ...typed(type) })),
    delete: (Key: string) => client.send(new DeleteObjectCommand({ Bucket, Key })),
    copy: (from: string, Key: string) => {
      const CopySource = `${Bucket}/${from.split("/").map(encodeURIComponent).join("/")}`;
      return client.send(new CopyObjectCommand({ ...stored, Key, CopySource }));
    },
    begin: (Key: string, type: string) =>
      client.send(new CreateMultipartUploadCommand({ ...stored, Key, ...typed(type) })),
    part: (Key: string, UploadId: string, PartNumber: number, Body: Uint8Array) => {
      return client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    },
    complete: (Key: string, UploadId: string, Parts: { ETag: string; PartNumber: number }[]) => {
      return client.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
      );
    },
    abort: (Key: string, UploadId: string) =>
      client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })),
  };
}

interface Signable {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
}

/** The address of a command, signed for so many seconds; nothing is sent. */
async function addressOf(client: S3Client, command: GetObjectCommand, expiresIn: number): Promise<string> {
  let address = "";
  command.middlewareStack.add(
    (_next, context) => async (args) => {
      const request = args.request as Signable;
      const host = request.port ? `${request.hostname}:${request.port}` : request.hostname;
      const scheme = context.authSchemes?.[0];
      const signer = (await client.config.signer(scheme as never)) as unknown as {
        presign(request: Signable, options: object): Promise<Signable>;
      };
      const service = { signingRegion: scheme?.signingRegion, signingService: scheme?.signingName };
      const signed = await signer.presign(
        { ...request, headers: { host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } },
        { expiresIn, ...service },
      );
      address = `${signed.protocol}//${host}${signed.path}?${new URLSearchParams(signed.query)}`;
      return { response: {}, output: { $metadata: {} } as never };
    },
    { step: "build", priority: "low", name: "presign" },
  );
  await client.send(command);
  return address;
}
