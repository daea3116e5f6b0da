import type { Post } from "@mattermost/types/posts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { messages, page, say } from "./help.ts";

describe("pages of a channel", () => {
  // Of the test's own: every kept page is dropped when anybody makes or deletes a custom emoji.
  let node: OwnNode;
  let world: World;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    node = await ownNode();
    world = await makeWorld({ users: 2, node });
    [alice, bob] = world.users as [Person, Person];
  });
  afterAll(() => node?.stop());

  it("gives an empty channel as an empty list with both ends", async () => {
    const channel = await makeChannel(alice, world.team);
    const { list } = await page(alice, channel, { since: 99_999_999_999_999 });
    expect(list).toEqual({
      order: [],
      posts: {},
      next_post_id: "",
      prev_post_id: "",
      first_inaccessible_post_time: 0,
    });
  });

  it("pages newest first, each post once, and tells the neighbours", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    for (let i = 0; i < 7; i++) await say(i % 2 ? bob : alice, channel, `m${i}`);
    const first = (await page(alice, channel, { page: 0, per_page: 3 })).list;
    expect(messages(first)).toEqual(["m6", "m5", "m4"]);
    expect(first.next_post_id).toBe("");
    const second = (await page(alice, channel, { page: 1, per_page: 3 })).list;
    expect(messages(second)).toEqual(["m3", "m2", "m1"]);
    expect(first.prev_post_id).toBe(second.order[0]);
    expect(second.next_post_id).toBe(first.order[2]);

    const before = (await page(alice, channel, { before: first.order[2]!, per_page: 2 })).list;
    expect(messages(before)).toEqual(["m3", "m2"]);
    expect(before.next_post_id).toBe(first.order[2]);
    const after = (await page(alice, channel, { after: before.order[0]!, per_page: 2 })).list;
    expect(messages(after)).toEqual(["m5", "m4"]);
    expect(after.prev_post_id).toBe(before.order[0]);
    expect(after.next_post_id).toBe(first.order[0]);
    const last = (await page(alice, channel, { after: after.order[0]!, per_page: 60 })).list;
    expect(messages(last)).toEqual(["m6"]);
    expect(last.next_post_id).toBe("");
    const all = (await page(alice, channel, { per_page: 200 })).list;
    expect(all.prev_post_id).toBe("");
  });

  it("keeps the newest page until something changes, and shows a write to its writer at once", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    // Being added to a channel makes the next request read one's memberships anew.
    await bob.client.getMe();
    const first = await say(alice, channel, "one");
    expect((await page(bob, channel)).sql).toBe(1);
    expect((await page(alice, channel)).sql).toBe(0);
    const second = await say(bob, channel, "two");
    const shown = async () => messages((await page(bob, channel)).list).slice(0, 2);
    expect(await shown()).toEqual(["two", "one"]);
    await bob.client.patchPost({ id: second.id, message: "2" } as Post);
    expect(await shown()).toEqual(["2", "one"]);
    await bob.client.addReaction(bob.id, first.id, "rocket");
    const { list } = await page(bob, channel);
    expect(list.posts[first.id]!.metadata.reactions).toMatchObject([
      { emoji_name: "rocket", user_id: bob.id },
    ]);
    await bob.client.pinPost(first.id);
    expect((await page(bob, channel)).list.posts[first.id]!.is_pinned).toBe(true);
    await bob.client.deletePost(second.id);
    expect((await shown())[0]).toBe("one");
    expect((await page(alice, channel)).sql).toBe(0);
  });

  it("gives the same post in a page as alone", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    const props = { attachments: [{ text: "att :nope:", title: "t" }], 'key "quoted"': "a\u2028b\n" };
    const root = await say(alice, channel, 'text with "quotes", \\ and \n lines \u{1F600} \u2028 #tag', {
      props,
    });
    const reply = await say(bob, channel, "", {
      root_id: root.id,
      props: { a: { b: [1, 2.5, null, true] } },
    });
    await bob.client.addReaction(bob.id, root.id, "+1");
    const { list } = await page(alice, channel);
    for (const id of [root.id, reply.id]) expect(list.posts[id]).toEqual(await bob.client.getPost(id));
    expect(list.posts[root.id]).toMatchObject({
      reply_count: 1,
      participants: [{ id: bob.id }],
      hashtags: "#tag",
    });
    expect(list.posts[reply.id]).toMatchObject({ reply_count: 1, last_reply_at: 0, participants: null });
  });

  it("brings threads along without CRT, and only roots with it", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    const root = await say(alice, channel, "root");
    const early = await say(bob, channel, "early", { root_id: root.id });
    for (let i = 0; i < 3; i++) await say(alice, channel, `between ${i}`);
    const late = await say(bob, channel, "late", { root_id: root.id });

    const whole = (await page(alice, channel, { per_page: 1 })).list;
    expect(whole.order).toEqual([late.id]);
    expect(Object.keys(whole.posts).sort()).toEqual([root.id, early.id, late.id].sort());
    const flat = (await page(alice, channel, { per_page: 1, skipFetchThreads: true })).list;
    expect(Object.keys(flat.posts)).toEqual([late.id]);
    expect(flat.posts[late.id]!.reply_count).toBe(2);

    const crt = { per_page: 2, collapsedThreads: true };
    const roots = (await page(alice, channel, crt)).list;
    expect(messages(roots)).toEqual(["between 2", "between 1"]);
    expect(Object.keys(roots.posts)).toHaveLength(2);
    const rest = (await page(alice, channel, { ...crt, page: 1 })).list;
    expect(messages(rest)).toEqual(["between 0", "root"]);
    expect(rest.posts[root.id]).toMatchObject({
      reply_count: 2,
      last_reply_at: late.create_at,
      is_following: true,
    });
    expect(rest.posts[rest.order[0]!]!.is_following).toBe(false);
  });

  it("tells each viewer what that one follows, from the same kept page", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob, world.admin] });
    const root = await say(alice, channel, "root");
    await say(alice, channel, "self-reply", { root_id: root.id });
    await bob.client.getMe();
    const seen = async (viewer: Person) => {
      const { list, sql } = await page(viewer, channel, { collapsedThreads: true });
      return [list.posts[root.id]!.is_following, sql];
    };
    expect(await seen(alice)).toEqual([true, 1]);
    expect(await seen(bob)).toEqual([false, 1]);
    expect(await seen(alice)).toEqual([true, 1]);
  });

  it("gives whole participants where asked", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    const root = await say(alice, channel, "root");
    await say(bob, channel, "reply", { root_id: root.id });
    const { list } = await page(alice, channel, { collapsedThreads: true, collapsedThreadsExtended: true });
    expect(list.posts[root.id]!.participants).toMatchObject([{ id: bob.id, username: bob.username }]);
    expect(JSON.stringify(list)).not.toContain("notify_props");
  });

  it("gives what changed since, deleted posts included and emptied", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    const old = await say(alice, channel, "old");
    const gone = await say(alice, channel, "gone");
    const root = await say(alice, channel, "root");
    const since = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await alice.client.deletePost(gone.id);
    const edited = await alice.client.patchPost({ id: old.id, message: "old, edited" } as Post);
    const reply = await say(bob, channel, "reply", { root_id: root.id });
    const { list } = await page(bob, channel, { since });
    expect(list.order).toEqual([reply.id, root.id, gone.id, edited.id]);
    expect(list.posts[gone.id]).toMatchObject({ message: "", metadata: {} });
    expect(list.posts[gone.id]!.delete_at).toBeGreaterThan(0);
    expect(list).toMatchObject({ next_post_id: "", prev_post_id: "" });
    const crt = (await page(bob, channel, { since, collapsedThreads: true })).list;
    expect(crt.order).toEqual([root.id, gone.id, edited.id]);
  });

  it("answers 304 while nothing changed", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    const post = await say(alice, channel, "one");
    const first = await page(bob, channel);
    expect(first.etag).toMatch(/^11\.6\.0\.\d+$/);
    expect((await page(bob, channel, {}, { "if-none-match": first.etag })).status).toBe(304);
    const before = { before: post.id };
    const other = await page(bob, channel, before);
    expect((await page(bob, channel, before, { "if-none-match": other.etag })).status).toBe(304);
    await say(alice, channel, "two");
    const again = await page(bob, channel, {}, { "if-none-match": first.etag });
    expect([again.status, messages(again.list)[0]]).toEqual([200, "two"]);
    expect((await page(bob, channel, before, { "if-none-match": other.etag })).status).toBe(200);
  });

  it("refuses bad parameters with 400", async () => {
    const { channel } = world;
    for (const query of [{ before: "x" }, { after: "no id" }, { since: "soon" }, { since: -5 }]) {
      expect((await page(alice, channel, query as never)).status).toBe(400);
    }
    const nothing = await page(alice, channel, { per_page: 0 });
    expect([nothing.status, nothing.list.order]).toEqual([200, []]);
    expect((await page(alice, channel, { page: -1, per_page: 9_999 })).status).toBe(200);
    expect((await page(alice, channel, { page: 900_000_000 })).status).toBe(200);
    expect((await page(alice, channel, { include_deleted: true })).status).toBe(403);
    expect((await page(world.admin, channel, { include_deleted: true })).status).toBe(200);
  });

  it("shows the posts around the first unread one", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    for (let i = 0; i < 3; i++) await say(alice, channel, `m${i}`);
    const around = async (query = "") =>
      (await bob.request("GET", `users/me/channels/${channel.id}/posts/unread?${query}`)).body;
    const { order } = (await page(bob, channel)).list;
    await bob.client.markPostAsUnread(bob.id, order[1]!);
    for (let i = 3; i < 6; i++) await say(alice, channel, `m${i}`);
    const list = await around("limit_before=1&limit_after=2");
    expect(messages(list)).toEqual(["m2", "m1", "m0"]);
    expect(list.next_post_id).not.toBe("");
    expect(
      (await bob.request("GET", `users/me/channels/${channel.id}/posts/unread?limit_after=0`)).status,
    ).toBe(400);
    const whole = await around();
    expect(messages(whole).slice(0, 6)).toEqual(["m5", "m4", "m3", "m2", "m1", "m0"]);
    expect(whole.next_post_id).toBe("");
  });
});
