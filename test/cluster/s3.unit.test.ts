// The cluster's embedded S3 server, by the SDK that nodes use.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeBucket, startS3 } from "../../nginx-compat/cluster/s3/start.ts";
import { type Running, stop } from "../../nginx-compat/launcher/process/processes.ts";
import { ownPort } from "../harness/ports.ts";

const dir = mkdtempSync(join(tmpdir(), "edgemost-s3-"));
const secrets = { accessKeyId: "key", secretAccessKey: "secret", region: "us-east-1" };
const Bucket = "edgemost";
let port = 0;
let server: Running;
let client: S3Client;

const clientWith = (credentials: { accessKeyId: string; secretAccessKey: string }) => {
  return new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    region: "us-east-1",
    credentials,
    maxAttempts: 1,
  });
};
const start = () =>
  startS3(join(dir, "s3.json"), join(dir, "s3.log"), { dir: join(dir, "s3"), port, ...secrets });
const end = () => stop(server, [["SIGKILL", 1_000]]);

beforeAll(async () => {
  port = await ownPort();
  server = await start();
  client = clientWith(secrets);
  await makeBucket({ endpoint: `http://127.0.0.1:${port}`, bucket: Bucket, ...secrets });
});
afterAll(async () => {
  await end();
  rmSync(dir, { recursive: true, force: true });
});

const put = (Key: string, Body: string | Buffer) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "text/x-test" }));
const get = async (Key: string, Range?: string) => {
  const { Body, ContentRange, ContentType } = await client.send(
    new GetObjectCommand({ Bucket, Key, ...(Range ? { Range } : {}) }),
  );
  return { text: await Body!.transformToString(), ContentRange, ContentType };
};
const failure = (work: Promise<unknown>) =>
  work.then(
    () => "",
    (error) => error.name,
  );

test("stores under any key, also beneath another object, and over a kill", async () => {
  const keys = ["a", "a/b", "20260101/teams/noteam/ä ö+%25&?.txt", "x".repeat(1_000)];
  for (const key of keys) await put(key, `of ${key}`);
  await end();
  server = await start();
  for (const key of keys)
    expect(await get(key)).toMatchObject({ text: `of ${key}`, ContentType: "text/x-test" });
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "a" }));
  expect(Contents!.map(({ Key, Size }) => [Key, Size])).toEqual([
    ["a", 4],
    ["a/b", 6],
  ]);
});

test("ranges", async () => {
  await put("digits", "0123456789");
  expect(await get("digits", "bytes=2-4")).toMatchObject({ text: "234", ContentRange: "bytes 2-4/10" });
  expect(await get("digits", "bytes=-3")).toMatchObject({ text: "789" });
  expect(await get("digits", "bytes=8-99")).toMatchObject({ text: "89" });
  expect(await failure(get("digits", "bytes=10-"))).toBe("InvalidRange");
});

test("copies, deletes, and knows nothing of what is not there", async () => {
  await put("from", "text");
  await client.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/from` }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: "from" }));
  expect((await get("to")).text).toBe("text");
  expect(await failure(get("from"))).toBe("NoSuchKey");
  expect(await failure(client.send(new HeadObjectCommand({ Bucket, Key: "from" })))).toBe("NotFound");
  expect(await failure(client.send(new GetObjectCommand({ Bucket: "others", Key: "to" })))).toBe(
    "NoSuchBucket",
  );
});

test("an upload in parts is there when it is complete, and leaves nothing when it is aborted", async () => {
  const begin = async (Key: string) =>
    (await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId!;
  const part = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer) => {
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    return { ETag, PartNumber };
  };
  const complete = (Key: string, UploadId: string, Parts: object[]) => {
    return client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    );
  };
  const large = Buffer.alloc(5 * 2 ** 20, "a");
  const id = await begin("parts");
  const parts = [await part("parts", id, 1, large), await part("parts", id, 2, Buffer.from("end"))];
  expect(await failure(get("parts"))).toBe("NoSuchKey");
  expect(await failure(complete("parts", id, [parts[0]!, parts[0]!]))).toBe("InvalidPartOrder");
  await complete("parts", id, parts);
  expect((await get("parts")).text).toBe(`${large}end`);

  const small = await begin("small");
  const tooSmall = [
    await part("small", small, 1, Buffer.from("a")),
    await part("small", small, 2, Buffer.from("b")),
  ];
  expect(await failure(complete("small", small, tooSmall))).toBe("EntityTooSmall");
  await client.send(new AbortMultipartUploadCommand({ Bucket, Key: "small", UploadId: small }));
  expect(readdirSync(join(dir, "s3/uploads"))).toEqual([]);
});

test("refuses whoever has not the secret", async () => {
  for (const [accessKeyId, secretAccessKey, error] of [
    ["key", "guess", "SignatureDoesNotMatch"],
    ["guess", "secret", "InvalidAccessKeyId"],
  ] as const) {
    const other = clientWith({ accessKeyId, secretAccessKey });
    expect(await failure(other.send(new GetObjectCommand({ Bucket, Key: "a" })))).toBe(error);
  }
  expect((await fetch(`http://127.0.0.1:${port}/${Bucket}/a`)).status).toBe(403);
});
