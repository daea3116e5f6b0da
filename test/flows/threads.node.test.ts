// The web client's threads (client-flows 9): what it asks when a thread opens, is answered, read, left unread, unfollowed
// and comes back after a reconnect, and what its sockets tell it meanwhile.

import type { Post } from "@mattermost/types/posts";
import type { UserProfile } from "@mattermost/types/users";
import { beforeAll, expect, test } from "vitest";
import { makeChannel, makeWorld, type World } from "../harness/people.ts";
import { openTab, type Tab } from "./support/tab.ts";
import { listThreads, oneThread, openThread } from "./support/threads.ts";

let world: World;
let alice: Tab;
let bob: Tab;
let team: string;
let channel: string;
let root: Post;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = (await Promise.all(world.users.map(openTab))) as [Tab, Tab];
  team = world.team.id;
  channel = (await makeChannel(world.users[0]!, world.team, { members: [world.users[1]!] })).id;
  root = await say(alice, "a root");
});

const say = (tab: Tab, message: string, root_id = "", more: Partial<Post> = {}) =>
  tab.say(channel, message, { root_id, ...more });

const list = (tab: Tab, options?: Record<string, unknown>) => listThreads(tab, team, options);
const one = (tab: Tab, id: string) => oneThread(tab, team, id);

test("a thread without replies opens with its root alone", async () => {
  const thread = await openThread(bob, root.id);
  expect(thread).toMatchObject({ order: [root.id], has_next: false, next_post_id: "", prev_post_id: "" });
  expect(thread.posts[root.id]).toMatchObject({ reply_count: 0, last_reply_at: 0, root_id: "", type: "" });
  expect(thread.posts[root.id]!.is_following).toBe(false);
  const counts = ["total", "total_unread_threads", "total_unread_mentions", "total_unread_urgent_mentions"];
  const none = { threads: [], ...Object.fromEntries(counts.map((count) => [count, 0])) };
  expect(await list(bob, { totalsOnly: true })).toEqual(none);
  expect(await list(bob, { threadsOnly: true })).toEqual(none);
});

test("a reply with a mention comes as a post, then as a thread that its followers have unread", async () => {
  const reply = await say(bob, `@${alice.username} a reply`, root.id);
  expect(reply).toMatchObject({
    root_id: root.id,
    reply_count: 1,
    last_reply_at: 0,
    delete_at: 0,
    edit_at: 0,
  });
  const posted = await alice.next("posted", (event) => event.parsed.post.id === reply.id);
  expect(posted.data.mentions).toBe(JSON.stringify([alice.id]));
  expect(posted.data.followers).toBe(JSON.stringify([alice.id]));
  expect(posted.parsed.post).toMatchObject({ root_id: root.id, reply_count: 1 });
  const updated = await alice.next("thread_updated");
  expect(updated.broadcast).toMatchObject({ user_id: alice.id, team_id: team, channel_id: "" });
  expect(updated.data).toMatchObject({ previous_unread_mentions: 0, previous_unread_replies: 0 });
  const expected = {
    id: root.id,
    reply_count: 1,
    last_reply_at: reply.create_at,
    unread_replies: 1,
    unread_mentions: 1,
    is_urgent: false,
    delete_at: 0,
  };
  expect(updated.parsed.thread).toMatchObject(expected);
  expect(updated.parsed.thread.post).toMatchObject({ id: root.id, message: "a root", channel_id: channel });
  // The client puts participants among the profiles that it knows.
  expect(updated.parsed.thread.participants).toHaveLength(1);
  for (const user of updated.parsed.thread.participants)
    expect(user).toMatchObject({
      id: bob.id,
      username: bob.username,
      roles: expect.any(String),
      delete_at: 0,
    });
  const own = await bob.next("thread_updated");
  expect(own.parsed.thread).toMatchObject({ ...expected, unread_replies: 0, unread_mentions: 0 });
  expect(own.parsed.thread.last_viewed_at).toBeGreaterThanOrEqual(reply.create_at);

  const [thread, state, totals] = await Promise.all([
    openThread(alice, root.id),
    one(alice, root.id),
    list(alice, { totalsOnly: true }),
  ]);
  expect(thread.order).toEqual([root.id, reply.id]);
  expect(thread.posts[root.id]).toMatchObject({
    reply_count: 1,
    last_reply_at: reply.create_at,
    participants: [{ id: bob.id }],
    is_following: true,
  });
  expect(state).toMatchObject({ ...expected, post: { id: root.id, user_id: alice.id } });
  expect((state.participants as UserProfile[]).map((user) => user.username)).toEqual([bob.username]);
  expect(totals).toMatchObject({ total: 1, total_unread_threads: 1, total_unread_mentions: 1, threads: [] });
});

test("the channel's page has the root without its replies, and the team's unread has the thread", async () => {
  const page = await alice.client.getPosts(channel, 0, 30, true, true, false);
  expect(page.order).toContain(root.id);
  for (const id of page.order) expect(page.posts[id]!.root_id).toBe("");
  const shown = { reply_count: 1, participants: [{ id: bob.id }], is_following: true };
  expect(page.posts[root.id]).toMatchObject({ ...shown, last_reply_at: expect.any(Number) });
  const unread = await alice.client.getMyTeamUnreads(true);
  expect(unread.find((each) => each.team_id === team)).toMatchObject({
    thread_count: 1,
    thread_mention_count: 1,
    thread_urgent_mention_count: 0,
  });
});

test("read, unread from a reply, and read again move the same counters on every side", async () => {
  const before = await one(alice, root.id);
  const now = Date.now();
  const read = (await alice.client.updateThreadReadForUser(alice.id, team, root.id, now)) as never;
  expect(read).toMatchObject({ id: root.id, unread_replies: 0, unread_mentions: 0, last_viewed_at: now });
  const event = await alice.next("thread_read_changed");
  expect(event.data).toEqual({
    thread_id: root.id,
    timestamp: now,
    unread_mentions: 0,
    unread_replies: 0,
    previous_unread_mentions: before.unread_mentions,
    previous_unread_replies: before.unread_replies,
    channel_id: channel,
  });
  expect(event.broadcast).toMatchObject({ user_id: alice.id, team_id: team });
  const [, reply] = (await openThread(alice, root.id)).order as [string, string];
  const back = (await alice.client.markThreadAsUnreadForUser(alice.id, team, root.id, reply)) as never;
  expect(back).toMatchObject({ id: root.id, unread_replies: 1, unread_mentions: 1 });
  expect((await alice.next("thread_read_changed")).data).toMatchObject({
    unread_replies: 1,
    unread_mentions: 1,
    previous_unread_replies: 0,
    previous_unread_mentions: 0,
  });
  expect((await list(alice, { unread: true, threadsOnly: true })).threads.map(({ id }) => id)).toEqual([
    root.id,
  ]);
  // The web client marks the root itself unread, too: all of the thread is.
  const whole = (await alice.client.markThreadAsUnreadForUser(alice.id, team, root.id, root.id)) as never;
  expect(whole).toMatchObject({ unread_replies: 1, last_viewed_at: root.create_at - 1 });
  expect(await alice.client.updateThreadsReadForUser(alice.id, team)).toEqual({ status: "OK" });
  const all = await alice.next("thread_read_changed", ({ data }) => data.thread_id === undefined);
  expect(all.data).toEqual({});
  expect(all.broadcast).toMatchObject({ user_id: alice.id, team_id: team });
  expect((await list(alice, { unread: true, threadsOnly: true })).threads).toEqual([]);
  expect(await list(alice, { totalsOnly: true })).toMatchObject({ total: 1, total_unread_threads: 0 });
});

test("unfollow ends the thread's events and its row; a mention brings it back", async () => {
  expect(await alice.client.updateThreadFollowForUser(alice.id, team, root.id, false)).toEqual({
    status: "OK",
  });
  const off = await alice.next("thread_follow_changed");
  expect(off.data).toEqual({ thread_id: root.id, state: false, reply_count: 1 });
  expect(off.broadcast).toMatchObject({ user_id: alice.id, team_id: team });
  await expect(one(alice, root.id)).rejects.toMatchObject({ status_code: 404 });
  // What the browser has kept of both is not what it is told now.
  expect((await openThread(alice, root.id)).posts[root.id]!.is_following).toBe(false);
  const page = await alice.client.getPosts(channel, 0, 30, true, true, false);
  expect(page.posts[root.id]!.is_following).toBe(false);
  await say(bob, "nobody is told", root.id);
  await alice.none("thread_updated");
  await say(bob, `but now @${alice.username}`, root.id);
  const event = await alice.next("thread_updated");
  expect(event.parsed.thread).toMatchObject({ reply_count: 3, unread_mentions: 1 });
  expect(await one(alice, root.id)).toMatchObject({ reply_count: 3, unread_mentions: 1 });
  expect(await alice.client.updateThreadFollowForUser(alice.id, team, root.id, true)).toEqual({
    status: "OK",
  });
  expect((await alice.next("thread_follow_changed")).data).toMatchObject({ state: true, reply_count: 3 });
  expect(await one(alice, root.id)).toMatchObject({ unread_mentions: 0, unread_replies: 0 });
  // Followed before anyone has answered: the state is there, the list has no row.
  const lonely = await say(bob, "nobody answers");
  await alice.client.updateThreadFollowForUser(alice.id, team, lonely.id, true);
  expect((await openThread(alice, lonely.id)).posts[lonely.id]!.is_following).toBe(true);
  expect((await list(alice, { threadsOnly: true })).threads.map(({ id }) => id)).not.toContain(lonely.id);
  expect(await one(alice, lonely.id)).toMatchObject({ id: lonely.id, reply_count: 0, participants: [] });
});

test("a thread of a direct channel is in every team's list, and an urgent one is counted as such", async () => {
  const direct = await alice.client.createDirectChannel([alice.id, bob.id]);
  const asked = { channel_id: direct.id, metadata: { priority: { priority: "urgent" } } } as never;
  const urgent = await say(alice, "help", "", asked);
  expect(urgent.metadata.priority).toMatchObject({ priority: "urgent" });
  await say(bob, "no", urgent.id, { channel_id: direct.id });
  const updated = await alice.next("thread_updated", (event) => event.parsed.thread.id === urgent.id);
  expect(updated.broadcast).toMatchObject({ user_id: alice.id, team_id: "" });
  expect(updated.parsed.thread).toMatchObject({ is_urgent: true, unread_mentions: 1, unread_replies: 1 });
  expect(await one(alice, urgent.id)).toMatchObject({ is_urgent: true, unread_mentions: 1 });
  const all = await list(alice, { perPage: 1 });
  expect(all.threads[0]).toMatchObject({ id: urgent.id, is_urgent: true, post: { channel_id: direct.id } });
  expect(all.total_unread_urgent_mentions).toBe(1);
  const reply = await say(bob, "still no", urgent.id, { channel_id: direct.id });
  await bob.client.deletePost(reply.id);
  const gone = await alice.next("post_deleted", (event) => event.parsed.post.id === reply.id);
  expect(gone.broadcast.channel_id).toBe(direct.id);
  const counted = ({ parsed }: { parsed: Record<string, any> }) =>
    parsed.thread.id === urgent.id ? `${parsed.thread.reply_count} ${parsed.thread.unread_mentions}` : "";
  await alice.next("thread_updated", (event) => counted(event) === "2 2");
  await alice.next("thread_updated", (event) => counted(event) === "1 1");
  expect(await one(alice, urgent.id)).toMatchObject({
    reply_count: 1,
    unread_replies: 1,
    unread_mentions: 1,
  });
});

test("an open thread is declared to the socket, and hears who types in it and what is thought of it", async () => {
  alice.socket!.updateActiveTeam(team);
  alice.socket!.updateActiveChannel(channel);
  expect(await alice.send("presence", { thread_channel_id: channel, is_thread_view: false })).toMatchObject({
    status: "OK",
  });
  bob.socket!.userTyping(channel, root.id, () => {});
  const typing = await alice.next("typing");
  expect(typing.data).toEqual({ parent_id: root.id, user_id: bob.id });
  expect(typing.broadcast.channel_id).toBe(channel);
  await bob.client.addReaction(bob.id, root.id, "tada");
  expect((await alice.next("reaction_added")).parsed.reaction.post_id).toBe(root.id);
  // The thread is closed, and another channel opened: what happens there is not of interest now.
  const elsewhere = await makeChannel(world.users[0]!, world.team);
  alice.socket!.updateActiveThread(false, "");
  alice.socket!.updateActiveThread(true, "");
  alice.socket!.updateActiveChannel(elsewhere.id);
  await alice.send("ping");
  const reply = await say(bob, "still told", root.id);
  await alice.next("posted", ({ parsed }) => parsed.post.id === reply.id);
});
