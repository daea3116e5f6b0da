// `npm run cluster` with real processes: Miniflare runs a stub worker; NGINX, Redis, PostgreSQL and S3 are the real ones.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ping } from "../../nginx-compat/launcher/redis.ts";
import { launch, type RunningCluster, startCluster } from "./support/cluster.ts";

const STUB = { EDGEMOST_ENTRY: join(import.meta.dirname, "support/stub-worker.ts") };
const base = mkdtempSync(join(tmpdir(), "edgemost-cluster-"));
afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

function alive(pid: number | null): boolean {
  try {
    // A zombie has no command line.
    return pid !== null && readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return false;
  }
}

async function until(what: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; !(await what()); await sleep(10)) {
    if (Date.now() > end) throw new Error(`did not happen within ${ms} ms: ${what}`);
  }
}

const answers = (url: string) =>
  fetch(url, { signal: AbortSignal.timeout(20_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
const refused = (url: string) =>
  fetch(url).then(
    () => "",
    (error) => error.cause?.code,
  );

describe("one cluster", () => {
  const dataDir = join(base, "shared");
  let cluster: RunningCluster;
  const node = (name: string) => cluster.nodes.find((it) => it.name === name)!;
  const vars = async (name: string): Promise<Record<string, string>> =>
    (await fetch(`${node(name).url}/vars`)).json() as never;
  const redisOf = async (name: string, ms = 20_000) =>
    ping((await vars(name)).REDIS_URL!, ms).then(
      () => "",
      (error) => error.message,
    );

  beforeAll(async () => {
    cluster = await startCluster({ dataDir, env: { ...STUB, MM_SERVICESETTINGS_SITENAME: "Two words" } });
  });
  afterAll(() => cluster?.stop());

  test("says where everything is", async () => {
    expect(cluster.nodes.map(({ name }) => name)).toEqual(["leader", "follower", "follower2"]);
    for (const { url, pid } of cluster.nodes) {
      expect(alive(pid)).toBe(true);
      expect(await answers(url)).toBe(true);
    }
    expect(new Set(cluster.nodes.map(({ url }) => url)).size).toBe(3);
    expect(await answers(cluster.url)).toBe(true);
    const output = cluster.output();
    for (const url of [cluster.url, ...cluster.nodes.map(({ url }) => url)]) expect(output).toContain(url);
    // The table is for people to show around.
    for (const secret of [cluster.databaseUrl, cluster.redisUrl])
      expect(output).not.toContain(new URL(secret).password);
    expect(output.trim().split("\n").at(-1)).toBe(`Edgemost is ready at ${cluster.url}`);
  });

  test("nodes differ in name, address and boot alone, and share one database, Redis and bucket", async () => {
    const all = await Promise.all(cluster.nodes.map(({ name }) => vars(name)));
    for (const [i, given] of all.entries()) {
      const { name, url } = cluster.nodes[i]!;
      expect(given).toMatchObject({
        PROFILE: "cluster",
        NODE_NAME: name,
        NODE_ADDRESS: new URL(url).host,
        CLUSTER_NAME: "edgemost",
      });
      expect(given).toMatchObject({ DATABASE_URL: cluster.databaseUrl, REDIS_PREFIX: "edgemost:" });
      expect(new URL(given.REDIS_URL!).password).toBe(new URL(cluster.redisUrl).password);
      expect(given.ENVIRONMENT_JSON).toBe(all[0]!.ENVIRONMENT_JSON);
    }
    expect(new Set(all.map(({ BOOT_ID }) => BOOT_ID)).size).toBe(3);
    const settings = JSON.parse(all[0]!.ENVIRONMENT_JSON!);
    expect(settings).toMatchObject({
      MM_SERVICESETTINGS_SITENAME: "Two words",
      MM_CLUSTERSETTINGS_ENABLE: "true",
    });
    const sql = postgres(cluster.databaseUrl, { max: 1 });
    expect((await sql`select count(*)::int as roles from roles`)[0]!.roles).toBeGreaterThan(0);
    await sql.end();
    const client = new S3Client({
      endpoint: `http://${settings.MM_FILESETTINGS_AMAZONS3ENDPOINT}`,
      region: settings.MM_FILESETTINGS_AMAZONS3REGION,
      forcePathStyle: true,
      credentials: {
        accessKeyId: settings.MM_FILESETTINGS_AMAZONS3ACCESSKEYID,
        secretAccessKey: settings.MM_FILESETTINGS_AMAZONS3SECRETACCESSKEY,
      },
    });
    const at = { Bucket: settings.MM_FILESETTINGS_AMAZONS3BUCKET, Key: "kept.txt" };
    await client.send(new PutObjectCommand({ ...at, Body: "kept" }));
    expect(await (await client.send(new GetObjectCommand(at))).Body!.transformToString()).toBe("kept");
  });

  test("kill -9 of a node: it serves no more at once, stays away, and comes back at its address", async () => {
    const { pid, url } = node("follower");
    const before = await vars("follower");
    process.kill(pid!, "SIGKILL");
    await until(async () => (await refused(url)) === "ECONNREFUSED", 5_000);
    await until(() => node("follower").pid === null, 5_000);
    for (let i = 0; i < 20; i++) expect(await answers(cluster.url)).toBe(true);
    await until(() => cluster.output().includes("follower ended (SIGKILL)\n"));
    await cluster.control("/nodes/follower/start");
    expect(node("follower")).toMatchObject({ url });
    expect(node("follower").pid).not.toBe(pid);
    const after = await vars("follower");
    expect(after.BOOT_ID).not.toBe(before.BOOT_ID);
    expect(after.CLEAN_BOOTS).toBe("");
  });

  test("kill -9 of a node's workerd is its end, too", async () => {
    const { pid, url } = node("follower2");
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
    const workerd = children.find((child) =>
      readFileSync(`/proc/${child}/cmdline`, "utf8").includes("workerd"),
    )!;
    process.kill(workerd, "SIGKILL");
    await until(() => node("follower2").pid === null);
    expect(await refused(url)).toBe("ECONNREFUSED");
    expect(cluster.log("follower2")).toContain("workerd ended unexpectedly");
    await cluster.control("/nodes/follower2/start");
  });

  test("SIGTERM drains a node: its request ends, its sockets are closed, its boot was a clean one", async () => {
    const { url, pid } = node("leader");
    const { BOOT_ID } = await vars("leader");
    const socket = new WebSocket(`${url.replace("http", "ws")}/api/v4/websocket`);
    await new Promise((done) => socket.on("open", done));
    const closed = new Promise((done) => socket.on("close", done));
    const slow = fetch(`${url}/slow?id=held&hold`, { method: "POST" });
    await until(() => cluster.log("leader").includes("carried out POST held"));
    process.kill(pid!, "SIGTERM");
    const ask = () => fetch(`${url}/late`, { method: "POST", body: "x" });
    let late = await ask();
    for (; late.status === 200; late = await ask()) await late.text();
    expect([late.status, late.headers.get("x-accel-redirect")]).toEqual([502, "/.other-node"]);
    expect((await fetch(`${url}/release`, { method: "POST" })).status).toBe(200);
    expect((await slow).status).toBe(200);
    expect(await closed).toBe(4_001);
    await until(() => node("leader").pid === null);
    await until(() => cluster.output().includes("leader ended (exit code 0)\n"));
    await cluster.control("/nodes/leader/start");
    expect((await vars("leader")).CLEAN_BOOTS).toBe(BOOT_ID);
  });

  test("a node can be cut off from Redis, the others not", async () => {
    await cluster.control("/nodes/leader/cut-redis");
    expect(await redisOf("leader", 500)).toBe("no answer in 0.5 s");
    expect(await redisOf("follower")).toBe("");
    await cluster.control("/nodes/leader/heal-redis");
    expect(await redisOf("leader")).toBe("");
    await cluster.control("/nodes/leader/cut-redis?mode=reset");
    expect(await redisOf("leader")).toMatch(/ECONNRESET|closed/);
    await cluster.control("/nodes/leader/heal-redis");
    await expect(cluster.control("/nodes/leader/cut-postgres")).rejects.toThrow(
      "leader reaches postgres directly",
    );
  });

  test("Redis, PostgreSQL and S3 can be stopped and started where they were", async () => {
    await cluster.control("/redis/kill");
    expect(cluster.pids.redis).toBeNull();
    expect(await redisOf("leader")).not.toBe("");
    await cluster.control("/redis/start");
    expect(await redisOf("leader")).toBe("");
    const { postgres: old } = cluster.pids;
    await cluster.control("/postgres/restart");
    expect(cluster.pids.postgres).not.toBe(old);
    const sql = postgres(cluster.databaseUrl, { max: 1 });
    await sql`select 1`;
    await sql.end();
    await cluster.control("/s3/stop");
    expect(await refused(cluster.s3Url)).toBe("ECONNREFUSED");
    await cluster.control("/s3/start");
    expect((await fetch(cluster.s3Url)).status).toBe(403);
  });

  test("controls say what they cannot do", async () => {
    await expect(cluster.control("/nodes/nobody/stop")).rejects.toThrow("There is no node nobody");
    await expect(cluster.control("/nodes/leader/start")).rejects.toThrow("leader is running");
    await expect(cluster.control("/nodes/leader/dance")).rejects.toThrow("There is no such control");
  });

  test("the end is that of all it started; the next start is at the same addresses, with what was stored", async () => {
    const before = { nodes: cluster.nodes, pids: cluster.pids };
    expect(await cluster.stop()).toBe(0);
    for (const pid of [...before.nodes.map(({ pid }) => pid), ...Object.values(before.pids)])
      expect(alive(pid)).toBe(false);
    expect(existsSync(join(dataDir, "cluster.json"))).toBe(false);
    expect(cluster.log("leader")).not.toMatch(/did not end its work/);
    cluster = await startCluster({ dataDir, env: STUB });
    expect(cluster.nodes.map(({ url }) => url)).toEqual(before.nodes.map(({ url }) => url));
  });

  test("after kill -9 of the launcher, nothing goes on, and the next start takes over", async () => {
    const before = { nodes: cluster.nodes, pids: cluster.pids };
    process.kill(before.pids.launcher!, "SIGKILL");
    cluster = await startCluster({ dataDir, env: STUB });
    for (const { pid } of before.nodes) expect(alive(pid)).toBe(false);
    expect(await answers(cluster.url)).toBe(true);
  });
});

test("two nodes on a Redis, a PostgreSQL and an S3 of one's own, which stay when the cluster ends", async () => {
  const provider = await startCluster({ nodes: 1, env: STUB });
  try {
    const { MM_FILESETTINGS_AMAZONS3SECRETACCESSKEY: secret } = JSON.parse(
      ((await (await fetch(`${provider.nodes[0]!.url}/vars`)).json()) as any).ENVIRONMENT_JSON,
    );
    const own = { DATABASE_URL: provider.databaseUrl, REDIS_URL: provider.redisUrl, REDIS_PREFIX: "other:" };
    const s3 = {
      S3_ENDPOINT: provider.s3Url,
      S3_ACCESS_KEY_ID: "edgemost",
      S3_SECRET_ACCESS_KEY: secret,
      S3_BUCKET: "other-bucket",
    };
    const cluster = await startCluster({
      nodes: 2,
      args: ["--restart", "--forward-postgres"],
      env: { ...STUB, ...own, ...s3 },
    });
    expect(cluster.nodes.map(({ name }) => name)).toEqual(["leader", "follower"]);
    expect(cluster.pids).toMatchObject({ redis: null, postgres: null, s3: null });
    expect(cluster.output().match(/not ours/g)).toHaveLength(3);
    const vars = (await (await fetch(`${cluster.nodes[0]!.url}/vars`)).json()) as Record<string, string>;
    expect(vars.REDIS_PREFIX).toBe("other:");
    expect(JSON.parse(vars.ENVIRONMENT_JSON!).MM_FILESETTINGS_AMAZONS3BUCKET).toBe("other-bucket");
    await expect(cluster.control("/redis/stop")).rejects.toThrow(
      "There is no redis that this cluster started",
    );

    // --forward-postgres
    const asks = async () => {
      // A connection of its own each time: postgres.js can lose a query that comes just as one is reset.
      const sql = postgres(vars.DATABASE_URL!, { max: 1, connect_timeout: 20 });
      return sql`select 1`
        .then(
          () => "",
          (error) => error.code,
        )
        .finally(() => sql.end({ timeout: 0 }));
    };
    expect(await asks()).toBe("");
    await cluster.control("/nodes/leader/cut-postgres?mode=reset");
    expect(await asks()).toBe("ECONNRESET");
    await cluster.control("/nodes/leader/heal-postgres");
    expect(await asks()).toBe("");

    // --restart
    const { pid } = cluster.nodes[1]!;
    process.kill(pid!, "SIGKILL");
    await until(() => ![pid, null].includes(cluster.nodes[1]!.pid));
    await until(() => cluster.output().includes("follower ended (SIGKILL): starting it again"));

    expect(await cluster.stop()).toBe(0);
    await ping(provider.redisUrl, 20_000);
  } finally {
    await provider.stop();
  }
});

test.each<[string, string[], Record<string, string>, RegExp]>([
  ["too many nodes", ["--nodes", "10"], {}, /^--nodes must be a number from 1 to 9, not "10"$/m],
  ["no such option", ["--fast"], {}, /^Unknown option '--fast'/m],
  ["not a Redis", [], { REDIS_URL: "http://localhost" }, /^REDIS_URL is not a URL like redis:/m],
  ["no Redis there", [], { REDIS_URL: "redis://127.0.0.1:1" }, /^Cannot reach the Redis 127\.0\.0\.1:1: /m],
  [
    "no S3 keys",
    [],
    { S3_ENDPOINT: "localhost:9000" },
    /^S3_ENDPOINT needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY$/m,
  ],
  [
    "no database there",
    [],
    { DATABASE_URL: "postgres://u:p@127.0.0.1:1/d" },
    /^Cannot reach the database 127\.0\.0\.1:1\/d: /m,
  ],
])("%s: refused", async (_, args, env, line) => {
  const { ended, output } = launch(join(base, "refused"), args, { ...STUB, ...env });
  expect(await ended).toBe(1);
  expect(output()).toMatch(line);
});
