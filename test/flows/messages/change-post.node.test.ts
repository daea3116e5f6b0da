// What is done with a message once it is sent (client-flows 8.9), as the web client does it, and what its other windows and other
// people's are told of it.

import type { Channel } from "@mattermost/types/channels";
import type { Post } from "@mattermost/types/posts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { failureOf } from "../../harness/client.ts";
import { type OwnNode, ownNode } from "../../harness/node.ts";
import { adminOf, makeChannel, makeWorld, type Person, type World } from "../../harness/people.ts";
import { database } from "../../harness/sql.ts";
import { closeTabs, WebTab } from "../support/web-client.ts";

let node: OwnNode;
let world: World;
let people: Person[];
let ada: WebTab;
/** Ada's other window. */
let other: WebTab;
let bob: WebTab;
let me: string;
let channel: Channel;

beforeAll(async () => {
  node = await ownNode({
    env: { MM_SERVICESETTINGS_POSTEDITTIMELIMIT: "3600", MM_TEAMSETTINGS_RESTRICTDIRECTMESSAGE: "team" },
  });
  const site = { ServiceSettings: { SiteURL: node.url } };
  expect((await adminOf(node).request("PUT", "config/patch", site)).status).toBe(200);
  world = await makeWorld({ node, users: 3 });
  people = world.users;
  me = people[0]!.id;
  channel = world.channel;
  const tabs = [people[0]!, people[0]!, people[1]!].map((who) => new WebTab(node).login(who));
  [ada, other, bob] = (await Promise.all(tabs)) as [WebTab, WebTab, WebTab];
  await Promise.all([ada, other, bob].map((tab) => tab.connect()));
});
afterAll(async () => {
  closeTabs();
  await node?.stop();
});

const write = (message: string) =>
  ada.client.createPost({ channel_id: channel.id, message, root_id: "" } as Post);
const isPost = (id: string) => (event: { parsed: Record<string, any> }) => event.parsed.post?.id === id;

it("a message is edited, its versions are shown, and one is restored", async () => {
  const { client } = ada;
  const post = await write("first");
  expect((await failureOf(client.getPostEditHistory(post.id))).status_code).toBe(404);
  const patch = { id: post.id, message: "second", channel_id: channel.id, props: post.props, metadata: {} };
  const edited = await client.patchPost({ ...patch, file_ids: [] } as never);
  expect([ada.last.status, edited.message, edited.create_at]).toEqual([200, "second", post.create_at]);
  expect(edited.edit_at).toBeGreaterThan(post.create_at);
  for (const tab of [other, bob])
    expect((await tab.next("post_edited", isPost(post.id))).parsed.post).toMatchObject({
      message: "second",
      edit_at: edited.edit_at,
      metadata: {},
    });
  const history = await client.getPostEditHistory(post.id);
  expect(history).toMatchObject([{ message: "first", original_id: post.id, edit_at: 0 }]);
  const { data: restored } = await client.restorePostVersion(post.id, history[0]!.id, ada.connectionId);
  expect(restored).toMatchObject({ id: post.id, message: "first" });
  expect((await other.next("post_edited", isPost(post.id))).parsed.post.message).toBe("first");
  expect(await client.getPostEditHistory(post.id)).toHaveLength(2);

  await database(node)`update posts set createat = createat - 3601000 where id = ${post.id}`;
  const late = await failureOf(client.patchPost({ id: post.id, message: "too late" } as never));
  expect(late).toMatchObject({
    server_error_id: "api.post.update_post.permissions_time_limit.app_error",
    status_code: 400,
  });
  expect((await client.getClientConfig()).PostEditTimeLimit).toBe("3600");
});

it("a message is pinned, saved, reacted to, and deleted", async () => {
  const { client } = ada;
  const post = await write("kept");
  expect(await client.pinPost(post.id)).toEqual({ status: "OK" });
  const pinned = await bob.next("post_edited", isPost(post.id));
  expect(pinned.parsed.post).toMatchObject({ is_pinned: true, edit_at: 0 });
  expect((await client.getPinnedPosts(channel.id)).order).toEqual([post.id]);
  expect((await client.getChannelStats(channel.id)).pinnedpost_count).toBe(1);
  expect(await client.unpinPost(post.id)).toEqual({ status: "OK" });
  expect((await bob.next("post_edited", isPost(post.id))).parsed.post.is_pinned).toBe(false);

  const flag = { user_id: me, category: "flagged_post", name: post.id, value: "true" };
  expect(await client.savePreferences(me, [flag])).toEqual({ status: "OK" });
  expect((await other.next("preferences_changed")).parsed.preferences).toEqual([flag]);
  expect(await client.deletePreferences(me, [flag])).toEqual({ status: "OK" });
  expect((await other.next("preferences_deleted")).parsed.preferences).toMatchObject([{ name: post.id }]);

  const reaction = await client.addReaction(me, post.id, "+1");
  expect([ada.last.status, reaction.emoji_name]).toEqual([200, "+1"]);
  const added = await bob.next("reaction_added", ({ parsed }) => parsed.reaction.post_id === post.id);
  expect(added.parsed.reaction).toMatchObject({ user_id: me, create_at: expect.any(Number), delete_at: 0 });
  expect(await client.removeReaction(me, post.id, "+1")).toEqual({ status: "OK" });
  await bob.next("reaction_removed");

  expect(await client.deletePost(post.id)).toEqual({ status: "OK" });
  for (const tab of [ada, other, bob]) {
    const gone = await tab.next("post_deleted", isPost(post.id));
    expect(gone.parsed.post).toMatchObject({ id: post.id, channel_id: channel.id, root_id: "" });
  }
  expect((await failureOf(client.getPost(post.id))).status_code).toBe(404);
});

it("the channel is unread again from it on, or it is remembered", async () => {
  const posts = [await write("one"), await write("two")];
  const user = people[1]!.id;
  await bob.client.viewMyChannel(channel.id);
  const before = await bob.client.getChannelMember(channel.id, user);
  const unread = await bob.client.markPostAsUnread(user, posts[0]!.id);
  expect(bob.last.status).toBe(200);
  expect(unread).toMatchObject({
    team_id: world.team.id,
    channel_id: channel.id,
    user_id: user,
    msg_count: before.msg_count - 2,
    msg_count_root: before.msg_count_root - 2,
    mention_count: 0,
    mention_count_root: 0,
    urgent_mention_count: 0,
    last_viewed_at: posts[0]!.create_at - 1,
  });
  const { data, broadcast } = await bob.next("post_unread");
  expect(data).toMatchObject({
    msg_count: before.msg_count - 2,
    mention_count: 0,
    last_viewed_at: posts[0]!.create_at - 1,
    post_id: posts[0]!.id,
  });
  expect([broadcast.channel_id, broadcast.team_id]).toEqual([channel.id, world.team.id]);
  const list = await bob.client.getPostsUnread(channel.id, user, 30, 30, true, true, false);
  expect(list.order.slice(0, 2)).toEqual([posts[1]!.id, posts[0]!.id]);

  const soon = Math.floor(Date.now() / 1_000) + 3_600;
  expect(await bob.client.addPostReminder(user, posts[0]!.id, soon)).toEqual({ status: "OK" });
  const notice = await bob.next("ephemeral_message");
  expect(notice.parsed.post).toMatchObject({ type: "system_ephemeral", channel_id: channel.id });
});

it("a direct message is for reading only, once its people have no team in common", async () => {
  const { client } = ada;
  const carol = people[2]!;
  expect((await client.getClientConfig()).RestrictDirectMessage).toBe("team");
  const direct = await client.createDirectChannel([me, carol.id]);
  const common = async () =>
    ((await client.getGroupMessageMembersCommonTeams(direct.id)).data as unknown as { id: string }[]).map(
      ({ id }) => id,
    );
  const say = () => client.createPost({ channel_id: direct.id, message: "hello" } as Post);
  expect(await common()).toEqual([world.team.id]);
  const post = await say();
  await client.removeFromTeam(world.team.id, carol.id);
  expect(await common()).toEqual([]);
  expect(await failureOf(say())).toMatchObject({
    server_error_id: "api.post.create_post.can_not_post_in_restricted_dm.error",
    status_code: 400,
  });
  const posts = await client.getPosts(direct.id, 0, 30, true, true, false);
  expect(posts.order).toContain(post.id);
});

it("a linked message of another channel is shown as it is now", async () => {
  const { client } = ada;
  const away = await makeChannel(people[0]!, world.team);
  const here = await makeChannel(people[0]!, world.team);
  const linked = await client.createPost({ channel_id: away.id, message: "then" } as Post);
  const message = `${node.url}/${world.team.name}/pl/${linked.id}`;
  const post = await client.createPost({ channel_id: here.id, message } as Post);
  const previews = async () =>
    [
      await client.getPosts(here.id, 0, 30, true, true, false),
      await client.getPostsBefore(here.id, last.id, 0, 30, true, true, false),
      await client.getPostsUnread(here.id, me, 30, 30, true, true, false),
      await client.getPaginatedPostThread(post.id, { collapsedThreads: true, perPage: 60 } as never),
      await client.getPinnedPosts(here.id),
      { posts: { [post.id]: await client.getPost(post.id) } },
    ].map(({ posts }) => posts[post.id]!.metadata.embeds?.[0]?.data as { post: Post } | undefined);
  const last = await client.createPost({ channel_id: here.id, message: "last" } as Post);
  await client.pinPost(post.id);
  for (const preview of await previews()) expect(preview?.post.message).toBe("then");
  await client.patchPost({ id: linked.id, message: "now" } as never);
  for (const preview of await previews()) expect(preview?.post.message).toBe("now");
});
