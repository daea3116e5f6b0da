// Files on posts (semantics 1.19, 11.8).

import type { Post } from "@mattermost/types/posts";
import { beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { jpeg } from "../images/fixtures.ts";
import { type Uploaded, upload, uploadOne } from "./uploads.ts";

let world: World;
let alice: Person;
let bob: Person;
let channel: string;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = world.users as [Person, Person];
  channel = world.channel.id;
});

const post = (who: Person, fileIds: string[], message = "with files") =>
  who.client.createPost({ channel_id: channel, message, file_ids: fileIds } as unknown as Post);

test("are attached in the order of the upload, and told to everyone with the post", async () => {
  const files = ["1.txt", "2.jpg", "3.txt"].map((name) => ({
    name,
    bytes: name.endsWith("jpg") ? jpeg : name,
  }));
  const { file_infos } = (await upload(alice, channel, files)).body as Uploaded;
  const ids = file_infos.map((info) => info.id);
  const socket = await bob.ws();
  const created = await post(alice, ids);
  expect(created.file_ids).toEqual(ids);
  expect(created.metadata.files?.map((info) => info.name)).toEqual(["1.txt", "2.jpg", "3.txt"]);
  expect(created.metadata.files?.[1]).toMatchObject({
    width: 48,
    height: 32,
    has_preview_image: true,
    post_id: created.id,
  });
  const event = await socket.next("posted", (e) => e.parsed.post.id === created.id);
  expect((event.parsed.post as unknown as Post).metadata.files?.map((info) => info.id)).toEqual(ids);
  const { body } = await bob.request("GET", `posts/${created.id}/files/info`);
  expect(body.map((info: any) => info.id)).toEqual(ids);
});

test("of somebody else, of another post, unknown ones: dropped", async () => {
  const mine = await uploadOne(alice, channel, "mine.txt", "x");
  const theirs = await uploadOne(bob, channel, "theirs.txt", "x");
  const used = await uploadOne(alice, channel, "used.txt", "x");
  await post(alice, [used.id]);
  const created = await post(alice, [theirs.id, used.id, mine.id, newId()]);
  expect(created.file_ids).toEqual([mine.id]);
  expect((await post(bob, [theirs.id])).file_ids).toEqual([theirs.id]);
});

test("a file is one post's, however many want it at once", async () => {
  const { id } = await uploadOne(alice, channel, "wanted.txt", "x");
  const posts = await Promise.all(Array.from({ length: 5 }, (_, i) => post(alice, [id], `try ${i}`)));
  expect(posts.filter((created) => created.file_ids?.includes(id)).length).toBe(1);
});

test("from another channel move with the post", async () => {
  const other = await makeChannel(alice, world.team);
  const { id } = await uploadOne(alice, other.id, "moving.txt", "x");
  await post(alice, [id]);
  expect((await bob.request("GET", `files/${id}/info`)).body).toMatchObject({ channel_id: channel });
});
