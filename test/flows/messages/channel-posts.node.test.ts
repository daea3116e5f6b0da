// What a channel shows once it is open (client-flows 7): its posts around the first unread one, by pages and by time, who is in it,
// and what the client tells the server of where the user is.

import type { Channel } from "@mattermost/types/channels";
import type { Post } from "@mattermost/types/posts";
import { beforeAll, expect, it } from "vitest";
import { newId } from "../../../workers/model/id.ts";
import { makeChannel, makeWorld, type Person, type World } from "../../harness/people.ts";
import { database, insertPosts } from "../../harness/sql.ts";
import { CHANNEL, expectPosts, openChannel } from "../support/channel.ts";
import { WebTab } from "../support/web-client.ts";

let world: World;
let people: Person[];
let ada: WebTab;
let me: string;
let team: string;
let channel: Channel;

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  people = world.users;
  me = people[0]!.id;
  team = world.team.id;
  ada = await new WebTab(world.node).login(people[0]!);
  await ada.connect();
  channel = await makeChannel(people[0]!, world.team, { members: people.slice(1, 3) });
  await insertPosts(100, { channel: channel.id, users: [people[2]!.id] });
});

it("posts come around the first unread one, and then by pages to both ends", async () => {
  const { client } = ada;
  const all =
    await database()`select id, createat from posts where channelid = ${channel.id} order by createat desc, id desc`;
  const middle = all[50]!;
  await database()`update channelmembers set lastviewedat = ${middle.createat} where channelid = ${channel.id} and userid = ${me}`;
  // Before the view that goes out beside it, which may be there first.
  const first = await client.getPostsUnread(channel.id, me, 30, 30, true, true, false);
  expectPosts(first);
  expect(first.order).toHaveLength(60);
  expect(first.order).toContain(all[49]!.id);
  expect([first.next_post_id, first.prev_post_id]).toEqual([all[19]!.id, all[80]!.id]);

  const newer = await client.getPostsAfter(channel.id, first.order[0]!, 0, 30, true, true, false);
  expectPosts(newer);
  expect([newer.order.length, newer.next_post_id, newer.prev_post_id]).toEqual([20, "", first.order[0]]);
  const older = await client.getPostsBefore(channel.id, first.order.at(-1)!, 0, 30, true, true, false);
  expectPosts(older);
  expect([older.order.length, older.prev_post_id, older.next_post_id]).toEqual([
    all.length - 80,
    "",
    first.order.at(-1),
  ]);
  const shown = new Set([...newer.order, ...first.order, ...older.order]);
  expect(shown.size).toBe(all.length);
  const none = await client.getPostsAfter(channel.id, newer.order[0]!, 0, 30, true, true, false);
  expect([none.order, none.next_post_id]).toEqual([[], ""]);
  const page = await client.getPosts(channel.id, 0, 30, true, true, false);
  expectPosts(page);
  expect([page.order.length, page.next_post_id, page.prev_post_id]).toEqual([30, "", all[30]!.id]);
  await openChannel(ada, channel.id);
  // Opened again it is all read: the newest are shown.
  const again = await openChannel(ada, channel.id);
  expect([again.order[0], again.next_post_id]).toEqual([all[0]!.id, ""]);
});

it("posts are brought up to date by time: new, edited and deleted ones", async () => {
  const { client } = ada;
  const write = (message: string, root_id = "") =>
    client.createPost({ channel_id: channel.id, message, root_id } as Post);
  const [edited, deleted, root] = [await write("edited"), await write("deleted"), await write("root")];
  const pages = () => client.getPosts(channel.id, 0, 30, true, true, false);
  const before = await pages();
  expect(before.posts[root.id]).toMatchObject({ reply_count: 0, is_following: false });
  const since = Math.max(...Object.values(before.posts).map(({ update_at }) => update_at));
  await client.patchPost({ id: edited.id, message: "changed" } as never);
  await client.deletePost(deleted.id);
  await write("reply", root.id);
  const fresh = await write("new");
  const changes = await client.getPostsSince(channel.id, since, true, true, false);
  expectPosts(changes);
  expect(Object.keys(changes.posts).sort()).toEqual([edited.id, deleted.id, root.id, fresh.id].sort());
  expect(changes.posts[edited.id]).toMatchObject({ message: "changed" });
  expect(changes.posts[edited.id]!.edit_at).toBeGreaterThan(0);
  expect(changes.posts[deleted.id]!.delete_at).toBeGreaterThan(0);
  expect(changes.posts[root.id]).toMatchObject({ reply_count: 1, is_following: true });
  expect(changes.posts[root.id]!.participants).toMatchObject([{ id: me }]);
  expect([changes.prev_post_id, changes.next_post_id]).toEqual(["", ""]);
  // The page that the browser keeps is not taken for the newest one.
  const after = await pages();
  expect(after.order[0]).toBe(fresh.id);
  expect(after.posts[deleted.id]).toBeUndefined();
  await client.addReaction(me, fresh.id, "smile");
  expect((await pages()).posts[fresh.id]!.metadata.reactions).toMatchObject([{ emoji_name: "smile" }]);
  expect(await client.getPostsSince(channel.id, Date.now() + 1, true, true, false)).toMatchObject({
    order: [],
    posts: {},
    prev_post_id: "",
    next_post_id: "",
  });
});

it("posts name people and emoji that the client then asks for", async () => {
  const names = [people[1]!.username, "nobody-of-that-name"];
  const [authors, statuses, mentioned, emoji] = await Promise.all([
    ada.client.getProfilesByIds([people[2]!.id, newId()]),
    ada.client.getStatusesByIds([people[2]!.id, me]),
    ada.client.getProfilesByUsernames(names),
    ada.client.getCustomEmojisByNames(["no_such_emoji"]),
  ]);
  expect(authors.map(({ id }) => id)).toEqual([people[2]!.id]);
  for (const status of statuses)
    expect(status).toMatchObject({
      user_id: expect.any(String),
      status: expect.stringMatching(/^(online|offline|away|dnd)$/),
      last_activity_at: expect.any(Number),
    });
  expect(mentioned.map(({ username }) => username)).toEqual([people[1]!.username]);
  expect(emoji).toEqual([]);
  // The client licence says IsLicensed: then unknown mentions are asked for as groups, and bookmarks are shown.
  expect((await ada.ask("POST", "groups/names", ["nobody-of-that-name"])).data).toEqual([]);
  expect(await ada.client.getChannelBookmarks(channel.id, 0)).toEqual([]);
});

it("members are listed with administrators above", async () => {
  const { client } = ada;
  const shown = await client.getProfilesInChannel(channel.id, 0, 100, "admin", { active: true } as never);
  expect(shown.map(({ id }) => id)[0]).toBe(me);
  expect(shown.slice(1).map(({ username }) => username)).toEqual(
    people
      .slice(1, 3)
      .map(({ username }) => username)
      .sort(),
  );
  const ids = shown.map(({ id }) => id);
  const [members, statuses] = await Promise.all([
    client.getChannelMembersByIds(channel.id, ids),
    client.getStatusesByIds(ids),
  ]);
  expect(members.map(({ user_id, scheme_admin }) => [user_id, scheme_admin]).sort()).toEqual(
    ids.map((id) => [id, id === me]).sort(),
  );
  expect(statuses.map(({ user_id }) => user_id).sort()).toEqual([...ids].sort());
  const typed = await client.searchUsers(people[1]!.username, { in_channel_id: channel.id } as never);
  expect(typed.map(({ id }) => id)).toEqual([people[1]!.id]);
  const stats = await client.getChannelStats(channel.id);
  expect(stats).toMatchObject({ member_count: 3, files_count: -1 });
});

it("the channel is left when the window loses the focus", async () => {
  const left = await ada.ask("POST", "channels/members/me/view", { channel_id: "" });
  expect([left.status, left.data.status]).toEqual([200, "OK"]);
  const both = { channel_id: channel.id, prev_channel_id: "", collapsed_threads_supported: true };
  expect((await ada.ask("POST", "channels/members/me/view", both)).data.last_viewed_at_times).toEqual({
    [channel.id]: expect.any(Number),
  });
  // What the client says by the socket of where it is.
  const told = (send: (done: (reply: any) => void) => void) => new Promise<any>((done) => send(done));
  const socket = ada.socket!;
  for (const reply of [
    await told((done) => socket.updateActiveTeam(team, done)),
    await told((done) => socket.updateActiveChannel(channel.id, done)),
    await told((done) => socket.updateActiveThread(true, channel.id, done)),
    await told((done) => socket.updateActiveChannel("", done)),
  ])
    expect(reply).toMatchObject({ status: "OK" });
  const [channels, members] = await Promise.all([
    ada.client.getMyChannels(team),
    ada.client.getMyChannelMembers(team),
  ]);
  const mine = members.find(({ channel_id }) => channel_id === channel.id)!;
  const counted = channels.find(({ id }) => id === channel.id)!;
  expect(counted).toMatchObject(CHANNEL);
  expect([mine.msg_count, mine.msg_count_root]).toEqual([
    counted.total_msg_count,
    counted.total_msg_count_root,
  ]);
});

it("without collapsed threads, replies are among the posts and bring their roots along", async () => {
  const { client } = ada;
  const off = { user_id: me, category: "display_settings", name: "collapsed_reply_threads", value: "off" };
  await client.savePreferences(me, [off]);
  const write = (message: string, root_id = "") =>
    client.createPost({ channel_id: channel.id, message, root_id } as Post);
  const root = await write("an old root");
  const between = [await write("1"), await write("2")];
  const reply = await write("its reply", root.id);
  const page = await client.getPosts(channel.id, 0, 2, true, false, false);
  expectPosts(page);
  expect(page.order).toEqual([reply.id, between[1]!.id]);
  expect(page.posts[root.id]).toMatchObject({ id: root.id, reply_count: 1 });
  expect(page.posts[reply.id]).toMatchObject({ root_id: root.id, reply_count: 1 });
  expect([page.next_post_id, page.prev_post_id]).toEqual(["", between[0]!.id]);
  const since = await client.getPostsSince(channel.id, between[1]!.create_at, true, false, false);
  expect(since.order).toContain(reply.id);
  expect(since.posts[root.id]).toBeDefined();
  const unread = await client.getPostsUnread(channel.id, me, 30, 30, true, false, false);
  expect(unread.order[0]).toBe(reply.id);
  await client.savePreferences(me, [{ ...off, value: "on" }]);
  const collapsed = await client.getPosts(channel.id, 0, 2, true, true, false);
  expect(collapsed.order).toEqual([between[1]!.id, between[0]!.id]);
});
