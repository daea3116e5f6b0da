// Where exports are, who gets them, and when they go.

import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Context } from "../../workers/context.ts";
import { newId } from "../../workers/model/id.ts";
import { download } from "../files/uploads.ts";
import { type OwnNode, ownNode, sharedNode } from "../harness/node.ts";
import { adminOf, makeUser, type Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { ended } from "../imports/support.ts";
import { type S3Server, startS3 } from "../ports/s3-server.ts";
import { exportNow } from "./archive.ts";

const nameOf = () => `${newId()}_export.zip`;
const list = async (admin: Person): Promise<string[]> => (await admin.request("GET", "exports")).body;

/** A file in the directory of exports, so many days old. */
function put(name: string, days = 0): void {
  const directory = join(sharedNode().dataDir, "files/export");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), "an archive");
  const at = new Date(Date.now() - days * 86_400_000);
  utimesSync(join(directory, name), at, at);
}

describe("exports in the store of all files", () => {
  let admin: Person;
  let ada: Person;
  beforeAll(async () => {
    admin = adminOf(sharedNode());
    ada = await makeUser();
  });

  it("are listed, read in parts and deleted", async () => {
    const name = nameOf();
    expect(await list(admin)).not.toContain(name);
    put(name);
    put(`${newId()}_other.txt`);
    expect(await list(admin)).toContain(name);
    expect((await list(admin)).filter((one) => !/^\w{26}_export\.zip$/.test(one))).toEqual([]);
    expect((await download(admin, `exports/${name}`)).text).toBe("an archive");
    const part = await download(admin, `exports/${name}`, { range: "bytes=3-6" });
    expect([part.status, part.text]).toEqual([206, "arch"]);
    expect((await admin.request("DELETE", `exports/${name}`)).status).toBe(200);
    expect(await list(admin)).not.toContain(name);
    expect((await download(admin, `exports/${name}`)).status).toBe(404);
  });

  it("are an administrator's", async () => {
    const name = nameOf();
    for (const [method, path] of [
      ["GET", "exports"],
      ["GET", `exports/${name}`],
      ["DELETE", `exports/${name}`],
      ["POST", `exports/${name}/presign-url`],
    ] as const)
      expect((await ada.request(method, path)).status, path).toBe(403);
    expect((await admin.request("GET", `exports/${name}`)).status).toBe(404);
    expect((await admin.request("GET", "exports/..%2f..%2fetc%2fpasswd")).status).toBe(404);
    const { status, body } = await admin.request("POST", `exports/${name}/presign-url`);
    expect([status, body.id]).toEqual([501, "app.eport.generate_presigned_url.featureflag.app_error"]);
  });

  it("go after RetentionDays", async () => {
    const [old, young] = [nameOf(), nameOf()];
    put(old, 31);
    put(young, 29);
    const { body } = await admin.request("POST", "jobs", { type: "export_delete" });
    expect(await ended(admin, body.id)).toMatchObject({ status: "success" });
    const names = await list(admin);
    expect([names.includes(old), names.includes(young)]).toEqual([false, true]);
    // Not of this job alone: the node's own of every day may have come first.
    const jobs: { data: { deleted?: string } }[] = (await admin.request("GET", "jobs/type/export_delete"))
      .body;
    expect(jobs.reduce((sum, { data }) => sum + Number(data.deleted ?? 0), 0)).toBe(1);
  });
});

describe("exports in an S3 of their own", () => {
  let s3: S3Server;
  let node: OwnNode;
  let admin: Person;
  beforeAll(async () => {
    s3 = await startS3({
      buckets: ["exports"],
      accessKeyId: "KEY",
      secretAccessKey: "SECRET",
      region: "us-east-1",
    });
    const settings = {
      DedicatedExportStore: "true",
      ExportDriverName: "amazons3",
      ExportAmazonS3Endpoint: `127.0.0.1:${s3.port}`,
      ExportAmazonS3SSL: "false",
      ExportAmazonS3Bucket: "exports",
      ExportAmazonS3AccessKeyId: "KEY",
      ExportAmazonS3SecretAccessKey: "SECRET",
      ExportAmazonS3PathPrefix: "mm",
      ExportAmazonS3PresignExpiresSeconds: "60",
    };
    const env = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`MM_FILESETTINGS_${key.toUpperCase()}`, value]),
    );
    node = await ownNode({ env: { ...env, MM_FEATUREFLAGS_ENABLEEXPORTDIRECTDOWNLOAD: "true" } });
    admin = adminOf(node);
  });
  afterAll(async () => {
    await node?.stop();
    await s3?.stop();
  });

  it("are looked through once a day, as imports are (semantics 24.5)", async () => {
    const sql = database(node);
    const query = async (text: string, params: unknown[] = []) => [
      ...(await sql.unsafe(text, params as never)),
    ];
    const schedule = async () => {
      vi.resetModules();
      const { scheduleDaily } = await import("../../workers/actions/jobs/retention.ts");
      await scheduleDaily({ sql: { query } } as unknown as Context);
    };
    const counts = async () =>
      (
        await sql`select count(*)::int as n from jobs where type in ('export_delete', 'import_delete') group by type`
      ).map(({ n }) => n);
    await schedule();
    await schedule();
    expect(await counts()).toEqual([1, 1]);
    const yesterday = Date.now() - 86_400_001;
    await sql`update jobs set createat = ${yesterday}, status = 'in_progress', lastactivityat = ${Date.now()}`;
    await schedule();
    expect(await counts(), "those that run are enough").toEqual([1, 1]);
    await sql`update jobs set status = 'success'`;
    await schedule();
    expect(await counts()).toEqual([2, 2]);
  });

  it("are given to whoever has a signed address, for its time", async () => {
    const { job } = await exportNow(admin);
    const name = `${job.id}_export.zip`;
    expect(await list(admin)).toEqual([name]);
    expect([...s3.buckets.get("exports")!.keys()]).toEqual([`mm/export/${name}`]);
    const { status, body } = await admin.request("POST", `exports/${name}/presign-url`);
    expect([status, body.expiration]).toEqual([200, 60_000_000_000]);
    const got = await fetch(body.url);
    expect([got.status, Buffer.from(await got.arrayBuffer())]).toEqual([
      200,
      s3.buckets.get("exports")!.get(`mm/export/${name}`)!.body,
    ]);
    expect((await fetch(body.url.replace(job.id, newId()))).status).toBe(403);
    expect((await fetch(body.url.replace("Expires=60", "Expires=6000"))).status).toBe(403);
    expect((await admin.request("POST", `exports/${nameOf()}/presign-url`)).status).toBe(404);
  });
});
