// The web client's prefetch of its unread channels (client-flows 6.16): read along with the first of them, and never older
// than what has happened since.

import type { Channel } from "@mattermost/types/channels";
import type { Post } from "@mattermost/types/posts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";

// Of the test's own: what is read along is dropped when anybody makes or deletes a custom emoji.
let node: OwnNode;
let world: World;
let ada: Person;
let bob: Person;
let channels: Channel[];

beforeAll(async () => {
  node = await ownNode();
  world = await makeWorld({ users: 2, node });
  [ada, bob] = world.users as [Person, Person];
});
afterAll(() => node?.stop());

/** Three channels with a message each that bob has not seen, and bob's client having just fetched its memberships. */
beforeEach(async () => {
  channels = [];
  for (let i = 0; i < 3; i++) channels.push(await makeChannel(ada, world.team, { members: [bob] }));
  for (const { id } of channels) {
    await view(id);
    await post(id, "one");
  }
  await boot();
});

const view = (id: string) => bob.request("POST", "channels/members/me/view", { channel_id: id });
const post = (channel_id: string, message: string, root_id = "") =>
  ada.client.createPost({ channel_id, message, root_id } as Post);

async function boot(): Promise<void> {
  expect((await bob.request("GET", "users/me/channel_members?page=-1")).status).toBe(200);
}

/** The messages of the list, oldest first, and what it cost. */
async function unread(index: number, after = 30): Promise<{ messages: string[]; sql: string | null }> {
  const path = `users/me/channels/${channels[index]!.id}/posts/unread?limit_after=${after}&limit_before=30&collapsedThreads=true`;
  const { status, body, headers } = await bob.request("GET", path);
  expect(status).toBe(200);
  const messages = body.order.map((id: string) => body.posts[id].message).reverse();
  return {
    messages: messages.filter((text: string) => !/ joined | added /.test(text)),
    sql: headers.get("x-edgemost-sql"),
  };
}

describe("the prefetch of unread channels", () => {
  test("costs one round trip for all of them", async () => {
    expect(await unread(0)).toEqual({ messages: ["one"], sql: "1" });
    expect(await unread(1)).toEqual({ messages: ["one"], sql: "0" });
    expect(await unread(2)).toEqual({ messages: ["one"], sql: "0" });
    expect((await unread(2)).sql, "each is handed out once").toBe("1");
  });

  test("reads a channel again in which something was posted, edited or deleted meanwhile", async () => {
    await unread(0);
    await post(channels[1]!.id, "two");
    expect(await unread(1)).toEqual({ messages: ["one", "two"], sql: "1" });
    await boot();
    await unread(0);
    const { id } = await post(channels[2]!.id, "three");
    await ada.client.deletePost(id);
    expect(await unread(2)).toEqual({ messages: ["one"], sql: "1" });
  });

  test("reads a channel again that was viewed or marked unread meanwhile", async () => {
    const last = await post(channels[1]!.id, "two");
    await boot();
    await unread(0);
    await view(channels[1]!.id);
    expect((await unread(1)).sql).toBe("1");
    await boot();
    await unread(0);
    const marked = await bob.request("POST", `users/${bob.id}/posts/${last.id}/set_unread`, {});
    expect(marked.status).toBe(200);
    expect((await unread(1)).sql).toBe("1");
    expect((await unread(2)).sql).toBe("0");
  });

  test("tells whether a thread is followed as of now", async () => {
    const root = await post(channels[1]!.id, "root");
    await post(channels[1]!.id, "reply", root.id);
    const path = `users/me/teams/${world.team.id}/threads/${root.id}/following`;
    expect((await bob.request("PUT", path)).status).toBe(200);
    await boot();
    await unread(0);
    expect((await bob.request("DELETE", path)).status).toBe(200);
    const { body } = await bob.request(
      "GET",
      `users/me/channels/${channels[1]!.id}/posts/unread?limit_after=30&limit_before=30&collapsedThreads=true`,
    );
    expect(body.posts[root.id].is_following).toBe(false);
  });

  test("gives another shape of list its own", async () => {
    await unread(0);
    expect(await unread(1, 5)).toEqual({ messages: ["one"], sql: "1" });
  });

  test("gives nothing to who has been removed meanwhile", async () => {
    await unread(0);
    await ada.client.removeFromChannel(bob.id, channels[1]!.id);
    const path = `users/me/channels/${channels[1]!.id}/posts/unread`;
    const open = await bob.request("GET", path);
    // An open channel of the team can still be read, from the database.
    expect(open.headers.get("x-edgemost-sql")).not.toBe("0");
    await ada.client.removeFromTeam(world.team.id, bob.id);
    expect((await bob.request("GET", path)).status).toBe(403);
    await ada.client.addToTeam(world.team.id, bob.id);
  });

  test("is not read along for a client that has not booted", async () => {
    await unread(0);
    expect((await unread(0)).sql).toBe("1");
    expect((await unread(0)).sql).toBe("1");
  });
});
