// A browser keeps what has an ETag, and shows it again when it is told that nothing has changed (http-conventions 4.3): after
// everything that people do, what it has kept is what somebody without a cache gets.

import type { Channel } from "@mattermost/types/channels";
import type { CustomEmoji } from "@mattermost/types/emojis";
import type { Post } from "@mattermost/types/posts";
import { beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { uploadOne } from "../files/uploads.ts";
import { makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { makePng } from "../images/make.ts";
import { openTab, type Tab } from "./support/tab.ts";
import { WebTab } from "./support/web-client.ts";

const png = () => new Blob([makePng(20, 20, () => [1, 2, 3, 255]) as never]);

let world: World;
let team: string;
let channel: string;
/** She looks, and has a cache. */
let alice: Tab;
/** He does what changes it. */
let bob: Tab;
let carol: Tab;
/** An administrator of this file's own: what the shared one is in changes at any time. */
let admin: Person;
let root: Post;
let reply: Post;
const posts: string[] = [];

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [alice, bob, carol] = (await Promise.all(world.users.map(openTab))) as [Tab, Tab, Tab];
  admin = await makeUser();
  const roles = "system_admin system_user";
  expect((await world.admin.request("PUT", `users/${admin.id}/roles`, { roles })).status).toBe(200);
  team = world.team.id;
  channel = world.channel.id;
  root = await alice.say(channel, "root");
  reply = await bob.say(channel, "r1", { root_id: root.id });
  await alice.say(channel, "r2", { root_id: root.id });
  for (let i = 0; i < 5; i++) posts.push((await bob.say(channel, `p${i}`)).id);
});

const page = (more: string) => `channels/${channel}/posts?${more}`;
/** What has an ETag, and what the server keeps in memory. */
const paths = () => [
  page("page=0&per_page=30&skipFetchThreads=false&collapsedThreads=true&collapsedThreadsExtended=false"),
  page("page=0&per_page=30&skipFetchThreads=false&collapsedThreads=true&collapsedThreadsExtended=true"),
  page("page=0&per_page=30&skipFetchThreads=false&collapsedThreads=false"),
  page(`before=${posts[4]}&page=0&per_page=30&collapsedThreads=true`),
  `users/${alice.id}/channels/${channel}/posts/unread?limit_after=30&limit_before=30&collapsedThreads=true`,
  `posts/${root.id}`,
  `posts/${posts[2]}`,
  `posts/${root.id}/thread?collapsedThreads=true&direction=down&perPage=60`,
  `posts/${root.id}/thread?collapsedThreads=true&collapsedThreadsExtended=true&direction=down&perPage=60`,
  `posts/${posts[0]}/files/info`,
  `channels/${channel}/pinned`,
  `channels/${channel}`,
  `users/me/teams/${team}/channels?include_deleted=false`,
  "users/me/channels",
  `users/me/teams/${team}/channels/members`,
  "users/me",
  `users/${bob.id}`,
  `users/username/${bob.username}`,
  `users?in_team=${team}&page=0&per_page=60&sort=`,
  `users?in_channel=${channel}&page=0&per_page=60&sort=admin`,
  "users/me/teams",
  `users/me/teams/${team}/threads?extended=true`,
];

/** As a client sees it: an object's fields have no order. */
const seen = (answer: unknown) =>
  JSON.stringify(answer, (key, value) => {
    if (key === "request_id") return undefined;
    if (!value || typeof value !== "object" || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

/** The paths where what the browser shows is not what is so. */
async function stale(): Promise<string[]> {
  const fresh = world.users[0]!;
  const wrong = await Promise.all(
    paths().map(async (path) => {
      const kept = await alice.ask("GET", path);
      const now = await fresh.request("GET", path);
      return seen(kept.data) === seen(now.body) ? [] : [path];
    }),
  );
  return wrong.flat();
}

let emoji: CustomEmoji;
let other: Channel;
const patch = (id: string, message: string, more: Partial<Post> = {}) =>
  bob.client.patchPost({ id, message, ...more } as Post);
const follow = (id: string, state: boolean) =>
  alice.client.updateThreadFollowForUser(alice.id, team, id, state);
const role = (of: Tab) =>
  admin.request("PUT", `users/${of.id}/roles`, { roles: "system_user system_post_all" });
const prefer = (category: string, name: string) =>
  alice.client.savePreferences(alice.id, [{ user_id: alice.id, category, name, value: "true" }]);

const steps: [string, () => Promise<unknown>][] = [
  ["nothing", async () => undefined],
  ["a reaction", () => bob.client.addReaction(bob.id, posts[0]!, "smile")],
  ["its end", () => bob.client.removeReaction(bob.id, posts[0]!, "smile")],
  ["a pin", () => bob.client.pinPost(posts[0]!)],
  ["a second pin", () => bob.client.pinPost(posts[1]!)],
  ["a third pin", () => bob.client.pinPost(posts[2]!)],
  ["one of them taken away", () => bob.client.unpinPost(posts[1]!)],
  ["an edit", () => patch(posts[1]!, "edited")],
  ["an edited reply", () => patch(reply.id, "edited")],
  ["an end to following", () => follow(root.id, false)],
  ["following again", () => follow(root.id, true)],
  ["following what nobody has answered", () => follow(posts[3]!, true)],
  ["an end to following one of two", () => follow(root.id, false)],
  ["a thread left unread", () => alice.client.markThreadAsUnreadForUser(alice.id, team, root.id, reply.id)],
  ["a thread read", () => alice.client.updateThreadReadForUser(alice.id, team, root.id, Date.now())],
  ["a deleted reply", () => bob.client.deletePost(reply.id)],
  ["a post left unread", () => alice.client.markPostAsUnread(alice.id, posts[1]!)],
  ["a view", () => alice.client.viewMyChannel(channel)],
  ["a deleted post", () => bob.client.deletePost(posts[1]!)],
  [
    "an attached file",
    async () => {
      const { id } = await uploadOne(world.users[1]!, channel, "a.txt", "x");
      await patch(posts[0]!, "p0", { file_ids: [id] });
    },
  ],
  ["a file taken away", () => patch(posts[0]!, "p0", { file_ids: [] })],
  [
    "a new emoji",
    async () => {
      const made = { creator_id: alice.id, name: `x${newId().slice(0, 8)}` } as CustomEmoji;
      emoji = await alice.client.createCustomEmoji(made, new File([png()], "x.png"));
      await bob.client.addReaction(bob.id, posts[2]!, emoji.name);
      await patch(posts[3]!, `see :${emoji.name}:`);
    },
  ],
  ["a deleted emoji", () => alice.client.deleteCustomEmoji(emoji.id)],
  ["a custom status", () => bob.client.updateCustomStatus({ emoji: "tada", text: "x" } as never)],
  ["a name", () => bob.client.patchMe({ first_name: "Robert", nickname: "Bob" })],
  [
    "a picture",
    () => {
      const form = new FormData();
      form.append("image", png(), "me.png");
      return bob.ask("POST", `users/${bob.id}/image`, form);
    },
  ],
  ["a role of the system", () => role(bob)],
  ["a role of one's own", () => role(alice)],
  ["a role in the team", () => alice.client.updateTeamMemberSchemeRoles(team, bob.id, true, true)],
  ["a role in the channel", () => alice.client.updateChannelMemberSchemeRoles(channel, bob.id, true, true)],
  ["a header", () => bob.client.patchChannel(channel, { header: "h" })],
  [
    "a muted channel",
    () => {
      const props = { channel_id: channel, user_id: alice.id, mark_unread: "mention" };
      return alice.client.updateChannelNotifyProps(props as never);
    },
  ],
  [
    "being added",
    async () => {
      const made = { team_id: team, name: `o-${newId()}`, display_name: "Other", type: "P" };
      other = await bob.client.createChannel(made as Channel);
      await bob.client.addToChannel(alice.id, other.id);
    },
  ],
  ["a mention there", () => bob.say(other.id, `hello @${alice.username}`)],
  ["being removed", () => bob.client.removeFromChannel(alice.id, other.id)],
  ["being added again", () => bob.client.addToChannel(alice.id, other.id)],
  ["a channel made public", () => bob.client.updateChannelPrivacy(other.id, "O")],
  ["an archived channel", () => bob.client.deleteChannel(other.id)],
  ["a restored channel", () => alice.client.unarchiveChannel(other.id)],
  [
    "a direct message, edited",
    async () => {
      const { id } = await carol.client.createDirectChannel([carol.id, alice.id]);
      const post = await carol.say(id, "hi");
      await carol.client.patchPost({ id: post.id, message: "ho" } as Post);
    },
  ],
  [
    "a group message",
    async () => {
      const { id } = await carol.client.createGroupChannel([carol.id, alice.id, bob.id]);
      await carol.say(id, "hi");
    },
  ],
  ["a favourite", () => prefer("favorite_channel", channel)],
  ["a changed team", () => alice.client.patchTeam({ id: team, description: "new" } as never)],
  ["a member who leaves", () => carol.client.removeFromTeam(team, carol.id)],
  [
    "a new member who is deactivated",
    async () => {
      const { id } = await makeUser();
      await alice.client.addToTeam(team, id);
      await alice.client.addToChannel(id, channel);
      await admin.request("DELETE", `users/${id}`);
    },
  ],
  ["a deleted root", () => alice.client.deletePost(root.id)],
  ["leaving", () => alice.client.removeFromChannel(alice.id, channel)],
  ["coming back", () => alice.client.addToChannel(alice.id, channel)],
];

// Some two thousand requests.
test("what a browser has kept is what is so, whatever was done meanwhile", { timeout: 180_000 }, async () => {
  const wrong: string[] = [];
  for (const [name, step] of steps) {
    await step();
    for (const path of await stale()) wrong.push(`${name}: ${path}`);
  }
  expect(wrong).toEqual([]);
  expect(alice.cache.size).toBeGreaterThan(10);
});

test("who logs in where somebody else was logged in before sees his own", { timeout: 60_000 }, async () => {
  const [first, second] = world.users as [Person, Person];
  const shared = new WebTab(world.node);
  for (const [who, before] of [
    [first, undefined],
    [second, first],
    [admin, second],
    [first, admin],
  ] as const) {
    await shared.login(who);
    const wrong: string[] = [];
    for (const path of paths()) {
      const kept = await shared.ask("GET", path);
      const now = await who.request("GET", path);
      if (kept.status !== now.status || seen(kept.data) !== seen(now.body)) wrong.push(path);
    }
    expect(wrong, `${who.username} after ${before?.username}`).toEqual([]);
    await shared.client.logout();
  }
});
