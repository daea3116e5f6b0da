// The mobile app in use (client-flows 20): channels, threads, sending, files without client ids, search, people.

import type { Channel } from "@mattermost/types/channels";
import { beforeAll, expect, it } from "vitest";
import { newId } from "../../../workers/model/id.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../../harness/people.ts";
import { makePng } from "../../images/make.ts";
import { expectPosts, MEMBER } from "../support/channel.ts";
import { Phone } from "../support/phone.ts";

const ID = /^[a-z0-9]{26}$/;
const OK = { status: "OK" };
const CRT = "collapsedThreads=true&collapsedThreadsExtended=true";

let world: World;
let channel: Channel;
let team: string;
let ada: Person;
let bob: Person;
let phone: Phone;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ada, bob] = world.users as [Person, Person];
  ({ channel } = world);
  team = world.team.id;
  phone = new Phone(world.node, "android");
  phone.token = ada.token;
  await phone.connect();
});

const bobSays = (message: string, more: object = {}) =>
  bob.client.createPost({ channel_id: channel.id, message, ...more } as never);

/** As the app sends: the copy that it shows meanwhile goes once a post with its pending id comes. */
async function send(message: string, more: Record<string, unknown> = {}): Promise<any> {
  const now = Date.now();
  const pending = `${ada.id}:${now}${newId().slice(0, 3)}`;
  const { status, data } = await phone.ask("POST", "posts", {
    channel_id: channel.id,
    message,
    root_id: "",
    user_id: ada.id,
    pending_post_id: pending,
    create_at: now,
    update_at: now,
    delete_at: 0,
    file_ids: [],
    metadata: {},
    ...more,
  });
  expect([status, data.pending_post_id, data.message]).toEqual([201, pending, message]);
  const event = await phone.next("posted", ({ parsed }) => parsed.post.id === data.id);
  expect(event.parsed.post.pending_post_id).toBe(pending);
  return data;
}

it("opens a channel, pages back, and shows it as read", async () => {
  const said: string[] = [];
  for (let i = 0; i < 5; i++) said.push((await bobSays(`message ${i} for @${ada.username}`)).id);
  await phone.next("posted", ({ parsed }) => parsed.post.id === said.at(-1));
  const c = `channels/${channel.id}`;
  const [posts, viewed, stats, users, named, bookmarks, people] = await Promise.all([
    phone.need("GET", `${c}/posts?page=0&per_page=60&${CRT}`),
    phone.need("POST", "channels/members/me/view", {
      channel_id: channel.id,
      prev_channel_id: "",
      collapsed_threads_supported: true,
    }),
    phone.need("GET", `${c}/stats?exclude_files_count=true`),
    phone.need("POST", "users/ids", [bob.id]),
    phone.need("POST", "users/usernames", [bob.username, "nobody-of-that-name"]),
    // The licence says IsLicensed, and FeatureFlagChannelBookmarks is on.
    phone.need("GET", `${c}/bookmarks`),
    phone.need("GET", `users?in_channel=${channel.id}&page=0&per_page=50&sort=&active=true`),
  ]);
  expectPosts(posts);
  expect([posts.prev_post_id, posts.next_post_id]).toEqual(["", ""]);
  expect(posts.order.slice(0, 5)).toEqual(said.toReversed());
  expect(viewed).toMatchObject({ ...OK, last_viewed_at_times: { [channel.id]: expect.any(Number) } });
  expect(stats).toMatchObject({ channel_id: channel.id, member_count: 2, pinnedpost_count: 0 });
  expect([users, named]).toMatchObject([[{ id: bob.id }], [{ id: bob.id }]]);
  expect(bookmarks).toEqual([]);
  expect(people.map(({ id }: any) => id).sort()).toEqual([ada.id, bob.id].sort());
  await phone.next("multiple_channels_viewed", ({ data }) => channel.id in data.channel_times);
  expect(await phone.need("GET", `channels/${channel.id}/members/me`)).toMatchObject({
    ...MEMBER,
    mention_count: 0,
  });
  const older = await phone.need("GET", `${c}/posts?before=${said[2]}&page=0&per_page=60&${CRT}`);
  expect(older.order.slice(0, 2)).toEqual([said[1], said[0]]);
  expect(older.next_post_id).toBe(said[2]);
  const since = await phone.need("GET", `${c}/posts?since=${posts.posts[said[3]!].create_at}&${CRT}`);
  expect(since.order).toContain(said[4]);
  const unread = await phone.need("POST", `users/${ada.id}/posts/${said[3]}/set_unread`, {
    collapsed_threads_supported: true,
  });
  expect(unread).toMatchObject({
    channel_id: channel.id,
    mention_count_root: 2,
    last_viewed_at: expect.any(Number),
  });
  const event = await phone.next("post_unread");
  expect([event.broadcast.channel_id, event.broadcast.team_id]).toEqual([channel.id, team]);
});

it("sends, edits, reacts and deletes", async () => {
  const post = await send("Hello from a train");
  expect(post).toMatchObject({
    id: expect.stringMatching(ID),
    root_id: "",
    type: "",
    metadata: expect.any(Object),
  });
  const edited = await phone.need("PUT", `posts/${post.id}/patch`, {
    message: "Hello from a bus",
    id: post.id,
  });
  expect(edited).toMatchObject({ message: "Hello from a bus", edit_at: expect.any(Number) });
  await phone.next("post_edited", ({ parsed }) => parsed.post.id === post.id && parsed.post.edit_at > 0);
  const reaction = { user_id: ada.id, post_id: post.id, emoji_name: "+1" };
  expect(await phone.need("POST", "reactions", reaction)).toMatchObject(reaction);
  expect((await phone.next("reaction_added")).parsed.reaction).toMatchObject(reaction);
  expect(await phone.need("DELETE", `users/${ada.id}/posts/${post.id}/reactions/+1`)).toEqual(OK);
  await phone.next("reaction_removed");
  const flag = [{ user_id: ada.id, category: "flagged_post", name: post.id, value: "true" }];
  expect(await phone.need("PUT", "users/me/preferences", flag)).toEqual(OK);
  const saved = await phone.need("GET", `users/${ada.id}/posts/flagged?page=0&per_page=60`);
  expect(saved.order).toEqual([post.id]);
  expect(await phone.need("DELETE", `posts/${post.id}`)).toEqual(OK);
  await phone.next("post_deleted", ({ parsed }) => parsed.post.id === post.id);
  const late = {
    channel_id: channel.id,
    root_id: post.id,
    message: "Too late",
    pending_post_id: `${ada.id}:1`,
  };
  const reply = await phone.ask("POST", "posts", late);
  // One of the three errors on which the app removes its copy.
  expect([reply.status, reply.data.id]).toEqual([400, "api.post.create_post.root_id.app_error"]);
});

it("reads a thread to its beginning, and marks it as read", async () => {
  const root = await send("A long story");
  const replies: string[] = [];
  for (let i = 0; i < 5; i++) replies.push((await bobSays(`part ${i}`, { root_id: root.id })).id);
  await phone.next("thread_updated", ({ parsed }) => parsed.thread.reply_count === 5);
  const seen: string[] = [];
  let from = "";
  for (;;) {
    const query = `skipFetchThreads=false&${CRT}&perPage=2&direction=up${from}`;
    const page = await phone.need("GET", `posts/${root.id}/thread?${query}`);
    expectPosts({ ...page, order: [], prev_post_id: "", next_post_id: "" });
    expect(page.posts[root.id]).toMatchObject({ reply_count: 5, participants: expect.any(Array) });
    const got = page.order.filter((id: string) => id !== root.id);
    seen.push(...got);
    if (!page.has_next) break;
    const last = page.posts[got.at(-1)!];
    from = `&fromPost=${last.id}&fromCreateAt=${last.create_at}`;
    expect(seen.length).toBeLessThanOrEqual(5);
  }
  expect([...seen].sort()).toEqual([...replies].sort());
  const one = `users/${ada.id}/teams/${team}/threads/${root.id}`;
  expect(await phone.need("GET", `${one}?extended=true`)).toMatchObject({
    id: root.id,
    unread_replies: 5,
    post: { id: root.id },
  });
  expect(await phone.need("PUT", `${one}/read/${Date.now()}`)).toMatchObject({
    id: root.id,
    unread_replies: 0,
  });
  const { data } = await phone.next("thread_read_changed", (event) => event.data.thread_id === root.id);
  expect(data).toMatchObject({ channel_id: channel.id, unread_mentions: 0, unread_replies: 0 });
  expect(await phone.need("DELETE", `${one}/following`)).toEqual(OK);
  expect(await phone.need("PUT", `${one}/following`)).toEqual(OK);
});

it("sends files that it gives no ids of its own", async () => {
  const picture = makePng(400, 300, (x, y) => [x % 256, y % 256, 90, 255]);
  const shown = {
    extension: "png",
    mime_type: "image/png",
    width: 400,
    height: 300,
    has_preview_image: true,
  };
  const ids: string[] = [];
  // The name of the part is the native library's affair.
  for (const part of ["files", "file", "IMG_1.png"]) {
    const form = new FormData();
    form.append("channel_id", channel.id);
    form.append(part, new File([picture as never], "IMG 1.png", { type: "image/png" }));
    const { status, data } = await phone.ask("POST", "files", form);
    expect([part, status]).toEqual([part, 201]);
    expect(data.file_infos).toMatchObject([{ ...shown, name: "IMG 1.png", size: picture.length }]);
    ids.push(data.file_infos[0].id);
  }
  const post = await send("", { file_ids: ids.slice(0, 2) });
  expect(post.metadata.files.map(({ id }: any) => id).sort()).toEqual(ids.slice(0, 2).sort());
  for (const path of ["", "/thumbnail", "/preview"]) {
    const { status, headers } = await phone.ask("GET", `files/${ids[0]}${path}`);
    expect([path, status, headers.get("content-type")]).toEqual([
      path,
      200,
      expect.stringMatching(/^image\//),
    ]);
  }
});

it("makes channels and conversations, and is told of a name that is taken", async () => {
  const name = `trip-${newId()}`;
  const asked = { team_id: team, name, display_name: "Trip", purpose: "", header: "", type: "O" };
  const made = await phone.ask("POST", "channels", asked);
  expect([made.status, made.data.name]).toEqual([201, name]);
  expect(await phone.need("GET", `channels/${made.data.id}/members/${ada.id}`)).toMatchObject({
    ...MEMBER,
    scheme_admin: true,
  });
  const again = await phone.ask("POST", "channels", asked);
  expect([again.status, again.data.id]).toEqual([400, "store.sql_channel.save_channel.exists.app_error"]);
  const direct = await phone.ask("POST", "channels/direct", [ada.id, bob.id]);
  expect([direct.status, direct.data.name]).toEqual([201, [ada.id, bob.id].sort().join("__")]);
  const third = await makeUser();
  const group = await phone.ask("POST", "channels/group", [ada.id, bob.id, third.id]);
  expect([group.status, group.data.type]).toEqual([201, "G"]);
  const groups = await phone.need("POST", "users/group_channels", [group.data.id]);
  // Without its asker, as the app names the channel by the others.
  expect(groups[group.data.id].map(({ id }: any) => id)).toEqual(expect.arrayContaining([bob.id, third.id]));
});

it("searches messages and files", async () => {
  const word = `needle${newId().slice(0, 8)}`;
  const post = await send(`a ${word} in the hay`);
  const form = new FormData();
  form.append("channel_id", channel.id);
  form.append("files", new File(["text"], `${word}.txt`, { type: "text/plain" }));
  const { data } = await phone.ask("POST", "files", form);
  await send("see there", { file_ids: [data.file_infos[0].id] });
  const search = {
    terms: word,
    is_or_search: false,
    include_deleted_channels: true,
    page: 0,
    per_page: 60,
    time_zone_offset: 3600,
  };
  const [posts, files] = await Promise.all([
    phone.need("POST", `teams/${team}/posts/search`, search),
    phone.need("POST", `teams/${team}/files/search`, search),
  ]);
  expect([posts.order, posts.posts[post.id].message]).toEqual([[post.id], `a ${word} in the hay`]);
  expect(files.order).toEqual([data.file_infos[0].id]);
  expect(files.file_infos[files.order[0]]).toMatchObject({
    channel_id: channel.id,
    post_id: expect.stringMatching(ID),
  });
});

it("shows people, sets the status, and invites", async () => {
  const other = await makeChannel(bob, world.team, { members: [ada] });
  const [user, member, emoji, found] = await Promise.all([
    phone.need("GET", `users/${bob.id}`),
    phone.need("GET", `teams/${team}/members/${bob.id}`),
    phone.need("GET", "emoji?page=0&per_page=200&sort=name"),
    phone.need("POST", "emoji/search", { term: "no-such-emoji" }),
  ]);
  expect([user.id, member.user_id, emoji, found]).toEqual([bob.id, bob.id, expect.any(Array), []]);
  const status = {
    user_id: ada.id,
    status: "dnd",
    dnd_end_time: Math.floor(Date.now() / 1000) + 3600,
    manual: true,
  };
  expect((await phone.need("PUT", `users/${ada.id}/status`, status)).status).toBe("dnd");
  const { data } = await phone.next("status_change", (event) => event.data.status === "dnd");
  expect(data).toEqual({ user_id: ada.id, status: "dnd" });
  const custom = {
    emoji: "palm_tree",
    text: "Away",
    duration: "today",
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  };
  expect(await phone.need("PUT", "users/me/status/custom", custom)).toEqual(OK);
  const mine = await phone.next("user_updated", ({ data }) => data.user.id === ada.id);
  expect(JSON.parse(mine.data.user.props.customStatus)).toMatchObject({ emoji: "palm_tree", text: "Away" });
  expect(await phone.need("DELETE", "users/me/status/custom")).toEqual(OK);
  const joined = await phone.need("POST", `teams/${team}/members/batch?graceful=true`, [
    { team_id: team, user_id: (await makeUser()).id },
  ]);
  expect(joined).toMatchObject([{ user_id: expect.stringMatching(ID), member: { team_id: team } }]);
  expect(await phone.need("DELETE", `channels/${other.id}/members/${ada.id}`)).toEqual(OK);
  const left = await phone.next("user_removed", ({ data }) => data.channel_id === other.id);
  expect(left.broadcast.user_id).toBe(ada.id);
});
