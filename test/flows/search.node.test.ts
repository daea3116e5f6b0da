// The web client's search and right-hand lists (client-flows 11): both searches at once as the client words them, recent
// mentions, a channel's files, pinned and saved messages, suggestions.

import type { FileInfo } from "@mattermost/types/files";
import type { Post, PostSearchResults } from "@mattermost/types/posts";
import { beforeAll, expect, test } from "vitest";
import { uploadOne } from "../files/uploads.ts";
import { makeChannel, makeTeam, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { openTab, type Tab } from "./support/tab.ts";

let world: World;
let alice: Tab;
let bob: Tab;
let carol: Tab;
let team: string;
/** Open, private, archived, of another team; direct with bob, with oneself, a group of three. */
const at: Record<string, { id: string; name: string }> = {};
const said: Record<string, Post> = {};

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [alice, bob, carol] = (await Promise.all(world.users.map(openTab))) as [Tab, Tab, Tab];
  team = world.team.id;
  const [owner, ...members] = world.users as [Person, Person, Person];
  const other = await makeTeam(owner, members);
  at.open = await makeChannel(owner, world.team, { members, name: "plans-2026" });
  at.private = await makeChannel(owner, world.team, { members, type: "P" });
  at.archived = await makeChannel(owner, world.team, { members });
  at.elsewhere = await makeChannel(owner, other, { members });
  at.direct = await alice.client.createDirectChannel([alice.id, bob.id]);
  at.self = await alice.client.createDirectChannel([alice.id, alice.id]);
  at.group = await alice.client.createGroupChannel([alice.id, bob.id, carol.id]);
  for (const [place, { id }] of Object.entries(at))
    said[place] = await say(place === "self" ? alice : bob, id, `giraffe in ${place}`);
  await alice.client.deleteChannel(at.archived.id);
});

const say = (tab: Tab, at: string, message: string, more?: Partial<Post>) => tab.say(at, message, more);

/** The two requests of one search, fired together; the ids that they found, and what carries them. */
async function search(terms: string, { in_team = team, or = false, page = 0 } = {}) {
  const params = {
    terms,
    is_or_search: or,
    include_deleted_channels: true,
    time_zone_offset: 3_600,
    page,
    per_page: 20,
  };
  const [posts, files] = (await Promise.all([
    alice.client.searchPostsWithParams(in_team, params),
    alice.client.searchFilesWithParams(in_team, params),
  ])) as unknown as [PostSearchResults, { order: string[]; file_infos: Record<string, FileInfo> }];
  expect(Object.keys(posts.posts).sort()).toEqual([...posts.order].sort());
  expect(Object.keys(files.file_infos).sort()).toEqual([...files.order].sort());
  return { posts, files, messages: posts.order.map((id) => posts.posts[id]!.message) };
}

const places = async (terms: string, options = {}) =>
  (await search(terms, options)).messages.map((message) => message.replace("giraffe in ", "")).sort();

test("words find posts of one's own channels, in one team or in all, newest first", async () => {
  const { posts, messages } = await search("giraffe");
  expect(messages).toEqual(
    ["group", "self", "direct", "archived", "private", "open"].map((x) => `giraffe in ${x}`),
  );
  expect(posts.posts[said.open!.id]).toMatchObject({
    ...said.open,
    pending_post_id: "",
    root_id: "",
    type: "",
    metadata: {},
  });
  expect(await places("giraffe", { in_team: "" })).toContain("elsewhere");
  expect(await search("giraffe", { page: 1 })).toMatchObject({
    messages: [],
    posts: { order: [], posts: {} },
  });
  expect(alice.last.headers.get("cache-control")).toBe("no-cache, no-store, must-revalidate");
  const nothing = await search("zzzznothing");
  expect([nothing.posts.order, nothing.files.order]).toEqual([[], []]);
  expect(nothing.files.file_infos).toEqual({});
  for (const odd of [
    '"',
    "*",
    "-",
    "in:",
    "from:@",
    "#",
    "& | ! :* ( )",
    "'",
    "giraffe' OR 1=1 --",
    "\\",
    "日本",
  ])
    await search(odd);
});

test.each<[string, () => string, string[]]>([
  ["a raw id", () => at.open!.id, ["open"]],
  ["a name", () => at.open!.name, ["open"]],
  ["~name", () => `~${at.open!.name}`, ["open"]],
  ["a private channel's id", () => at.private!.id, ["private"]],
  ["an archived channel's name", () => at.archived!.name, ["archived"]],
  ["@user", () => `@${bob.username}`, ["direct"]],
  ["oneself", () => `@${alice.username}`, ["self"]],
  ["a direct channel's id", () => at.direct!.id, ["direct"]],
  ["@a,b,c", () => `@${alice.username},${bob.username},${carol.username}`, ["group"]],
  ["@b,c", () => `@${carol.username},${bob.username}`, ["group"]],
  ["a group's id", () => at.group!.id, ["group"]],
  ["a space before it", () => ` ${at.open!.name}`, ["open"]],
  ["nobody", () => "@nobody-at-all", []],
])("in: and channel: take %s", async (_, value, expected) => {
  expect(await places(`giraffe in:${value()}`)).toEqual(expected);
  expect(await places(`channel:${value()} giraffe`)).toEqual(expected);
  const others = (await places("giraffe")).filter((place) => !expected.includes(place));
  expect(await places(`giraffe -in:${value()}`)).toEqual(others);
  // As the list of a channel's files asks: the place alone.
  const alone = (await search(`channel:${value()}`)).messages.filter((text) => text.startsWith("giraffe"));
  expect(alone.map((text) => text.replace("giraffe in ", ""))).toEqual(expected);
});

test("from:, dates, phrases, stars, hashtags and exclusions narrow a search", async () => {
  // One hour east of Greenwich, as the searches say; it may have become midnight since the first message, or among them.
  const dayOf = (at: number) => new Date(at + 3_600_000).toISOString().slice(0, 10);
  const first = said.open!.create_at;
  const [today, tomorrow, yesterday] = [dayOf(first), dayOf(first + 86_400_000), dayOf(first - 86_400_000)];
  const saidOn = (fits: (day: string) => boolean) =>
    all.filter((place) => fits(dayOf(said[place]!.create_at)));
  const all = await places("giraffe");
  expect(await places(`giraffe from:${alice.username}`)).toEqual(["self"]);
  expect(await places(`giraffe from:@${alice.username}`)).toEqual(["self"]);
  expect(await places(`from: ${alice.username} giraffe`)).toEqual(["self"]);
  expect(await places(`giraffe -from:${bob.username}`)).toEqual(["self"]);
  expect(await places(`giraffe on:${today}`)).toEqual(saidOn((day) => day === today));
  expect(await places(`giraffe before:${tomorrow} after:${yesterday}`)).toEqual(
    saidOn((day) => day === today),
  );
  expect(await places(`giraffe before:${today}`)).toEqual([]);
  expect(await places(`giraffe after:${today}`)).toEqual(saidOn((day) => day > today));
  expect(await places("giraf*")).toEqual(all);
  expect(await places('"giraffe in open"')).toEqual(["open"]);
  expect(await places('"open giraffe"')).toEqual([]);
  expect(await places("giraffe -open -private -archived")).toEqual(["direct", "group", "self"]);
  const tagged = await say(bob, at.open!.id, "see #Okapi-herd for more");
  expect(tagged.hashtags).toBe("#Okapi-herd");
  // A click on the tag.
  expect((await search("#okapi-herd")).posts.order).toEqual([tagged.id]);
  const edited = await bob.client.patchPost({ id: tagged.id, message: "now a zebra" } as Post);
  expect((await search("#okapi-herd")).posts.order).toEqual([]);
  expect((await search("zebra")).posts.posts[edited.id]!.edit_at).toBeGreaterThan(0);
  await bob.client.deletePost(edited.id);
  expect((await search("zebra")).posts.order).toEqual([]);
});

test("recent mentions are an OR of quoted names over all teams", async () => {
  const { first_name } = await alice.client.patchMe({ first_name: "Ottoline" });
  const mentions = await Promise.all([
    say(bob, at.open!.id, `@${alice.username} look`),
    say(bob, at.elsewhere!.id, `hey (@${alice.username}), look`),
    say(bob, at.private!.id, `${alice.username}: look`),
    say(bob, at.direct!.id, `dear ${first_name}, look`),
  ]);
  const terms = `"${first_name}" "@${alice.username}" "${alice.username}"`;
  const found = await search(terms, { in_team: "", or: true });
  expect([...found.posts.order].sort()).toEqual(mentions.map(({ id }) => id).sort());
});

test("a channel's files come without words, by extension, and with their posts by id", async () => {
  const files = await Promise.all([
    uploadOne(world.users[1]!, at.open!.id, "quarterly-report.pdf", "%PDF"),
    uploadOne(world.users[1]!, at.open!.id, "summary.txt", "a summary"),
  ]);
  const ids = files.map(({ id }) => id);
  const post = await say(bob, at.open!.id, "attached", { file_ids: ids });
  await uploadOne(world.users[1]!, at.open!.id, "unsent.pdf", "%PDF");
  const all = await search(`channel:${at.open!.id}`);
  expect([...all.files.order].sort()).toEqual([...ids].sort());
  expect(all.files.file_infos[ids[0]!]).toMatchObject({
    ...files[0],
    post_id: post.id,
    channel_id: at.open!.id,
    user_id: bob.id,
  });
  expect((await search(`channel:${at.open!.id} ext:pdf`)).files.order).toEqual([ids[0]]);
  expect((await search(`channel:${at.open!.id} ext:pdf ext:txt`)).files.order).toHaveLength(2);
  expect((await search(`channel:${at.open!.id} -ext:pdf`)).files.order).toEqual([ids[1]]);
  for (const words of ["quarterly", "report", "quarterly-report.pdf", "quarter*"])
    expect((await search(words)).files.order).toEqual([ids[0]]);
  const missing = "zzzzzzzzzzzzzzzzzzzzzzzzzz";
  const posts = await alice.client.getPostsByIds([post.id, missing]);
  expect(posts.map(({ id }) => id)).toEqual([post.id]);
  expect(posts[0]!.metadata.files).toHaveLength(2);
});

test("pinned and saved messages are lists as a channel's are", async () => {
  const [first, second] = [await say(bob, at.open!.id, "pin me"), await say(bob, at.direct!.id, "save me")];
  expect(await alice.client.pinPost(first.id)).toEqual({ status: "OK" });
  const event = await bob.next("post_edited", ({ parsed }) => parsed.post.id === first.id);
  expect(event.parsed.post).toMatchObject({ is_pinned: true, edit_at: 0 });
  const pinned = await alice.client.getPinnedPosts(at.open!.id);
  expect(pinned).toMatchObject({ order: [first.id], next_post_id: "", prev_post_id: "" });
  expect(pinned.posts[first.id]).toMatchObject({ is_pinned: true, message: "pin me" });
  expect(await alice.client.getPinnedPosts(at.private!.id)).toMatchObject({ order: [], posts: {} });
  // Of three the middle one is taken away: neither the first nor the newest tells the browser's cache.
  const more = [await say(bob, at.open!.id, "pin me, too"), await say(bob, at.open!.id, "and me")];
  for (const { id } of more) await alice.client.pinPost(id);
  expect((await alice.client.getPinnedPosts(at.open!.id)).order).toHaveLength(3);
  await alice.client.unpinPost(more[0]!.id);
  expect((await alice.client.getPinnedPosts(at.open!.id)).order).toEqual([first.id, more[1]!.id]);
  const flag = (name: string) => ({ user_id: alice.id, category: "flagged_post", name, value: "true" });
  for (const { id } of [first, second]) {
    expect(await alice.client.savePreferences(alice.id, [flag(id)])).toEqual({ status: "OK" });
    const told = await alice.next("preferences_changed", ({ parsed }) => parsed.preferences[0].name === id);
    expect(told.parsed.preferences).toEqual([flag(id)]);
  }
  const saved = await alice.client.getFlaggedPosts(alice.id, "", "", 0, 60);
  expect(saved).toMatchObject({ order: [second.id, first.id], next_post_id: "", prev_post_id: "" });
  expect((await alice.client.getFlaggedPosts(alice.id, at.open!.id, "")).order).toEqual([first.id]);
  expect((await alice.client.getFlaggedPosts(alice.id, "", team)).order).toContain(first.id);
  await alice.client.deletePreferences(alice.id, [flag(first.id)]);
  expect((await alice.next("preferences_deleted")).parsed.preferences).toEqual([flag(first.id)]);
  expect((await alice.client.getFlaggedPosts(alice.id)).order).toEqual([second.id]);
});

test("suggestions for from: and in:, and the switcher's lists", async () => {
  const stranger = await makeUser();
  const [people, named, channels, some, users] = await Promise.all([
    alice.client.autocompleteUsers(bob.username.slice(0, 12), team, "", { limit: 25 }),
    alice.client.autocompleteUsers(carol.username, "", "", { limit: 25 }),
    alice.client.autocompleteChannelsForSearch(team, ""),
    alice.client.autocompleteChannelsForSearch(team, "plans"),
    alice.client.searchUsers(stranger.username, { team_id: "", limit: 25 } as never),
  ]);
  expect(people.users.map(({ id }) => id)).toContain(bob.id);
  expect(people.out_of_channel ?? []).toEqual([]);
  expect(named.users).toMatchObject([{ id: carol.id, username: carol.username, delete_at: 0 }]);
  const ids = channels.map(({ id }) => id);
  for (const place of ["open", "private", "direct", "group", "self"]) expect(ids).toContain(at[place]!.id);
  expect(ids).not.toContain(at.elsewhere!.id);
  expect(channels.find(({ id }) => id === at.direct!.id)).toMatchObject({ type: "D", name: at.direct!.name });
  expect(some.map(({ id }) => id)).toEqual([at.open!.id]);
  expect(users.map(({ id }) => id)).toEqual([stranger.id]);
});
