// The web client's files (client-flows 10): uploads by form, what the message and its viewers show of them, the bytes with
// their headers, drafts, avatars and icons.

import type { FileInfo } from "@mattermost/types/files";
import type { Post } from "@mattermost/types/posts";
import { beforeAll, expect, test } from "vitest";
import { formOf, type TestFile } from "../files/uploads.ts";
import { makeWorld, type World } from "../harness/people.ts";
import { gif, jpeg } from "../images/fixtures.ts";
import { makePng } from "../images/make.ts";
import { openTab, type Tab } from "./support/tab.ts";

const png = makePng(300, 200, (x, y) => [x % 256, y % 256, 0, 255]);
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"></svg>';

let world: World;
let alice: Tab;
let bob: Tab;
let channel: string;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = (await Promise.all(world.users.map(openTab))) as [Tab, Tab];
  channel = world.channel.id;
});

/** One file in a request of its own, as the client sends each. */
async function upload(tab: Tab, file: TestFile, client = `client-${file.name}`): Promise<FileInfo> {
  const { status, data: body, headers } = await tab.ask("POST", "files", formOf(channel, [file], [client]));
  expect(status).toBe(201);
  expect(headers.get("content-type")).toBe("application/json");
  expect(body.client_ids).toEqual([client]);
  expect(body.file_infos).toHaveLength(1);
  return body.file_infos[0];
}

const send = (tab: Tab, message: string, file_ids: string[]) => tab.say(channel, message, { file_ids });

test("files uploaded at once come with the post, to its channel and to its reader", async () => {
  const [photo, drawing, moving, vector, notes] = (await Promise.all([
    upload(alice, { name: "Foto größe 1.JPG", bytes: jpeg }),
    upload(alice, { name: "chart.png", bytes: png }),
    upload(alice, { name: "moving.gif", bytes: gif }),
    upload(alice, { name: "icon.svg", bytes: svg }),
    upload(alice, { name: "notes", bytes: "" }),
  ])) as [FileInfo, FileInfo, FileInfo, FileInfo, FileInfo];
  const common = { user_id: alice.id, channel_id: channel, delete_at: 0, archived: false };
  const image = { ...common, has_preview_image: true, mini_preview: expect.any(String) };
  expect(photo).toMatchObject({
    ...image,
    name: "Foto größe 1.JPG",
    extension: "jpg",
    mime_type: "image/jpeg",
  });
  expect(photo).toMatchObject({ width: 48, height: 32, size: jpeg.length, create_at: expect.any(Number) });
  expect(Buffer.from(photo.mini_preview!, "base64").subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  expect(drawing).toMatchObject({
    ...image,
    extension: "png",
    mime_type: "image/png",
    width: 300,
    height: 200,
  });
  expect(moving).toMatchObject({ ...common, has_preview_image: false, width: 48, height: 32 });
  expect(vector).toMatchObject({ ...common, has_preview_image: false, mime_type: "image/svg+xml" });
  expect(notes).toMatchObject({ ...common, extension: "", mime_type: "", size: 0, width: 0, height: 0 });
  expect(notes).toMatchObject({ has_preview_image: false, mini_preview: null });

  const ids = [photo, drawing, moving, vector, notes].map(({ id }) => id);
  const post = await send(alice, "", ids);
  expect(post.file_ids).toEqual(ids);
  expect(post.message).toBe("");
  expect(post.metadata.files.map(({ id }) => id).sort()).toEqual([...ids].sort());
  for (const info of post.metadata.files) expect(info).toMatchObject({ post_id: post.id, user_id: alice.id });
  const posted = await bob.next("posted", (event) => event.parsed.post.id === post.id);
  expect(posted.data).toMatchObject({ image: "true", otherFile: "true" });
  expect(posted.parsed.post.metadata.files).toEqual(post.metadata.files);
  const page = await bob.client.getPosts(channel, 0, 30, true, true, false);
  expect(page.posts[post.id]!.metadata.files).toEqual(post.metadata.files);
  expect(page.posts[post.id]!.file_ids).toEqual(ids);
  expect((await bob.client.getChannelStats(channel, true)).files_count).toBe(ids.length);
  expect((await bob.client.getFileInfosForPost(post.id)).map(({ id }) => id).sort()).toEqual([...ids].sort());

  // A single image's probe, then its picture, then the viewer.
  const probe = await bob.load(`files/${photo.id}/thumbnail`, {}, "HEAD");
  expect([probe.status, probe.bytes.length]).toEqual([200, 0]);
  const [thumbnail, preview, original] = await Promise.all([
    bob.load(`files/${photo.id}/thumbnail`),
    bob.load(`files/${photo.id}/preview`),
    bob.load(`files/${photo.id}`),
  ]);
  for (const each of [thumbnail, preview, original]) {
    expect([each.status, each.get("content-type")]).toEqual([200, "image/jpeg"]);
    expect(each.get("cache-control")).toBe("private, max-age=86400");
    expect(each.get("x-content-type-options")).toBe("nosniff");
    expect(each.get("x-frame-options")).toBe("DENY");
    expect(each.get("content-security-policy")).toBe("Frame-ancestors 'none'");
    expect(each.get("content-disposition")).toMatch(
      /^inline;.*filename\*=UTF-8''Foto%20gr%C3%B6%C3%9Fe%201\.JPG$/,
    );
  }
  expect(probe.get("content-length")).toBe(String(thumbnail.bytes.length));
  expect(original.bytes.equals(Buffer.from(jpeg))).toBe(true);
  // The client shows a moving picture itself, whatever else there is of it.
  for (const none of [vector, notes])
    for (const part of ["thumbnail", "preview"])
      expect((await bob.load(`files/${none.id}/${part}`)).status).toBe(400);
  const [asVector, asNotes, download] = await Promise.all([
    bob.load(`files/${vector.id}`),
    bob.load(`files/${notes.id}`),
    bob.load(`files/${photo.id}?download=1`),
  ]);
  expect(asVector.get("content-type")).toBe("image/svg+xml");
  expect(asNotes.get("content-type")).toBe("application/octet-stream");
  for (const each of [asVector, asNotes, download])
    expect(each.get("content-disposition")).toMatch(/^attachment;/);
});

test("a player asks for ranges, a browser asks again by date", async () => {
  const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, i) => i % 251));
  const { id } = await upload(alice, { name: "clip.mp4", bytes });
  await send(alice, "look", [id]);
  const whole = await bob.load(`files/${id}`, { range: "bytes=0-" });
  expect([whole.status, whole.get("content-range")]).toEqual([206, "bytes 0-999/1000"]);
  expect([whole.get("content-type"), whole.get("accept-ranges")]).toEqual(["video/mp4", "bytes"]);
  const part = await bob.load(`files/${id}`, { range: "bytes=100-199" });
  expect([part.status, part.get("content-range")]).toEqual([206, "bytes 100-199/1000"]);
  expect(part.bytes.equals(bytes.subarray(100, 200))).toBe(true);
  expect((await bob.load(`files/${id}`, { range: "bytes=-10" })).bytes.equals(bytes.subarray(990))).toBe(
    true,
  );
  expect((await bob.load(`files/${id}`, { range: "bytes=1000-" })).status).toBe(416);
  const date = whole.get("last-modified")!;
  const again = await bob.load(`files/${id}`, { "if-modified-since": date });
  expect([again.status, again.bytes.length]).toEqual([304, 0]);
  expect((await bob.load(`files/${id}`, { range: "bytes=0-9", "if-range": date })).status).toBe(206);
});

test("forms of other orders, without client ids, and a raw body are as good; what is wrong says so in words", async () => {
  const form = (...parts: [string, string | Blob, string?][]) => {
    const data = new FormData();
    for (const [name, value, file] of parts)
      typeof value === "string" ? data.append(name, value) : data.append(name, value, file);
    return data;
  };
  const a: [string, Blob, string] = ["files", new Blob(["a"]), "a.txt"];
  const b: [string, Blob, string] = ["files", new Blob(["b"]), "b.txt"];
  const at: [string, string] = ["channel_id", channel];
  const [one, two]: [string, string][] = [
    ["client_ids", "1"],
    ["client_ids", "2"],
  ];
  for (const body of [
    form(at, one!, two!, a, b),
    form(one!, at, a, two!, b),
    form(a, b, one!, two!, at),
    form(at, one!, a, two!, b),
  ]) {
    const answer = await alice.ask("POST", "files", body);
    expect([answer.status, answer.data.client_ids]).toEqual([201, ["1", "2"]]);
    expect(answer.data.file_infos.map(({ name }: FileInfo) => name)).toEqual(["a.txt", "b.txt"]);
  }
  const bare = await alice.ask("POST", "files", form(at, a, b));
  expect([bare.status, bare.data.client_ids, bare.data.file_infos.length]).toEqual([201, [], 2]);
  const query = `channel_id=${channel}&filename=${encodeURIComponent("größe.txt")}`;
  const raw = await fetch(`${alice.url}/api/v4/files?${query}&client_id=x`, {
    method: "POST",
    headers: { cookie: alice.cookies.header, "X-CSRF-Token": alice.readable.get("MMCSRF")! },
    body: "abc",
  });
  const { client_ids, file_infos } = (await raw.json()) as any;
  expect([raw.status, client_ids, file_infos[0].name]).toEqual([201, ["x"], "größe.txt"]);
  for (const wrong of [form(at, one!, a, b), form(a), form(at)]) {
    const { status, data: body } = await alice.ask("POST", "files", wrong);
    expect(status).toBe(400);
    expect(body).toMatchObject({ id: expect.any(String), status_code: 400 });
    expect(body.message.length).toBeGreaterThan(10);
  }
});

test("a draft keeps its files, an edit takes one away and gives it back, and the post takes the rest with it", async () => {
  const [kept, dropped] = (await Promise.all([
    upload(alice, { name: "kept.txt", bytes: "kept" }),
    upload(alice, { name: "dropped.txt", bytes: "dropped" }),
  ])) as [FileInfo, FileInfo];
  const draft = {
    user_id: alice.id,
    channel_id: channel,
    root_id: "",
    message: "not yet",
    props: {},
    file_ids: [kept.id, dropped.id],
    create_at: 0,
    update_at: 0,
    delete_at: 0,
    metadata: {},
  };
  const saved = await alice.ask("POST", "drafts", draft, { "Connection-Id": alice.connectionId });
  expect(saved.status).toBe(201);
  expect(saved.data.metadata.files.map(({ id }: FileInfo) => id).sort()).toEqual(
    [kept.id, dropped.id].sort(),
  );
  const { data: drafts } = await alice.ask("GET", `users/me/teams/${world.team.id}/drafts`);
  expect(drafts).toMatchObject([{ channel_id: channel, message: "not yet", file_ids: draft.file_ids }]);
  expect(drafts[0].metadata.files).toEqual(saved.data.metadata.files);

  const [post, removed] = await Promise.all([
    send(alice, "now", draft.file_ids),
    alice.ask("DELETE", `users/me/channels/${channel}/drafts`, undefined, {
      "Connection-Id": alice.connectionId,
    }),
  ]);
  expect(removed.status).toBe(200);
  await alice.none("draft_created");
  await alice.none("draft_deleted");
  const patch = { id: post.id, message: "now", file_ids: [kept.id] } as Post;
  const edited = await alice.client.patchPost(patch);
  expect(edited).toMatchObject({ file_ids: [kept.id], edit_at: expect.any(Number) });
  expect(edited.edit_at).toBeGreaterThan(0);
  expect(edited.metadata.files.map(({ id }) => id)).toEqual([kept.id]);
  const event = await bob.next("post_edited", ({ parsed }) => parsed.post.id === post.id);
  expect(event.parsed.post.metadata.files.map(({ id }: FileInfo) => id)).toEqual([kept.id]);
  expect((await bob.load(`files/${dropped.id}`)).status).toBe(404);
  // The history shows what was there, and a restored version has it again.
  const [before] = await alice.client.getPostEditHistory(post.id);
  expect(before!.file_ids).toEqual(draft.file_ids);
  const restore = await alice.ask("POST", `posts/${post.id}/restore/${before!.id}`, undefined, {
    "Connection-Id": alice.connectionId,
  });
  expect(restore.status).toBe(200);
  expect((await bob.load(`files/${dropped.id}`)).status).toBe(200);
  await alice.client.deletePost(post.id);
  await expect.poll(async () => (await bob.load(`files/${kept.id}`)).status, { timeout: 10_000 }).toBe(404);
});

test("avatars and team icons are small pictures that browsers keep", async () => {
  const me = await alice.client.getMe();
  const generated = await bob.load(`users/${alice.id}/image?_=${me.last_picture_update}`);
  expect([generated.status, generated.get("content-type")]).toEqual([200, "image/png"]);
  expect(generated.get("cache-control")).toBe("max-age=86400, private");
  const tag = generated.get("etag")!;
  expect((await bob.load(`users/${alice.id}/image`, { "if-none-match": tag })).status).toBe(304);
  // Another name, another letter: what browsers keep by the old time must not be shown.
  const renamed = await alice.client.patchMe({ username: `zz${alice.username.slice(2)}` });
  expect(renamed.last_picture_update).not.toBe(me.last_picture_update);
  const letter = await bob.load(`users/${alice.id}/image`, { "if-none-match": tag });
  expect([letter.status, letter.bytes.equals(generated.bytes)]).toEqual([200, false]);
  await bob.next("user_updated", ({ data }) => data.user.username === renamed.username);
  const form = new FormData();
  form.append("image", new Blob([png]), "me.png");
  const changed = await alice.ask("POST", `users/${alice.id}/image`, form);
  expect([changed.status, changed.data]).toEqual([200, { status: "OK" }]);
  const updated = await bob.next("user_updated", ({ data }) => data.user.id === alice.id);
  expect(updated.data.user.last_picture_update).toBeGreaterThan(me.last_picture_update);
  const uploaded = await bob.load(`users/${alice.id}/image`, { "if-none-match": tag });
  expect([uploaded.status, uploaded.get("content-type")]).toEqual([200, "image/png"]);
  expect(uploaded.bytes.equals(generated.bytes)).toBe(false);
  expect((await bob.load(`teams/${world.team.id}/image`)).status).toBe(404);
  const icon = new FormData();
  icon.append("image", new Blob([png]), "icon.png");
  expect((await alice.ask("POST", `teams/${world.team.id}/image`, icon)).status).toBe(200);
  const team = await bob.next("update_team");
  expect(team.parsed.team.last_team_icon_update).toBeGreaterThan(0);
  const shown = await bob.load(`teams/${world.team.id}/image?_=${team.parsed.team.last_team_icon_update}`);
  expect([shown.status, shown.get("content-type")]).toEqual([200, "image/png"]);
});
