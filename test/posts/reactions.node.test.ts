import type { Post } from "@mattermost/types/posts";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { page, rowTrips, say } from "./help.ts";

describe("reactions", () => {
  let world: World;
  let alice: Person;
  let bob: Person;
  let post: Post;

  beforeAll(async () => {
    world = await makeWorld({ users: 2 });
    [alice, bob] = world.users as [Person, Person];
    post = await say(alice, world.channel, "react");
  });

  const add = (person: Person, emoji_name: string, more: object = {}) =>
    person.request("POST", "reactions", { user_id: person.id, post_id: post.id, emoji_name, ...more });
  const remove = (person: Person, name: string, of = person) =>
    person.request("DELETE", `users/${of.id}/posts/${post.id}/reactions/${name}`);

  it("are added, listed, heard of and removed", async () => {
    const ear = await alice.ws();
    const first = await add(bob, "rocket");
    expect([first.status, first.body]).toMatchObject([
      200,
      { user_id: bob.id, post_id: post.id, emoji_name: "rocket", delete_at: 0, channel_id: world.channel.id },
    ]);
    const second = await add(bob, "+1");
    expect(rowTrips(second)).toBe(1);
    expect((await ear.next("reaction_added")).parsed.reaction).toEqual(first.body);
    expect((await add(bob, "rocket")).body.create_at).toBe(first.body.create_at);
    const listed = await alice.client.getReactionsForPost(post.id);
    expect((listed as unknown as { emoji_name: string }[]).map((each) => each.emoji_name)).toEqual([
      "rocket",
      "+1",
    ]);
    expect(await alice.client.getPost(post.id)).toMatchObject({ has_reactions: true });
    expect((await remove(bob, "rocket")).body).toEqual({ status: "OK" });
    expect((await ear.next("reaction_removed")).parsed.reaction).toMatchObject({
      emoji_name: "rocket",
      user_id: bob.id,
    });
    expect((await remove(bob, "rocket")).status).toBe(200);
    await ear.none("reaction_removed");
    expect((await alice.client.getPost(post.id)).metadata.reactions).toHaveLength(1);
    await remove(bob, "+1");
    expect(await alice.client.getPost(post.id)).toMatchObject({ has_reactions: false, metadata: {} });
    // Revived with its first time.
    expect((await add(bob, "rocket")).body.create_at).toBe(first.body.create_at);
  });

  it("are told of many posts at once, with empty lists, and only of readable ones", async () => {
    const bare = await say(alice, world.channel, "bare");
    const secret = await makeChannel(alice, world.team, { type: "P" });
    const hidden = await say(alice, secret, "hidden");
    await alice.client.addReaction(alice.id, hidden.id, "rocket");
    const { body } = await bob.request("POST", "posts/ids/reactions", [post.id, bare.id, hidden.id]);
    expect(body).toMatchObject({ [post.id]: [{ emoji_name: "rocket" }], [bare.id]: [] });
    expect(Object.keys(body)).toHaveLength(2);
  });

  it("may be custom emoji, which come with the post", async () => {
    expect((await add(bob, "nosuchemoji")).status).toBe(404);
    const name = `party${newId().slice(0, 8)}`;
    await database()`insert into emoji (id, createat, updateat, deleteat, creatorid, name) values (${newId()}, 1, 1, 0, ${alice.id}, ${name})`;
    expect((await add(bob, name)).status).toBe(200);
    expect((await alice.client.getPost(post.id)).metadata.emojis).toMatchObject([
      { name, creator_id: alice.id },
    ]);
    expect((await page(alice, world.channel)).list.posts[post.id]!.metadata.emojis).toMatchObject([{ name }]);
  });

  it("are limited in their kinds", async () => {
    const full = await say(alice, world.channel, "full");
    const rows = Array.from({ length: 50 }, (_, i) => ({
      userid: bob.id,
      postid: full.id,
      emojiname: `e${i}`,
      createat: 1,
      updateat: 1,
      deleteat: 0,
      remoteid: "",
      channelid: world.channel.id,
    }));
    await database()`insert into reactions ${database()(rows)}`;
    const answer = await add(alice, "rocket", { post_id: full.id });
    expect([answer.status, answer.body.id]).toEqual([400, "app.reaction.save.save.too_many_reactions"]);
  });

  it("refuse bad names, other people's names, and those who may not", async () => {
    for (const name of ["", "a b", "x".repeat(65), "a:b", "ä"])
      expect((await add(bob, name)).status).toBe(400);
    expect((await add(bob, "rocket", { user_id: alice.id })).status).toBe(403);
    expect((await add(bob, "rocket", { post_id: newId() })).status).toBe(404);
    expect((await add(bob, "rocket", { post_id: "x" })).status).toBe(400);
    await add(alice, "rocket");
    expect((await remove(bob, "rocket", alice)).status).toBe(403);
    expect((await remove(world.admin, "rocket", alice)).status).toBe(200);
    const outsider = await makeUser();
    for (const answer of [await add(outsider, "rocket"), await remove(outsider, "rocket")])
      expect(answer.status).toBe(403);
    const secret = await makeChannel(alice, world.team, { type: "P" });
    const hidden = await say(alice, secret, "hidden");
    expect((await add(bob, "rocket", { post_id: hidden.id })).status).toBe(403);
    expect((await failureOf(bob.client.getReactionsForPost(hidden.id))).status_code).toBe(403);
  });

  it("keep has_reactions right when added and removed at the same time", async () => {
    const busy = await say(alice, world.channel, "busy");
    const names = ["rocket", "smile", "+1", "heart"];
    for (let round = 0; round < 5; round++) {
      await bob.client.addReaction(bob.id, busy.id, "eyes");
      await Promise.all([
        bob.client.removeReaction(bob.id, busy.id, "eyes"),
        ...names.map((name) => alice.client.addReaction(alice.id, busy.id, name)),
      ]);
      expect((await alice.client.getPost(busy.id)).metadata.reactions).toHaveLength(4);
      await Promise.all(names.map((name) => alice.client.removeReaction(alice.id, busy.id, name)));
      expect(await alice.client.getPost(busy.id)).toMatchObject({ has_reactions: false });
    }
  });
});
