// One suite for every adapter of Files, inside of workerd: `amazons3` over the wire against a server that checks signatures.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesCases, unreachableCases } from "./files-suite.ts";
import { type S3Server, startS3 } from "./s3-server.ts";
import { runCase, startWorker, type Worker } from "./workerd.ts";

let worker: Worker;
let server: S3Server;

beforeAll(async () => {
  server = await startS3({
    buckets: ["edgemost"],
    accessKeyId: "KEY",
    secretAccessKey: "SECRET",
    region: "eu-central-1",
  });
  const s3 = {
    DriverName: "amazons3",
    AmazonS3Endpoint: `127.0.0.1:${server.port}`,
    AmazonS3SSL: false,
    AmazonS3Bucket: "edgemost",
    AmazonS3AccessKeyId: "KEY",
    AmazonS3SecretAccessKey: "SECRET",
    AmazonS3Region: "eu-central-1",
  };
  const stores = {
    local: {},
    amazons3: s3,
    "amazons3 with a prefix": {
      ...s3,
      AmazonS3PathPrefix: "/mm/prod/",
      AmazonS3SSE: true,
      AmazonS3StorageClass: "STANDARD_IA",
    },
    "down: nobody listens": { ...s3, AmazonS3Endpoint: "127.0.0.1:1" },
    "down: no such bucket": { ...s3, AmazonS3Bucket: "none" },
    "down: wrong secret": { ...s3, AmazonS3SecretAccessKey: "wrong" },
  };
  const entry = join(import.meta.dirname, "files-worker.ts");
  const vars = { PROFILE: "single", STORES: JSON.stringify(stores) };
  worker = await startWorker({ entry, vars, disks: ["FILES_DISK"] });
});

afterAll(async () => {
  await worker?.stop();
  await server?.stop();
});

for (const store of ["local", "amazons3", "amazons3 with a prefix"]) {
  describe(store, () => {
    for (const name of Object.keys(filesCases)) test(name, () => runCase(worker, store, name));
  });
}

for (const store of ["down: nobody listens", "down: no such bucket", "down: wrong secret"]) {
  describe(store, () => {
    for (const name of Object.keys(unreachableCases)) {
      // HEAD has no body that could tell a missing bucket from a missing file.
      if (store.endsWith("bucket") && name.includes("silence")) continue;
      test(name, () => runCase(worker, store, name));
    }
  });
}

test("the local store leaves nothing outside of its directory, and no temporary files", () => {
  expect(readdirSync(worker.directory).sort()).toEqual(["FILES_DISK", "bundle", "durable", "worker.capnp"]);
  const left = readdirSync(join(worker.directory, "FILES_DISK"), { recursive: true }) as string[];
  expect(left.filter((name) => name.includes(".kj-tmp"))).toEqual([]);
});

test("amazons3 keeps to its prefix, stores as it is told, and leaves no unfinished upload", () => {
  const objects = [...server.buckets.get("edgemost")!];
  const prefixed = objects.filter(([key]) => key.startsWith("mm/prod/20261124/"));
  expect(objects.filter(([key]) => !/^(mm\/prod\/)?20261124\//.test(key))).toEqual([]);
  expect(prefixed.length).toBeGreaterThan(20);
  for (const [, { headers }] of prefixed) {
    expect(headers).toEqual({
      "x-amz-server-side-encryption": "AES256",
      "x-amz-storage-class": "STANDARD_IA",
    });
  }
  expect(objects.filter(([key, { type }]) => key.endsWith("/a.txt") && type === "text/plain")).not.toEqual(
    [],
  );
  expect([...server.uploads]).toEqual([]);
});

test("amazons3 tries again when the store asks it to slow down", async () => {
  server.failNext = 2;
  await runCase(worker, "amazons3", "replaces a file as a whole");
  expect(server.failNext).toBe(0);
});
