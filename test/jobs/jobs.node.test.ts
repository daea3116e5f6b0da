import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BlobReader, TextWriter, ZipReader } from "@zip.js/zip.js";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJobs } from "../../workers/actions/jobs/run.ts";
import { loadConfig } from "../../workers/config/load.ts";
import type { Context } from "../../workers/context.ts";
import { newId } from "../../workers/model/id.ts";
import { download, uploadOne } from "../files/uploads.ts";
import { sharedNode } from "../harness/node.ts";
import { makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

let world: World;
let ada: Person;
let bob: Person;
let own: ReturnType<typeof postgres>;
const stored = new Map<string, Uint8Array>();
const json = { to: 3802, from: [114, 3802], serialize: (text: unknown) => text, parse: JSON.parse };
const bigint = { to: 20, from: [20], serialize: String, parse: Number };
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ada, bob] = world.users as [Person, Person];
  own = postgres(world.node.databaseUrl, { max: 2, types: { json, bigint } as never, onnotice: () => {} });
});
afterAll(() => own?.end());

/** The runner here, on the node's database, with a store in memory that has every attachment. */
function contextHere(): Context {
  const { config } = loadConfig({ file: {}, environment: {} });
  const query = async (text: string, params: unknown[] = []) => [
    ...(await own.unsafe(text, params as never)),
  ];
  const files = {
    async write(path: string, body: ReadableStream<Uint8Array>) {
      const bytes = new Uint8Array(await new Response(body).arrayBuffer());
      stored.set(path, bytes);
      return bytes.length;
    },
    read: async () => ({ body: new Response("attached").body }),
  };
  return { config, sql: { query }, files } as unknown as Context;
}

const create = (body: unknown, who = world.admin) => who.request("POST", "jobs", body);
const get = async (id: string) => (await world.admin.request("GET", `jobs/${id}`)).body;

describe("jobs (semantics 24.3)", () => {
  it("are for those who may manage them, and of types that this server runs", async () => {
    for (const type of ["data_retention", "import_process", "constructor", "nothing"])
      expect((await create({ type })).body.id).toBe("api.job.unable_to_create_job.incorrect_job_type");
    const pictures = { type: "export_process", data: { include_profile_pictures: "true" } };
    expect((await create(pictures)).status).toBe(400);
    expect((await create({ type: "export_process" }, ada)).status).toBe(403);
    const { status, body } = await create({ type: "export_process" });
    expect([status, body]).toMatchObject([201, { status: "pending", progress: 0, data: {}, start_at: 0 }]);
    for (const path of ["jobs", "jobs/type/export_process", `jobs/${body.id}`])
      expect((await ada.request("GET", path)).status, path).toBe(403);
    const listed = await world.admin.request("GET", "jobs?job_type=export_process&status=pending");
    expect(listed.body.map(({ id }: { id: string }) => id)).toContain(body.id);
    expect((await world.admin.request("GET", "jobs/type/export_process")).body[0].id).toBe(body.id);
    expect((await world.admin.request("GET", "jobs/type/nothing")).status).toBe(400);
    expect((await world.admin.request("GET", `jobs/${newId()}`)).status).toBe(404);
    expect((await ada.request("POST", `jobs/${body.id}/cancel`)).status).toBe(403);
    expect((await world.admin.request("POST", `jobs/${body.id}/cancel`)).status).toBe(200);
    expect((await get(body.id)).status).toBe("canceled");
    expect((await world.admin.request("POST", `jobs/${body.id}/cancel`)).status).toBe(400);
    const back = { status: "pending" };
    expect((await world.admin.request("PATCH", `jobs/${body.id}/status`, back)).status).toBe(400);
    const forced = await world.admin.request("PATCH", `jobs/${body.id}/status`, { ...back, force: true });
    expect(forced.status).toBe(200);
    await world.admin.request("POST", `jobs/${body.id}/cancel`);
  });

  it("export everything that a channel has, with attachments; a dead runner's job is run again", async () => {
    const file = await uploadOne(ada, world.channel.id, "a.txt", "a");
    const message = `exported ${newId()}`;
    const at = { channel_id: world.channel.id };
    const root = await ada.client.createPost({ ...at, message, file_ids: [file.id] } as never);
    await bob.client.createPost({ ...at, message: `re ${message}`, root_id: root.id } as never);
    await bob.client.addReaction(bob.id, root.id, "smile");
    const direct = await ada.client.createDirectChannel([ada.id, bob.id]);
    await ada.client.createPost({ channel_id: direct.id, message: `dm ${message}` } as never);
    const { body: job } = await create({ type: "export_process", data: { include_attachments: "true" } });
    const dead = Date.now() - 600_000;
    await database(
      world.node,
    )`update jobs set status = 'in_progress', startat = ${dead}, lastactivityat = ${dead} where id = ${job.id}`;
    // The first run finds the dead runner, the next one takes its job.
    await runJobs(contextHere(), () => true);
    await runJobs(contextHere(), () => true);
    expect(await get(job.id)).toMatchObject({ status: "success", progress: 100 });
    const archive = stored.get(`export/${job.id}_export.zip`)!;
    const entries = await new ZipReader(new BlobReader(new Blob([archive as never]))).getEntries();
    const text = await (entries[0] as any).getData(new TextWriter());
    const lines: any[] = text
      .trimEnd()
      .split("\n")
      .map((line: string) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ type: "version", version: 1 });
    const order = "version team channel user bot post emoji direct_channel direct_post".split(" ");
    const places = lines.map(({ type }) => order.indexOf(type));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const post = lines.find((line) => line.post?.message === message).post;
    const [row] = await database(world.node)`select path from fileinfo where id = ${file.id}`;
    expect(post).toMatchObject({
      team: world.team.name,
      channel: world.channel.name,
      user: ada.username,
      create_at: root.create_at,
      reactions: [{ user: bob.username, emoji_name: "smile" }],
      replies: [{ user: bob.username, message: `re ${message}` }],
      attachments: [{ path: row!.path }],
    });
    expect(lines.find((line) => line.user?.username === bob.username).user).toMatchObject({
      teams: [{ name: world.team.name, roles: "team_user", channels: expect.any(Array) }],
    });
    const members = [ada.username, bob.username].sort();
    const dm = lines.find((line) => line.direct_post?.message === `dm ${message}`).direct_post;
    expect(dm).toMatchObject({ channel_members: members, user: ada.username });
    expect(entries.map(({ filename }) => filename)).toContain(`data/${row!.path}`);
    const teams = lines.filter(({ type }) => type === "team").length;
    const [count] = await database(world.node)`select count(*)::int as n from teams where deleteat = 0`;
    expect(teams).toBe(count!.n);
  });
});

describe("exports", () => {
  it("are listed, read in parts and deleted", async () => {
    const { id } = (await create({ type: "export_process" })).body;
    await database(world.node)`update jobs set status = 'success' where id = ${id}`;
    const name = `${id}_export.zip`;
    const list = async () => (await world.admin.request("GET", "exports")).body;
    expect(await list()).not.toContain(name);
    const directory = join(sharedNode().dataDir, "files/export");
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, name), "an archive");
    expect(await list()).toContain(name);
    expect((await download(world.admin, `exports/${name}`)).text).toBe("an archive");
    const part = await download(world.admin, `exports/${name}`, { range: "bytes=3-6" });
    expect([part.status, part.text]).toEqual([206, "arch"]);
    expect((await world.admin.request("DELETE", `exports/${name}`)).status).toBe(200);
    expect(await list()).not.toContain(name);
    expect((await download(world.admin, `exports/${name}`)).status).toBe(404);
  });

  it("are an administrator's", async () => {
    const name = `${newId()}_export.zip`;
    expect((await ada.request("GET", "exports")).status).toBe(403);
    expect((await ada.request("GET", `exports/${name}`)).status).toBe(403);
    expect((await ada.request("DELETE", `exports/${name}`)).status).toBe(403);
    expect((await world.admin.request("GET", "exports")).status).toBe(200);
    expect((await world.admin.request("GET", `exports/${name}`)).status).toBe(404);
    expect((await world.admin.request("GET", "exports/..%2f..%2fetc%2fpasswd")).status).toBe(404);
  });
});
