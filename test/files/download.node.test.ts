// GET /files/{id} and what belongs to it (semantics 11.7, 11.9; http-conventions 4.3).

import type { Post } from "@mattermost/types/posts";
import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { Browser } from "../harness/client.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { jpeg } from "../images/fixtures.ts";
import { download, type Uploaded, uploadOne } from "./uploads.ts";

let world: World;
let alice: Person;
let bob: Person;
let channel: string;
let text: Uploaded["file_infos"][0];
const CONTENT = "0123456789";

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = world.users as [Person, Person];
  channel = world.channel.id;
  text = await uploadOne(alice, channel, "täxt 'a'.txt", CONTENT);
});

describe("headers", () => {
  test("of a file that is downloaded", async () => {
    const { status, headers, text: body } = await download(alice, `files/${text.id}`);
    expect([status, body]).toEqual([200, CONTENT]);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "content-length": "10",
      "content-disposition": `attachment;filename="t%C3%A4xt%20%27a%27.txt"; filename*=UTF-8''t%C3%A4xt%20%27a%27.txt`,
      "cache-control": "private, max-age=86400",
      "last-modified": new Date(Math.floor(text.update_at / 1_000) * 1_000).toUTCString(),
      "accept-ranges": "bytes",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "content-security-policy": "Frame-ancestors 'none'",
      "x-uncompressed-content-length": "10",
      "x-edgemost-sql": "1",
      "x-edgemost-files": "1",
    });
    expect(headers.get("content-encoding")).toBeNull();
  });

  test.each([
    ["a.jpg", "image/jpeg", "inline"],
    ["a.png", "image/png", "inline"],
    ["a.gif", "image/gif", "inline"],
    ["a.mp4", "video/mp4", "inline"],
    ["a.mp3", "audio/mpeg", "inline"],
    ["a.wav", "audio/wav", "inline"],
    ["a.svg", "image/svg+xml", "attachment"],
    ["a.pdf", "application/pdf", "attachment"],
    ["a.html", "text/plain", "attachment"],
    ["a.HTM", "text/plain", "attachment"],
    ["a.js", "text/plain", "attachment"],
    ["a.mjs", "text/plain", "attachment"],
    ["a.txt", "text/plain; charset=utf-8", "attachment"],
    ["a.unknown", "application/octet-stream", "attachment"],
    ["a", "application/octet-stream", "attachment"],
  ])("%s is served as %s, %s", async (name, type, disposition) => {
    const { id } = await uploadOne(alice, channel, name, "<script>alert(1)</script>");
    const { headers } = await download(alice, `files/${id}`);
    expect([headers.get("content-type"), headers.get("content-disposition")!.split(";")[0]]).toEqual([
      type,
      disposition,
    ]);
    const forced = await download(alice, `files/${id}?download=1`);
    expect(forced.headers.get("content-disposition")).toMatch(/^attachment;/);
  });

  test("of types that others have stored", async () => {
    const { id } = await uploadOne(alice, channel, "a.bin", "x");
    for (const [stored, served] of [
      ["TEXT/HTML", "text/plain"],
      ["text/html;charset=x", "text/plain"],
      ["application/x-javascript", "text/plain"],
      ["application/ecmascript", "text/plain"],
      ["", "application/octet-stream"],
    ]) {
      await database()`update fileinfo set mimetype = ${stored!} where id = ${id}`;
      expect((await download(alice, `files/${id}`)).headers.get("content-type")).toBe(served);
    }
  });
});

describe("ranges", () => {
  test.each([
    ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
    ["bytes=4-", 206, "456789", "bytes 4-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-99", 206, CONTENT, "bytes 0-9/10"],
    ["bytes=9-99", 206, "9", "bytes 9-9/10"],
    ["bytes=0-0", 206, "0", "bytes 0-0/10"],
    ["bytes=5-2", 200, CONTENT, null],
    ["bytes=0-1,4-5", 200, CONTENT, null],
    ["bytes=x-y", 200, CONTENT, null],
    ["bytes=-", 200, CONTENT, null],
    ["lines=1-2", 200, CONTENT, null],
  ])("%s is %i", async (range, status, body, contentRange) => {
    const answer = await download(alice, `files/${text.id}`, { range });
    expect([answer.status, answer.text, answer.headers.get("content-range")]).toEqual([
      status,
      body,
      contentRange,
    ]);
    expect(answer.headers.get("content-length")).toBe(String(body.length));
  });

  test.each(["bytes=10-", "bytes=10-20", "bytes=99999999999-", "bytes=-0"])("%s is 416", async (range) => {
    const answer = await download(alice, `files/${text.id}`, { range });
    expect([answer.status, answer.headers.get("content-range")]).toEqual([416, "bytes */10"]);
  });

  test("hold only for the version that If-Range names", async () => {
    const modified = (await download(alice, `files/${text.id}`)).headers.get("last-modified")!;
    const get = (condition: string) =>
      download(alice, `files/${text.id}`, { range: "bytes=0-1", "if-range": condition });
    expect((await get(modified)).status).toBe(206);
    expect((await get("Thu, 01 Jan 2026 00:00:00 GMT")).status).toBe(200);
    expect((await get('"an-etag"')).status).toBe(200);
  });
});

describe("conditions and HEAD", () => {
  test("If-Modified-Since", async () => {
    const { headers } = await download(alice, `files/${text.id}`);
    const modified = headers.get("last-modified")!;
    const same = await download(alice, `files/${text.id}`, { "if-modified-since": modified });
    expect([same.status, same.text, same.headers.get("x-edgemost-files")]).toEqual([304, "", "0"]);
    const older = new Date(Date.parse(modified) - 1_000).toUTCString();
    expect((await download(alice, `files/${text.id}`, { "if-modified-since": older })).status).toBe(200);
    expect((await download(alice, `files/${text.id}`, { "if-modified-since": "rubbish" })).status).toBe(200);
  });

  test("HEAD answers as GET, without the body", async () => {
    const image = await uploadOne(alice, channel, "a.jpg", jpeg);
    for (const path of [
      `files/${text.id}`,
      `files/${image.id}`,
      `files/${image.id}/thumbnail`,
      `files/${image.id}/preview`,
    ]) {
      const get = await download(alice, path);
      const head = await download(alice, path, {}, "HEAD");
      expect([head.status, head.bytes.length]).toEqual([200, 0]);
      for (const name of [
        "content-type",
        "content-length",
        "content-disposition",
        "last-modified",
        "cache-control",
      ]) {
        expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
      }
    }
  });

  test("HEAD with a cookie needs no CSRF token", async () => {
    const browser = new Browser(world.node);
    await browser.login(alice.username, alice.password);
    const head = await fetch(`${world.node.url}/api/v4/files/${text.id}`, {
      method: "HEAD",
      headers: { cookie: browser.cookieHeader },
    });
    expect(head.status).toBe(200);
  });
});

describe("info", () => {
  test("is what the upload answered", async () => {
    const { body, headers } = await alice.request("GET", `files/${text.id}/info`);
    expect(body).toEqual(text);
    expect(headers.get("cache-control")).toBe("max-age=2592000, private");
  });

  test("public links are off by default", async () => {
    const { status, body } = await alice.request("GET", `files/${text.id}/link`);
    expect([status, body.id]).toEqual([501, "api.file.get_public_link.disabled.app_error"]);
    expect((await download({ ...alice, token: "" }, `/files/${text.id}/public?h=x`)).status).toBe(501);
  });
});

describe("who may read", () => {
  const paths = (id: string) => [
    `files/${id}`,
    `files/${id}/info`,
    `files/${id}/thumbnail`,
    `files/${id}/preview`,
  ];

  test("nobody without a session, and nothing that is not there", async () => {
    for (const path of paths(text.id))
      expect((await download({ ...alice, token: "" }, path)).status).toBe(401);
    for (const path of paths(newId())) expect((await download(alice, path)).status).toBe(404);
    for (const id of ["x", "x".repeat(27), "%00", "..%2f..%2fetc"])
      expect((await download(alice, `files/${id}`)).status).toBe(400);
  });

  test("its uploader alone while it has no post; then who may read the channel", async () => {
    const secret = await makeChannel(alice, world.team, { type: "P", members: [bob] });
    const outsider = await makeUser();
    const { id } = await uploadOne(alice, secret.id, "a.jpg", jpeg);
    for (const path of paths(id)) {
      expect((await download(alice, path)).status).toBe(200);
      expect((await download(bob, path)).status).toBe(403);
    }
    await alice.client.createPost({
      channel_id: secret.id,
      message: "look",
      file_ids: [id],
    } as unknown as Post);
    for (const path of paths(id)) {
      expect((await download(bob, path)).status).toBe(200);
      expect((await download(outsider, path)).status).toBe(403);
    }
    await alice.client.removeFromChannel(bob.id, secret.id);
    for (const path of paths(id)) expect((await download(bob, path)).status).toBe(403);
  });

  test("its uploader also after leaving the channel", async () => {
    const secret = await makeChannel(alice, world.team, { type: "P", members: [bob] });
    const { id } = await uploadOne(bob, secret.id, "a.jpg", jpeg);
    await bob.client.createPost({
      channel_id: secret.id,
      message: "mine",
      file_ids: [id],
    } as unknown as Post);
    await alice.client.removeFromChannel(bob.id, secret.id);
    expect((await download(bob, `files/${id}`)).status).toBe(200);
  });

  test("a member of the team in an open channel; nobody once the file is deleted", async () => {
    const open = await makeChannel(alice, world.team);
    const { id } = await uploadOne(alice, open.id, "a.jpg", jpeg);
    const post = await alice.client.createPost({
      channel_id: open.id,
      message: "x",
      file_ids: [id],
    } as unknown as Post);
    expect((await download(bob, `files/${id}`)).status).toBe(200);
    await alice.client.deletePost(post.id);
    await expect.poll(async () => (await download(alice, `files/${id}`)).status).toBe(404);
  });

  test("a bookmark's file is its channel's", async () => {
    const { id } = await uploadOne(alice, channel, "a.jpg", jpeg);
    await database()`update fileinfo set creatorid = 'bookmark' where id = ${id}`;
    expect((await download(bob, `files/${id}`)).status).toBe(200);
    expect((await download(await makeUser(), `files/${id}`)).status).toBe(403);
  });

  test("a file that the store has lost is 404, not 500", async () => {
    const { id } = await uploadOne(alice, channel, "a.jpg", jpeg);
    await database()`update fileinfo set path = 'gone/x.jpg', thumbnailpath = '../../etc/passwd' where id = ${id}`;
    expect((await download(alice, `files/${id}`)).status).toBe(404);
    expect((await download(alice, `files/${id}`, {}, "HEAD")).status).toBe(404);
    expect((await download(alice, `files/${id}/thumbnail`)).status).toBe(404);
  });
});
