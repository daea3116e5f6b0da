import type { Post } from "@mattermost/types/posts";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { say } from "./help.ts";

describe("who may do what with posts", () => {
  let world: World;
  let alice: Person;
  let bob: Person;
  let outsider: Person;
  let secret: { id: string };
  let hidden: Post;

  beforeAll(async () => {
    world = await makeWorld({ users: 2 });
    [alice, bob] = world.users as [Person, Person];
    outsider = await makeUser();
    secret = await makeChannel(alice, world.team, { type: "P" });
    hidden = await say(alice, secret, "hidden");
  });

  /** Every route that names a post or channel; `bob` is in the team but not in the private channel. */
  const routes = (post: Post, channel: { id: string }): [method: string, path: string, body?: unknown][] => [
    ["GET", `posts/${post.id}`],
    ["GET", `posts/${post.id}/thread`],
    ["GET", `posts/${post.id}/files/info`],
    ["GET", `posts/${post.id}/edit_history`],
    ["GET", `posts/${post.id}/reactions`],
    ["PUT", `posts/${post.id}`, { id: post.id, message: "x" }],
    ["PUT", `posts/${post.id}/patch`, { message: "x" }],
    ["POST", `posts/${post.id}/restore/${newId()}`],
    ["POST", `posts/${post.id}/pin`],
    ["POST", `posts/${post.id}/unpin`],
    ["DELETE", `posts/${post.id}`],
    ["GET", `channels/${channel.id}/posts`],
    ["GET", `channels/${channel.id}/posts?since=1`],
    ["GET", `channels/${channel.id}/posts?before=${post.id}`],
    ["GET", `channels/${channel.id}/pinned`],
    ["GET", `users/me/channels/${channel.id}/posts/unread`],
    ["POST", `users/me/posts/${post.id}/set_unread`, {}],
    ["POST", `users/me/posts/${post.id}/ack`],
    ["DELETE", `users/me/posts/${post.id}/ack`],
  ];

  it("nobody gets into a private channel from outside", async () => {
    for (const person of [bob, outsider]) {
      for (const [method, path, body] of routes(hidden, secret)) {
        expect([method, path, (await person.request(method, path, body)).status]).toEqual([
          method,
          path,
          403,
        ]);
      }
      expect((await person.request("GET", `posts/${hidden.id}/info`)).status).toBe(404);
      expect((await person.request("POST", "posts/ids", [hidden.id])).body).toEqual([]);
      expect((await person.request("POST", "posts/ids/reactions", [hidden.id])).body).toEqual({});
    }
    expect(await alice.client.getPost(hidden.id)).toMatchObject({ message: "hidden", is_pinned: false });
  });

  it("nobody gets anything without a session", async () => {
    for (const [method, path, body] of routes(hidden, secret)) {
      const response = await fetch(`${world.node.url}/api/v4/${path.replace("/me/", `/${alice.id}/`)}`, {
        method,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      expect([method, path, response.status]).toEqual([method, path, 401]);
    }
  });

  it("a missing post is 404, a bad id 400", async () => {
    for (const [method, path, body] of routes({ ...hidden, id: newId() }, world.channel).filter(([, path]) =>
      /posts\/[a-z0-9]{26}/.test(path),
    )) {
      expect([method, path, (await alice.request(method, path, body)).status]).toEqual([method, path, 404]);
    }
    for (const path of [
      "posts/short",
      "posts/short/thread",
      "channels/x/posts",
      "channels/x/pinned",
      "users/x/posts/flagged",
    ]) {
      expect([path, (await alice.request("GET", path)).status]).toEqual([path, 400]);
    }
  });

  it("members of the team read open channels without joining, and change nothing that is not theirs", async () => {
    const open = await makeChannel(alice, world.team);
    const post = await say(alice, open, "open");
    expect((await bob.client.getPost(post.id)).message).toBe("open");
    expect((await bob.request("GET", `channels/${open.id}/posts`)).status).toBe(200);
    expect((await bob.request("GET", `posts/${post.id}/info`)).body).toMatchObject({
      channel_id: open.id,
      channel_type: "O",
      has_joined_channel: false,
      team_id: world.team.id,
      has_joined_team: true,
    });
    for (const [method, path, body] of [
      ["PUT", `posts/${post.id}/patch`, { message: "x" }],
      ["PUT", `posts/${post.id}`, { id: post.id, message: "x" }],
      ["DELETE", `posts/${post.id}`, undefined],
      ["GET", `posts/${post.id}/edit_history`, undefined],
      ["POST", "reactions", { user_id: bob.id, post_id: post.id, emoji_name: "rocket" }],
    ] as const) {
      expect([method, path, (await bob.request(method, path, body)).status]).toEqual([method, path, 403]);
    }
    expect((await outsider.request("GET", `posts/${post.id}`)).status).toBe(403);
  });

  it("others' posts: members may not, channel readers may pin, administrators may", async () => {
    const post = await say(bob, world.channel, "bob's");
    expect((await alice.request("PUT", `posts/${post.id}/patch`, { message: "x" })).status).toBe(403);
    expect((await alice.request("POST", `posts/${post.id}/pin`)).status).toBe(200);
    expect((await world.admin.request("PUT", `posts/${post.id}/patch`, { message: "by admin" })).status).toBe(
      200,
    );
    expect((await world.admin.request("DELETE", `posts/${post.id}`)).status).toBe(200);
  });

  it("a list of saved posts is one's own", async () => {
    expect((await bob.request("GET", `users/${alice.id}/posts/flagged`)).status).toBe(403);
    expect((await world.admin.request("GET", `users/${alice.id}/posts/flagged`)).status).toBe(200);
    expect(
      (await bob.request("GET", `users/${alice.id}/channels/${world.channel.id}/posts/unread`)).status,
    ).toBe(403);
  });

  it("saved posts end with the membership, newest first, by channel and team", async () => {
    const { team, channel } = world;
    const [a, b] = [await say(alice, channel, "a"), await say(alice, channel, "b")];
    const save = (post: Post) => ({
      user_id: bob.id,
      category: "flagged_post",
      name: post.id,
      value: "true",
    });
    await bob.client.savePreferences(bob.id, [save(b), save(a)]);
    // Saved while still a member.
    await database()`insert into preferences (userid, category, name, value) values (${bob.id}, 'flagged_post', ${hidden.id}, 'true')`;
    const saved = async (query = "") =>
      (await bob.request("GET", `users/me/posts/flagged?${query}`)).body.order;
    expect(await saved()).toEqual([b.id, a.id]);
    expect(await saved("per_page=1&page=1")).toEqual([a.id]);
    expect(await saved(`channel_id=${channel.id}`)).toEqual([b.id, a.id]);
    expect(await saved(`channel_id=${newId()}`)).toEqual([]);
    expect(await saved(`team_id=${team.id}`)).toEqual([b.id, a.id]);
    expect(await saved(`team_id=${newId()}`)).toEqual([]);
    expect((await bob.request("GET", "users/me/posts/flagged?team_id=x")).status).toBe(400);
  });

  it("gets posts by their ids, at most 1000", async () => {
    const post = await say(bob, world.channel, "by id");
    const { body, headers } = await alice.request("POST", "posts/ids", [hidden.id, post.id, newId()]);
    expect((body as Post[]).map(({ id }) => id)).toEqual([post.id, hidden.id]);
    expect(Number(headers.get("x-edgemost-sql"))).toBe(1);
    for (const bad of [[], ["x"], Array.from({ length: 1_001 }, newId), { a: 1 }]) {
      expect((await alice.request("POST", "posts/ids", bad)).status).toBe(400);
    }
  });

  it("only who may sends ephemeral posts", async () => {
    const post = { channel_id: world.channel.id, message: "psst" };
    expect((await alice.request("POST", "posts/ephemeral", { user_id: bob.id, post })).status).toBe(403);
    const ear = await bob.ws();
    const sent = await world.admin.request("POST", "posts/ephemeral", { user_id: bob.id, post });
    expect([sent.status, sent.body]).toMatchObject([
      201,
      { type: "system_ephemeral", message: "psst", user_id: world.admin.id },
    ]);
    expect((await ear.next("ephemeral_message")).parsed.post.id).toBe(sent.body.id);
    expect((await world.admin.request("GET", `posts/${sent.body.id}`)).status).toBe(404);
    expect(
      (
        await world.admin.request("POST", "posts/ephemeral", {
          user_id: bob.id,
          post: { ...post, channel_id: newId() },
        })
      ).status,
    ).toBe(400);
  });

  it("features that need a licence say so", async () => {
    const post = await say(alice, world.channel, "x");
    for (const [method, path, status] of [
      ["POST", `users/me/posts/${post.id}/ack`, 501],
      ["DELETE", `users/me/posts/${post.id}/ack`, 501],
      ["POST", `posts/${post.id}/move`, 501],
      ["GET", `posts/${post.id}/reveal`, 501],
      ["DELETE", `posts/${post.id}/burn`, 501],
    ] as const) {
      expect([
        method,
        path,
        (await alice.request(method, path, method === "GET" ? undefined : {})).status,
      ]).toEqual([method, path, status]);
    }
  });
});
