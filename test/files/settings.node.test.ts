// What configuration changes: limits, public links, restricted conversations, and the S3 driver from end to end.

import { createHash } from "node:crypto";
import type { Post } from "@mattermost/types/posts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { jpeg } from "../images/fixtures.ts";
import { makePng } from "../images/make.ts";
import { type S3Server, startS3 } from "../ports/s3-server.ts";
import { download, upload, uploadOne } from "./uploads.ts";

const SALT = "a-salt-of-at-least-32-characters!!";
const LIMIT = 1_000_000;

let s3: S3Server;
let node: OwnNode;
let world: World;
let alice: Person;
let bob: Person;
let channel: string;

beforeAll(async () => {
  s3 = await startS3({
    buckets: ["files"],
    accessKeyId: "KEY",
    secretAccessKey: "SECRET",
    region: "us-east-1",
  });
  const settings = {
    MaxFileSize: String(LIMIT),
    MaxImageResolution: "10000",
    EnablePublicLink: "true",
    PublicLinkSalt: SALT,
    DriverName: "amazons3",
    AmazonS3Endpoint: `127.0.0.1:${s3.port}`,
    AmazonS3SSL: "false",
    AmazonS3Bucket: "files",
    AmazonS3AccessKeyId: "KEY",
    AmazonS3SecretAccessKey: "SECRET",
    AmazonS3PathPrefix: "mm",
  };
  const env = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`MM_FILESETTINGS_${key.toUpperCase()}`, value]),
  );
  node = await ownNode({
    env: {
      ...env,
      MM_TEAMSETTINGS_RESTRICTDIRECTMESSAGE: "team",
      MM_SERVICESETTINGS_SITEURL: "http://chat.example.com/mm",
    },
  });
  world = await makeWorld({ node, users: 2 });
  [alice, bob] = world.users as [Person, Person];
  channel = world.channel.id;
});

afterAll(async () => {
  await node?.stop();
  await s3?.stop();
});

const objects = () => [...s3.buckets.get("files")!.keys()];

describe("limits", () => {
  test("MaxFileSize is the size of the file, not of the request", async () => {
    const form = (size: number) => upload(alice, channel, [{ name: "a.bin", bytes: new Uint8Array(size) }]);
    expect((await form(LIMIT)).status).toBe(201);
    expect((await form(LIMIT + 1)).body.id).toBe("api.file.upload_file.too_large_detailed.app_error");
    expect((await form(LIMIT + 1_000)).status).toBe(413);
    const raw = (size: number) =>
      alice.request("POST", `files?channel_id=${channel}&filename=a.bin`, new Uint8Array(size), {
        "content-type": "application/octet-stream",
      });
    expect((await raw(LIMIT)).status).toBe(201);
    const over = await raw(LIMIT + 1);
    expect([over.status, over.body.id]).toEqual([413, "api.file.upload_file.too_large_detailed.app_error"]);
  });

  test("a body of unknown length is counted", async () => {
    const before = objects().length;
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < 40; i++) controller.enqueue(new Uint8Array(50_000));
        controller.close();
      },
    });
    const response = await fetch(`${node.url}/api/v4/files?channel_id=${channel}&filename=endless.bin`, {
      method: "POST",
      headers: { authorization: `Bearer ${alice.token}` },
      body: chunks,
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(objects().length).toBe(before);
  });

  test("MaxImageResolution counts pixels", async () => {
    const png = (width: number) => makePng(width, 100, () => [0, 0, 0, 255]);
    expect(await uploadOne(alice, channel, "fits.png", png(100))).toMatchObject({
      width: 100,
      has_preview_image: true,
    });
    const { status, body } = await upload(alice, channel, [{ name: "big.png", bytes: png(101) }]);
    expect([status, body.id]).toEqual([400, "api.file.upload_file.large_image_detailed.app_error"]);
  });
});

describe("public links", () => {
  test("are for the files of posts, and need nothing but the link", async () => {
    const { id } = await uploadOne(alice, channel, "a.jpg", jpeg);
    const early = await alice.request("GET", `files/${id}/link`);
    expect([early.status, early.body.id]).toEqual([400, "api.file.get_public_link.no_post.app_error"]);
    await alice.client.createPost({ channel_id: channel, message: "x", file_ids: [id] } as unknown as Post);
    const hash = createHash("sha256")
      .update(SALT + id)
      .digest("base64url");
    const { link } = (await bob.request("GET", `files/${id}/link`)).body;
    expect(link).toBe(`http://chat.example.com/mm/files/${id}/public?h=${hash}`);
    const nobody = { ...alice, token: "" };
    const path = `/files/${id}/public?h=${hash}`;
    const got = await download(nobody, path);
    expect([got.status, got.headers.get("content-type"), got.bytes.length]).toEqual([
      200,
      "image/jpeg",
      jpeg.length,
    ]);
    expect((await download(nobody, path, {}, "HEAD")).status).toBe(200);
    expect((await download(nobody, path, { range: "bytes=0-9" })).status).toBe(206);
    for (const wrong of ["", "x", hash.slice(0, -1), `${hash}=`, hash.toLowerCase()]) {
      expect((await download(nobody, `/files/${id}/public?h=${wrong}`)).status, wrong).toBe(400);
    }
    expect((await download(await makeUser({ node }), `files/${id}/link`)).status).toBe(403);
  });
});

test("a conversation of people who share no team any more takes no files", async () => {
  const carol = await makeUser({ node });
  await alice.client.addToTeam(world.team.id, carol.id);
  const { id } = await alice.client.createDirectChannel([alice.id, carol.id]);
  const files = [{ name: "a.txt", bytes: "a" }];
  expect((await upload(carol, id, files)).status).toBe(201);
  await alice.client.removeFromTeam(world.team.id, carol.id);
  const { status, body } = await upload(carol, id, files);
  expect([status, body.id]).toEqual([400, "api.file.upload_file.direct_restricted.app_error"]);
});

describe("on S3", () => {
  test("files and renditions are objects with their content types", async () => {
    const info = await uploadOne(alice, channel, "photo ä.jpg", jpeg);
    const [row] = await database(
      node,
    )`select path, thumbnailpath, previewpath from fileinfo where id = ${info.id}`;
    for (const path of [row!.path, row!.thumbnailpath, row!.previewpath]) {
      expect(s3.buckets.get("files")!.get(`mm/${path}`)).toMatchObject({ type: "image/jpeg" });
    }
    expect((await download(alice, `files/${info.id}`)).bytes.equals(Buffer.from(jpeg))).toBe(true);
    const part = await download(alice, `files/${info.id}`, { range: "bytes=-10" });
    expect([part.status, part.headers.get("content-range"), part.headers.get("content-length")]).toEqual([
      206,
      `bytes ${jpeg.length - 10}-${jpeg.length - 1}/${jpeg.length}`,
      "10",
    ]);
    expect((await download(alice, `files/${info.id}`, { range: "bytes=99999-" })).status).toBe(416);
    expect((await download(alice, `files/${info.id}/thumbnail`)).status).toBe(200);
    expect((await download(alice, `files/${info.id}`, {}, "HEAD")).headers.get("content-length")).toBe(
      String(jpeg.length),
    );
  });

  test("a store that fails is a 503, and nothing is half stored", async () => {
    const { id } = await uploadOne(alice, channel, "kept.txt", "kept");
    const before = objects();
    s3.failNext = 1_000;
    const answers = await Promise.all([
      upload(alice, channel, [{ name: "a.txt", bytes: "a" }]),
      upload(alice, channel, [{ name: "a.jpg", bytes: jpeg }]),
      alice.request("GET", `files/${id}`),
    ]);
    s3.failNext = 0;
    for (const { status, body } of answers)
      expect([status, body.id]).toEqual([503, "app.files.unavailable.app_error"]);
    expect(objects()).toEqual(before);
    const [row] = await database(
      node,
    )`select count(*)::int as n from fileinfo where name in ('a.txt', 'a.jpg') and createat > ${Date.now() - 60_000} and postid = '' and channelid = ${channel}`;
    expect(row!.n).toBe(0);
    expect((await download(alice, `files/${id}`)).text).toBe("kept");
  });

  test("a client that goes away in the middle leaves nothing", async () => {
    const before = objects();
    const abort = new AbortController();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        controller.enqueue(new Uint8Array(100_000));
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (controller.desiredSize === null) return;
      },
    });
    const sent = fetch(`${node.url}/api/v4/files?channel_id=${channel}&filename=torso.bin`, {
      method: "POST",
      headers: { authorization: `Bearer ${alice.token}` },
      body,
      duplex: "half",
      signal: abort.signal,
    } as RequestInit);
    setTimeout(() => abort.abort(), 300);
    await expect(sent).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(objects()).toEqual(before);
    expect([...s3.uploads]).toEqual([]);
  });
});
