// The web client puts the same object into its store from an event, from a list and from a request of its own: whichever
// comes last wins, so all of them say the same.

import type { Channel } from "@mattermost/types/channels";
import type { Post } from "@mattermost/types/posts";
import type { UserProfile } from "@mattermost/types/users";
import { beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { uploadOne } from "../files/uploads.ts";
import { makeWorld, type World } from "../harness/people.ts";
import { makePng } from "../images/make.ts";
import { openTab, type Tab } from "./support/tab.ts";

let world: World;
let alice: Tab;
let bob: Tab;
let team: string;
let channel: string;
let post: Post;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = (await Promise.all(world.users.map(openTab))) as [Tab, Tab];
  team = world.team.id;
  channel = world.channel.id;
  const png = makePng(20, 20, () => [1, 2, 3, 255]);
  const { id } = await uploadOne(world.users[1]!, channel, "a.png", png);
  post = await bob.say(channel, `hello @${alice.username} ~town-square #tag`, {
    file_ids: [id],
    metadata: { priority: { priority: "urgent" } } as never,
  });
});

/** With what only the answer to its own request, and a page, tell. */
const stored = async (tab: Tab, { id, pending_post_id }: Post, more: Partial<Post> = {}) => ({
  ...(await tab.client.getPost(id)),
  pending_post_id,
  ...more,
});

test("a post", async () => {
  const posted = await alice.next("posted", ({ parsed }) => parsed.post.id === post.id);
  expect(posted.parsed.post).toEqual(await stored(alice, post));
  expect(post).toEqual(await stored(bob, post));
  const patched = await bob.client.patchPost({ id: post.id, message: "hello ~off-topic" } as Post);
  const edited = await alice.next("post_edited");
  expect(edited.parsed.post).toEqual(await stored(alice, patched));
  expect(patched).toEqual(await stored(bob, patched));
  await bob.client.addReaction(bob.id, post.id, "tada");
  const reacted = await alice.next("reaction_added");
  expect(await alice.client.getReactionsForPost(post.id)).toEqual([reacted.parsed.reaction]);
  await bob.client.pinPost(post.id);
  const pinned = await alice.next("post_edited", ({ parsed }) => parsed.post.is_pinned);
  const now = await stored(alice, patched);
  expect(pinned.parsed.post).toEqual(now);
  const of = async (list: Promise<{ posts: Record<string, Post> }>) => (await list).posts[post.id];
  const { client } = alice;
  expect(await of(client.getPosts(channel, 0, 30, true, true))).toEqual({ ...now, is_following: false });
  expect(await of(client.getPostThread(post.id, true, true))).toEqual({ ...now, is_following: false });
  expect(await of(client.getPosts(channel))).toEqual(now);
  expect(await of(client.getPinnedPosts(channel))).toEqual(now);
  expect(await of(client.searchPosts(team, "hello", false) as never)).toEqual(now);
  expect(await client.getPostsByIds([post.id])).toEqual([now]);
});

test("a thread", async () => {
  await alice.client.updateThreadFollowForUser(alice.id, team, post.id, true);
  const reply = await bob.say(channel, "reply", { root_id: post.id });
  const posted = await alice.next("posted", ({ parsed }) => parsed.post.id === reply.id);
  expect(posted.parsed.post).toEqual(await stored(alice, reply));
  const { thread } = (await alice.next("thread_updated")).parsed;
  const asked = await alice.client.getUserThread(alice.id, team, post.id, true);
  // Which links of a root the reader may follow is his own: the event has none.
  const { channel_mentions: _, ...props } = asked.post.props;
  expect(thread).toEqual({ ...asked, post: { ...asked.post, props } });
  const { threads } = await alice.client.getUserThreads(alice.id, team, { extended: true });
  expect(threads).toEqual([asked]);
});

test("a channel and its members", async () => {
  const made = await alice.client.createChannel({
    team_id: team,
    name: `made-${newId()}`,
    display_name: "Made",
    type: "O",
  } as Channel);
  expect(made).toEqual(await alice.client.getChannel(made.id));
  const member = await alice.client.addToChannel(bob.id, made.id);
  expect(member).toEqual(await alice.client.getChannelMember(made.id, bob.id));
  const page = await alice.client.getPosts(made.id, 0, 30, true, true);
  for (const id of page.order)
    expect(page.posts[id]).toEqual(await stored(alice, page.posts[id]!, { is_following: false }));
  await alice.client.patchChannel(channel, { header: "see ~town-square", display_name: "New" });
  const updated = await bob.next("channel_updated");
  const shown = await bob.client.getChannel(channel);
  expect(updated.parsed.channel).toEqual(shown);
  const inList = (list: Channel[]) => list.find(({ id }) => id === channel);
  expect(inList(await bob.client.getAllTeamsChannels())).toEqual(shown);
  expect(inList(await bob.client.getMyChannels(team))).toEqual(shown);
  expect(inList(await bob.client.getChannels(team))).toEqual(shown);
  await alice.client.updateChannelMemberSchemeRoles(channel, bob.id, true, true);
  await bob.next("channel_member_updated");
  const mine = { channel_id: channel, user_id: bob.id, desktop: "all" };
  await bob.client.updateChannelNotifyProps(mine as never);
  const changed = await bob.next("channel_member_updated");
  const own = await bob.client.getMyChannelMember(channel);
  expect(changed.parsed.channelMember).toEqual(own);
  expect(await bob.client.getMyChannelMembers(team)).toContainEqual(own);
  expect(await bob.client.getChannelMembersByIds(channel, [bob.id])).toEqual([own]);
  const { data } = await bob.ask("GET", `users/${bob.id}/channel_members?page=-1&per_page=60`);
  expect(data).toContainEqual(expect.objectContaining(own));
});

test("a user, as others and as he himself sees him", async () => {
  await bob.client.patchMe({ first_name: "Bo", nickname: "B" });
  const asked = await alice.client.getUser(bob.id);
  const seen = await alice.next("user_updated", ({ data }) => data.user.id === bob.id);
  expect(seen.data.user).toEqual(asked);
  const own = await bob.next("user_updated", ({ data }) => data.user.id === bob.id);
  expect(own.data.user).toEqual(await bob.client.getMe());
  const { client } = alice;
  const found: Promise<UserProfile[]>[] = [
    client.getProfilesByIds([bob.id]),
    client.getProfilesByUsernames([bob.username]),
    client.searchUsers(bob.username, {} as never),
    client.autocompleteUsers(bob.username, team, channel).then(({ users }) => users),
    client.getProfilesInChannel(channel, 0, 60),
    client.getProfilesInTeam(team, 0, 60),
  ];
  for (const list of await Promise.all(found)) expect(list).toContainEqual(asked);
  await alice.client.updateTeamMemberSchemeRoles(team, bob.id, true, true);
  const { member } = (await bob.next("memberrole_updated")).parsed;
  expect(member).toEqual(await bob.client.getTeamMember(team, bob.id));
  expect(await bob.client.getMyTeamMembers()).toContainEqual(member);
});

test("a team, a category and a draft", async () => {
  await alice.client.patchTeam({ id: team, description: "new" } as never);
  const { parsed } = await bob.next("update_team");
  const { email: _, invite_id: __, ...shown } = await bob.client.getTeam(team);
  expect(parsed.team).toEqual({ ...shown, email: "", invite_id: "" });
  const made = await bob.client.createChannelCategory(bob.id, team, {
    user_id: bob.id,
    team_id: team,
    display_name: "Mine",
    channel_ids: [channel],
  } as never);
  await bob.client.updateChannelCategories(bob.id, team, [{ ...made, collapsed: true }] as never);
  const { updatedCategories } = (
    await bob.next("sidebar_category_updated", ({ broadcast }) => broadcast.team_id === team)
  ).parsed;
  const { categories } = await bob.client.getChannelCategories(bob.id, team);
  expect(updatedCategories).toEqual(categories.filter(({ id }) => id === made.id));
  const draft = { user_id: bob.id, channel_id: channel, root_id: "", message: "d", props: {}, file_ids: [] };
  const saved = await bob.ask("POST", "drafts", draft);
  const told = await bob.next("draft_created");
  expect(told.parsed.draft).toEqual(saved.data);
  expect((await bob.ask("GET", `users/me/teams/${team}/drafts`)).data).toEqual([saved.data]);
});
