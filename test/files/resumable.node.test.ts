// Uploads in several requests (semantics 11.11).

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { sharedNode } from "../harness/node.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { plainFetch } from "../harness/watch.ts";
import { makePng } from "../images/make.ts";
import { download } from "./uploads.ts";

const MIB = 1024 * 1024;

let world: World;
let alice: Person;
let channel: string;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  alice = world.users[0]!;
  channel = world.channel.id;
});

const create = (who: Person, filename: string, size: number, more = {}) =>
  who.request("POST", "uploads", { channel_id: channel, filename, file_size: size, ...more });

/** Its 204 is not in api-v4.json's list of what is really served. */
async function send(who: Person, id: string, bytes: Uint8Array) {
  const response = await plainFetch(`${sharedNode().url}/api/v4/uploads/${id}`, {
    method: "POST",
    headers: { authorization: `Bearer ${who.token}`, "content-type": "application/octet-stream" },
    body: bytes as unknown as string,
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}

function random(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 8)) & 255;
  return bytes;
}
const parts = (id: string) =>
  (readdirSync(join(sharedNode().dataDir, "files"), { recursive: true }) as string[]).filter(
    (name) => name.includes(id) && name.endsWith(".part"),
  );

test("a file comes in parts, and is as one that came at once", async () => {
  const bytes = random(12 * MIB + 5);
  const created = await create(alice, "../big file.bin", bytes.length);
  expect(created.status).toBe(201);
  expect(created.body).toEqual({
    id: expect.stringMatching(/^[a-z0-9]{26}$/),
    type: "attachment",
    create_at: expect.any(Number),
    user_id: alice.id,
    channel_id: channel,
    filename: "big file.bin",
    file_size: bytes.length,
    file_offset: 0,
  });
  const { id } = created.body;
  expect((await send(alice, id, bytes.subarray(0, 6 * MIB))).status).toBe(204);
  expect((await alice.request("GET", `uploads/${id}`)).body.file_offset).toBe(6 * MIB);
  expect((await send(alice, id, bytes.subarray(6 * MIB, 6 * MIB + 1))).status).toBe(204);
  expect((await alice.request("GET", `users/me/uploads`)).body.map((upload: any) => upload.id)).toContain(id);
  const done = await send(alice, id, bytes.subarray(6 * MIB + 1));
  expect([done.status, done.body]).toMatchObject([
    200,
    { name: "big file.bin", size: bytes.length, user_id: alice.id, channel_id: channel },
  ]);
  expect((await download(alice, `files/${done.body.id}`)).bytes.equals(bytes)).toBe(true);
  expect((await alice.request("GET", `uploads/${id}`)).status).toBe(404);
  await expect.poll(() => parts(id)).toEqual([]);
});

test("a small file may come at once, an image gets its renditions", async () => {
  const png = makePng(300, 200, () => [9, 9, 9, 255]);
  const { body } = await create(alice, "a.png", png.length);
  const done = await send(alice, body.id, png);
  expect(done.body).toMatchObject({ width: 300, height: 200, has_preview_image: true });
  expect((await download(alice, `files/${done.body.id}/thumbnail`)).status).toBe(200);
});

test("what came before the connection was lost is kept", async () => {
  const bytes = random(8 * MIB);
  const { id } = (await create(alice, "lost.bin", bytes.length)).body;
  const abort = new AbortController();
  let sent = 0;
  let underWay = () => {};
  const most = new Promise<void>((resolve) => {
    underWay = resolve;
  });
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (sent >= 7 * MIB) {
        // All but the last chunk has left this process, so it arrives however the connection ends.
        underWay();
        return new Promise(() => {});
      }
      controller.enqueue(bytes.subarray(sent, sent + MIB));
      sent += MIB;
    },
  });
  const request = plainFetch(`${sharedNode().url}/api/v4/uploads/${id}`, {
    method: "POST",
    headers: { authorization: `Bearer ${alice.token}` },
    body,
    duplex: "half",
    signal: abort.signal,
  } as RequestInit);
  await Promise.all([expect(request).rejects.toThrow(), most.then(() => abort.abort())]);
  const offsetNow = async () => (await alice.request("GET", `uploads/${id}`)).body.file_offset;
  await expect.poll(offsetNow, { timeout: 20_000 }).toBeGreaterThanOrEqual(5 * MIB);
  const offset = await offsetNow();
  const done = await send(alice, id, bytes.subarray(offset));
  expect(done.status).toBe(200);
  expect((await download(alice, `files/${done.body.id}`)).bytes.equals(bytes)).toBe(true);
}, 60_000);

describe("refusals", () => {
  test("of sizes", async () => {
    for (const size of [0, -1, 1.5, "x", null])
      expect((await create(alice, "a", size as number)).status).toBe(400);
    expect((await create(alice, "a", 200 * MIB)).status).toBe(413);
    const { id } = (await create(alice, "a", 6 * MIB)).body;
    const small = await send(alice, id, random(1_000));
    expect([small.status, small.body.id]).toEqual([
      400,
      "app.upload.upload_data.first_part_too_small.app_error",
    ]);
    const large = await send(alice, id, random(6 * MIB + 1));
    expect([large.status, large.body.id]).toEqual([400, "app.upload.upload_data.large.app_error"]);
    expect((await alice.request("GET", `uploads/${id}`)).body.file_offset).toBe(0);
    expect(parts(id)).toEqual([]);
  });

  test("of more than one writer", async () => {
    const bytes = random(6 * MIB);
    const { id } = (await create(alice, "a.bin", bytes.length)).body;
    const answers = await Promise.all([
      send(alice, id, bytes),
      send(alice, id, bytes),
      send(alice, id, bytes),
    ]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBe(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 200)) {
      expect(
        ["app.upload.upload_data.concurrent.app_error", "app.upload.get.app_error"],
        String(status),
      ).toContain(body.id);
    }
  });

  test("of who may not", async () => {
    const { id } = (await create(alice, "a", 10)).body;
    const [, bob] = world.users as [Person, Person];
    expect((await bob.request("GET", `uploads/${id}`)).status).toBe(403);
    expect((await send(bob, id, random(10))).status).toBe(403);
    expect((await world.admin.request("GET", `uploads/${id}`)).status).toBe(200);
    expect((await bob.request("GET", `users/${alice.id}/uploads`)).status).toBe(403);
    const stranger = await makeUser();
    expect((await create(stranger, "a", 10)).status).toBe(403);
    const secret = await makeChannel(alice, world.team, { type: "P" });
    expect((await create(bob, "a", 10, { channel_id: secret.id })).status).toBe(403);
    expect((await create(alice, "a", 10, { type: "import" })).status).toBe(403);
    expect((await alice.request("GET", `uploads/${newId()}`)).status).toBe(404);
  });
});

test("an import goes to the import directory", async () => {
  const { body } = await create(world.admin, "export.zip", 3, { type: "import", channel_id: "" });
  expect(body).toMatchObject({ type: "import", channel_id: "" });
  const name = `${body.id}_export.zip`;
  expect(await send(world.admin, body.id, random(3))).toMatchObject({ status: 200, body: { name, size: 3 } });
  expect(readdirSync(join(sharedNode().dataDir, "files/import"))).toContain(`${body.id}_export.zip`);
});
