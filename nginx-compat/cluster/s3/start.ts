import { openSync } from "node:fs";
import { join } from "node:path";
import { oneLine, StartError } from "../../launcher/errors.ts";
import { type Running, start } from "../../launcher/process/processes.ts";
import { writeWhole } from "../../launcher/workerd/files.ts";
import { listensAt, whenReady } from "../services/ready.ts";
import type { S3Settings } from "../settings.ts";
import type { S3ServerOptions } from "./server.ts";

/** The embedded server, as a process of its own. */
export async function startS3(
  optionsFile: string,
  logFile: string,
  options: S3ServerOptions,
): Promise<Running> {
  writeWhole(optionsFile, JSON.stringify(options));
  const log = openSync(logFile, "a", 0o600);
  const running = await start(process.execPath, [join(import.meta.dirname, "server.ts"), optionsFile], {
    stdio: ["ignore", log, log],
    orphanSignal: "SIGKILL",
    graceSeconds: 1,
  });
  const answers = () => listensAt("127.0.0.1", options.port);
  return whenReady(running, { name: "The S3 server", logFile, answers });
}

/** The bucket is there after this; made if it is missing. */
export async function makeBucket(settings: S3Settings): Promise<void> {
  const { CreateBucketCommand, HeadBucketCommand, S3Client } = await import("@aws-sdk/client-s3");
  const { endpoint, region, bucket: Bucket, accessKeyId, secretAccessKey } = settings;
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: { requestTimeout: 10_000 },
  });
  try {
    const there = await client.send(new HeadBucketCommand({ Bucket })).then(
      () => true,
      (error) => {
        if (error.$metadata?.httpStatusCode === 404) return false;
        throw error;
      },
    );
    if (!there) await client.send(new CreateBucketCommand({ Bucket }));
  } catch (error) {
    throw new StartError(`Cannot use the bucket ${Bucket} at ${endpoint}: ${oneLine(error)}`);
  } finally {
    client.destroy();
  }
}
