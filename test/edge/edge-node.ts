// Edgemost as it runs on Cloudflare: the worker, its hubs and its topics each in an isolate of their own, so that nothing
// but bindings joins them; the database by Neon's HTTP protocol, files in an S3, no disk, no pool, no compute process.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Miniflare, type MiniflareOptions } from "miniflare";
import { migrateDatabase } from "../../nginx-compat/launcher/migrate.ts";
import { bundle } from "../../nginx-compat/launcher/workerd/bundle.ts";
import { COMPATIBILITY_DATE } from "../../nginx-compat/launcher/workerd/workerd-config.ts";
import { createAdmin, reportErrors } from "../harness/global-setup.ts";
import type { NodeAddress } from "../harness/people.ts";
import { ownPort } from "../harness/ports.ts";
import { watchNode } from "../harness/watch.ts";
import { type S3Server, startS3 } from "../ports/s3-server.ts";
import { type NeonEndpoint, startNeonEndpoint } from "../ports/sql/neon-endpoint.ts";
import { type RunningPostgres, startPostgres } from "../schema/postgres.ts";

const S3 = { accessKeyId: "KEY", secretAccessKey: "SECRET", region: "us-east-1" };
const BUCKET = "edgemost";
const OBJECTS = {
  HUB: ["hubs", "Hub"],
  TOPIC: ["topics", "Topic"],
  SQL_POOL: ["topics", "SqlPool"],
} as const;

export interface EdgeNode extends NodeAddress {
  /** Another isolate of the worker, as a request may get any. */
  otherUrl: string;
  s3: S3Server;
  neon: NeonEndpoint;
  stop(): Promise<void>;
}

export async function startEdge(): Promise<EdgeNode> {
  const directory = mkdtempSync(join(tmpdir(), "edgemost-edge-"));
  const [postgres, neon, s3, modules, port, otherPort] = await Promise.all([
    startPostgres(),
    startNeonEndpoint(),
    startS3({ buckets: [BUCKET], ...S3 }),
    modulesOf(join(directory, "bundle")),
    ownPort(),
    ownPort(),
  ]);
  const logs: string[] = [];
  let miniflare: Miniflare | undefined;
  const stop = async () => {
    await miniflare?.dispose();
    reportErrors("The edge", logs.join("\n"));
    await Promise.all([neon.stop(), s3.stop(), postgres.stop()]);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await migrateDatabase(postgres.url, () => {});
    miniflare = new Miniflare(options({ postgres, neon, s3, modules, port, otherPort, logs }));
    await miniflare.ready;
    const url = `http://127.0.0.1:${port}`;
    watchNode(url);
    const otherUrl = `http://127.0.0.1:${otherPort}`;
    watchNode(otherUrl);
    const admin = await createAdmin({ url });
    return { url, otherUrl, databaseUrl: postgres.url, admin, s3, neon, stop };
  } catch (error) {
    console.error(logs.join("\n"));
    await stop();
    throw error;
  }
}

async function modulesOf(directory: string) {
  const { files } = await bundle(directory);
  const modules = files.map(({ name, kind, path }) => {
    const contents = kind === "wasm" ? new Uint8Array(readFileSync(path)) : readFileSync(path, "utf8");
    return [name, { type: kind === "wasm" ? "wasm" : "esm", contents }];
  });
  return { mainModule: files[0]!.name, modules: Object.fromEntries(modules) };
}

interface Parts {
  postgres: RunningPostgres;
  neon: NeonEndpoint;
  s3: S3Server;
  modules: Awaited<ReturnType<typeof modulesOf>>;
  port: number;
  otherPort: number;
  logs: string[];
}

function options({ postgres, neon, s3, modules, port, otherPort, logs }: Parts): MiniflareOptions {
  // As wrangler.toml says: settings are variables and secrets of their own.
  const vars = {
    PROFILE: "edge",
    DATABASE_URL: postgres.url,
    NEON_ENDPOINT: neon.url,
    MM_FILESETTINGS_DRIVERNAME: "amazons3",
    MM_FILESETTINGS_AMAZONS3ENDPOINT: `127.0.0.1:${s3.port}`,
    MM_FILESETTINGS_AMAZONS3SSL: "false",
    MM_FILESETTINGS_AMAZONS3BUCKET: BUCKET,
    MM_FILESETTINGS_AMAZONS3ACCESSKEYID: S3.accessKeyId,
    MM_FILESETTINGS_AMAZONS3SECRETACCESSKEY: S3.secretAccessKey,
    MM_FILESETTINGS_AMAZONS3REGION: S3.region,
  };
  const env = {
    ...Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, { type: "text", value }])),
    ...Object.fromEntries(
      Object.entries(OBJECTS).map(([binding, [worker, exportName]]) => [
        binding,
        { type: "durable-object", worker, exportName },
      ]),
    ),
  };
  const worker = (name: string, listen?: number) => ({
    config: {
      name,
      compatibilityDate: COMPATIBILITY_DATE,
      manifest: modules,
      env,
      exports: Object.fromEntries(
        Object.values(OBJECTS)
          .filter(([owner]) => owner === name)
          .map(([, exportName]) => [exportName, { type: "durable-object", storage: "sqlite" }]),
      ),
    },
    ...(listen ? { dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: listen }] } } : {}),
  });
  return {
    host: "127.0.0.1",
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    enableDevRegistry: false,
    handleStructuredLogs: ({ message }: { message: string }) => {
      logs.push(message);
    },
    workers: [worker("front", port), worker("other", otherPort), worker("hubs"), worker("topics")],
  } as unknown as MiniflareOptions;
}
