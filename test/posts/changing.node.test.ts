import type { Post } from "@mattermost/types/posts";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { makeFile, page, rowTrips, say } from "./help.ts";

describe("changing posts", () => {
  let world: World;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    world = await makeWorld({ users: 2 });
    [alice, bob] = world.users as [Person, Person];
  });

  it("edits a message: history, hashtags, times, event; one round trip to read and one to write", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    const post = await say(alice, channel, "first #one");
    const ear = await bob.ws();
    const answer = await alice.request("PUT", `posts/${post.id}/patch`, { message: "second #two" });
    expect([answer.status, rowTrips(answer)]).toEqual([200, 2]);
    const edited = answer.body as Post;
    expect(edited).toMatchObject({ message: "second #two", hashtags: "#two", create_at: post.create_at });
    expect(edited.edit_at).toBe(edited.update_at);
    expect(edited.update_at).toBeGreaterThan(post.update_at);
    const event = await ear.next("post_edited");
    expect(event.parsed.post).toMatchObject({ id: post.id, message: "second #two" });
    expect(event.broadcast.channel_id).toBe(channel.id);
    const history = await alice.client.getPostEditHistory(post.id);
    expect(history).toMatchObject([
      { original_id: post.id, message: "first #one", update_at: edited.update_at },
    ]);
    expect(history[0]!.id).not.toBe(post.id);
    // Earlier versions are in no list.
    expect((await page(bob, channel, { since: 1 })).list.order).not.toContain(history[0]!.id);
    expect((await failureOf(bob.client.getPost(history[0]!.id))).status_code).toBe(404);
    expect((await failureOf(bob.client.getPostEditHistory(post.id))).status_code).toBe(403);
    const [row] = await database()`select lastpostat, totalmsgcount from channels where id = ${channel.id}`;
    expect(row).toMatchObject({ lastpostat: edited.update_at, totalmsgcount: 1 });
  });

  it("restores a version", async () => {
    const { channel } = world;
    const post = await say(alice, channel, "v1");
    await alice.client.patchPost({ id: post.id, message: "v2" } as Post);
    const [version] = await alice.client.getPostEditHistory(post.id);
    const other = await say(alice, channel, "other");
    const path = (id: string, of: string) => `posts/${id}/restore/${of}`;
    expect((await alice.request("POST", path(other.id, version!.id))).status).toBe(404);
    expect((await bob.request("POST", path(post.id, version!.id))).status).toBe(403);
    const { data: restored } = await alice.client.restorePostVersion(post.id, version!.id, "");
    expect(restored).toMatchObject({ id: post.id, message: "v1" });
    expect((await alice.client.getPostEditHistory(post.id)).map((each) => each.message)).toEqual([
      "v2",
      "v1",
    ]);
    expect((await failureOf(alice.client.getPostEditHistory(other.id))).status_code).toBe(404);
  });

  it("edits of different parts do not undo each other", async () => {
    const { channel } = world;
    const post = await say(alice, channel, "text", { props: { a: 1 } });
    await Promise.all([
      alice.client.patchPost({ id: post.id, message: "new text" } as Post),
      alice.client.pinPost(post.id),
      alice.client.patchPost({ id: post.id, props: { b: 2 } } as unknown as Post),
    ]);
    expect(await alice.client.getPost(post.id)).toMatchObject({
      message: "new text",
      is_pinned: true,
      props: { b: 2 },
    });
    expect(await alice.client.getPostEditHistory(post.id)).toHaveLength(3);
  });

  it("leaves edit_at alone for pins and props, and keeps what only the server sets", async () => {
    const { channel } = world;
    const post = await say(alice, channel, "text");
    const patched = await alice.client.patchPost({
      id: post.id,
      props: {
        mine: "x",
        from_bot: "true",
        add_channel_member: {},
        force_notification: "1",
        channel_mentions: { x: {} },
      },
    } as unknown as Post);
    expect(patched).toMatchObject({ edit_at: 0, props: { mine: "x" } });
    expect(Object.keys(patched.props)).toEqual(["mine"]);
    await bob.client.pinPost(post.id);
    expect((await alice.client.getPost(post.id)).edit_at).toBe(0);
    const attached = await alice.client.patchPost({
      id: post.id,
      props: { attachments: [{ text: "t" }] },
    } as unknown as Post);
    expect(attached.edit_at).toBeGreaterThan(0);
    expect(attached.metadata.embeds).toEqual([{ type: "message_attachment" }]);
  });

  it("links channels anew with each edit", async () => {
    const { channel, team } = world;
    const secret = await makeChannel(alice, team, { type: "P" });
    const post = await say(alice, channel, "nothing");
    const edited = await alice.client.patchPost({
      id: post.id,
      message: `see ~${channel.name} and ~${secret.name}`,
    } as Post);
    expect(Object.keys(edited.props.channel_mentions as object).sort()).toEqual(
      [channel.name, secret.name].sort(),
    );
    // Bob may not know the private one, wherever he reads the post.
    const bobs = [await bob.client.getPost(post.id), (await page(bob, channel)).list.posts[post.id]!];
    for (const seen of bobs)
      expect(Object.keys(seen.props.channel_mentions as object)).toEqual([channel.name]);
    const again = await alice.client.patchPost({ id: post.id, message: "nothing" } as Post);
    expect(again.props.channel_mentions).toBeUndefined();
  });

  it("the event hides links that its receiver may not read", async () => {
    const { channel, team } = world;
    const secret = await makeChannel(alice, team, { type: "P" });
    const [hers, his] = [await alice.ws(), await bob.ws()];
    const post = await say(alice, channel, "nothing");
    await alice.client.patchPost({ id: post.id, message: `~${secret.name}` } as Post);
    expect(
      (await hers.next("post_edited", (e) => e.parsed.post.id === post.id)).parsed.post.props
        .channel_mentions,
    ).toBeDefined();
    expect(
      (await his.next("post_edited", (e) => e.parsed.post.id === post.id)).parsed.post.props.channel_mentions,
    ).toBeUndefined();
  });

  it("changes files: claims new ones, drops removed ones, brings them back", async () => {
    const { channel } = world;
    const [a, b, foreign] = [
      await makeFile(alice, channel),
      await makeFile(alice, channel),
      await makeFile(bob, channel),
    ];
    const post = await say(alice, channel, "files", { file_ids: [a] });
    const swapped = await alice.client.patchPost({ id: post.id, file_ids: [b, foreign] } as unknown as Post);
    expect(swapped.file_ids).toEqual([b]);
    expect(swapped.edit_at).toBeGreaterThan(0);
    expect(swapped.metadata.files.map((file) => file.id)).toEqual([b]);
    expect((await bob.client.getFileInfosForPost(post.id)).map((file) => file.id)).toEqual([b]);
    const [version] = await alice.client.getPostEditHistory(post.id);
    expect(version!.metadata.files.map((file) => file.id)).toEqual([a]);
    const { data: restored } = await alice.client.restorePostVersion(post.id, version!.id, "");
    expect(restored.metadata.files.map((file) => file.id)).toEqual([a]);
    const rows =
      await database()`select id, deleteat > 0 as gone, postid from fileinfo where id in (${a}, ${b}, ${foreign})`;
    expect(Object.fromEntries(rows.map((row) => [row.id, [row.gone, row.postid]]))).toEqual({
      [a]: [false, post.id],
      [b]: [true, post.id],
      [foreign]: [false, ""],
    });
  });

  it("refuses what cannot be edited", async () => {
    const { channel } = world;
    const post = await say(alice, channel, "text");
    const put = (body: unknown) => alice.request("PUT", `posts/${post.id}`, body);
    expect((await put({ id: newId(), message: "x" })).status).toBe(400);
    expect((await put({ message: "x" })).status).toBe(400);
    expect((await put({ id: post.id, message: "y" })).body).toMatchObject({ message: "y" });
    const patch = (body: unknown) => alice.request("PUT", `posts/${post.id}/patch`, body);
    expect((await patch({ message: "x".repeat(16_384) })).body.id).toBe(
      "model.post.is_valid.message_length.app_error",
    );
    for (const body of [
      { message: "a\0b" },
      { message: 5 },
      { props: { a: "\0" } },
      { file_ids: ["x"] },
      { props: "x" },
      "x",
      null,
    ])
      expect([body, (await patch(body)).status]).toEqual([body, 400]);
    await alice.client.deletePost(post.id);
    expect((await patch({ message: "z" })).body.id).toBe(
      "api.post.update_post.permissions_details.app_error",
    );

    const sql = database();
    const archived = await makeChannel(alice, world.team);
    const old = await say(alice, archived, "old");
    await sql`update posts set type = 'system_generic' where id = ${old.id}`;
    expect((await alice.request("PUT", `posts/${old.id}/patch`, { message: "x" })).body.id).toBe(
      "api.post.update_post.system_message.app_error",
    );
  });

  it("PUT is the whole post: what is left out is taken away, but for files and what the server sets (5.1)", async () => {
    const { channel } = world;
    const file = await makeFile(alice, channel);
    const props = { attachments: [{ text: "choose" }], mine: 1 };
    const post = await say(alice, channel, "buttons", { file_ids: [file], props });
    await alice.client.pinPost(post.id);
    const { body } = await alice.request("PUT", `posts/${post.id}`, { id: post.id, message: "done" });
    expect(body).toMatchObject({ message: "done", is_pinned: false, props: {}, file_ids: [file] });
    expect(Object.keys(body.props)).toEqual([]);
    expect(body.metadata.embeds).toBeUndefined();
    const patched = await alice.request("PUT", `posts/${post.id}/patch`, { props });
    expect(patched.body).toMatchObject({ message: "done", props: { mine: 1 } });
  });

  it("pins and lists the pinned ones, oldest first", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    const [a, b, c] = [
      await say(alice, channel, "a"),
      await say(alice, channel, "b"),
      await say(alice, channel, "c"),
    ];
    await bob.client.pinPost(c.id);
    await bob.client.pinPost(a.id);
    await bob.client.pinPost(b.id);
    await bob.client.unpinPost(b.id);
    const { body, headers } = await bob.request("GET", `channels/${channel.id}/pinned`);
    expect(body.order).toEqual([a.id, c.id]);
    expect(body.posts[a.id].is_pinned).toBe(true);
    const cached = await bob.request("GET", `channels/${channel.id}/pinned`, undefined, {
      "if-none-match": headers.get("etag")!,
    });
    expect(cached.status).toBe(304);
  });
});
