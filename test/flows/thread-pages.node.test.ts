// The web client pages through a long thread and through the list of threads (client-flows 9), and catches up afterwards.

import type { Post } from "@mattermost/types/posts";
import { beforeAll, expect, test } from "vitest";
import { makeWorld } from "../harness/people.ts";
import { openTab, type Tab } from "./support/tab.ts";
import { listThreads, openThread, type ThreadList } from "./support/threads.ts";

let alice: Tab;
let bob: Tab;
let team: string;
let channel: string;

beforeAll(async () => {
  const world = await makeWorld({ users: 2 });
  [alice, bob] = (await Promise.all(world.users.map(openTab))) as [Tab, Tab];
  team = world.team.id;
  channel = world.channel.id;
});

const say = (tab: Tab, message: string, root_id = "") => tab.say(channel, message, { root_id });
const list = (tab: Tab, options: Record<string, unknown>) => listThreads(tab, team, options);

test("a long thread comes in pages that each begin with the root, whatever replies share a time", async () => {
  const long = await say(bob, "a long one");
  const replies: Post[] = [];
  for (let i = 0; i < 13; i++)
    replies.push(
      ...(await Promise.all([0, 1, 2, 3, 4].map((j) => say(j % 2 ? alice : bob, `${i}.${j}`, long.id)))),
    );
  const seen: string[] = [];
  let more: Record<string, unknown> = {};
  for (let pages = 1; ; pages++) {
    const page = await openThread(alice, long.id, more);
    expect(page.order[0]).toBe(long.id);
    const [, ...rest] = page.order;
    seen.push(...rest);
    const last = page.posts[rest.at(-1)!]!;
    more = { fromCreateAt: last.create_at, fromPost: last.id };
    expect(page.posts[long.id]!.reply_count).toBe(replies.length);
    expect(Object.keys(page.posts).sort()).toEqual([...page.order].sort());
    if (!page.has_next) {
      expect(pages).toBe(2);
      break;
    }
    expect(rest).toHaveLength(60);
  }
  expect([...seen].sort()).toEqual(replies.map(({ id }) => id).sort());
  const times = seen.map((id) => replies.find((reply) => reply.id === id)!.create_at);
  expect(times).toEqual([...times].sort((a, b) => a - b));

  // Refresh: what changed since the newest update, as the client asks after a reconnect; of several by the greatest id.
  const all = await openThread(alice, long.id, { perPage: 200 });
  const newest = Object.values(all.posts)
    .filter(({ id }) => id !== long.id)
    .reduce((a, b) => ((b.update_at - a.update_at || (b.id > a.id ? 1 : -1)) > 0 ? b : a));
  const [edited, gone] = [replies[3]!, replies[5]!];
  await (replies[3]!.user_id === alice.id ? alice : bob).client.patchPost({
    id: edited.id,
    message: "x",
  } as Post);
  await (gone.user_id === alice.id ? alice : bob).client.deletePost(gone.id);
  const from = { updatesOnly: true, fromUpdateAt: newest.update_at, fromPost: newest.id };
  const changed = await openThread(alice, long.id, from);
  expect(changed).toMatchObject({ order: [long.id, edited.id, gone.id], has_next: false });
  expect(changed.posts[edited.id]).toMatchObject({ message: "x", edit_at: expect.any(Number) });
  expect(changed.posts[gone.id]!.delete_at).toBeGreaterThan(0);
  expect(changed.posts[long.id]).toMatchObject({ reply_count: 64 });
  for (const bad of ["perPage=201", "updatesOnly=true&direction=up", `fromPost=${long.id}`])
    expect((await alice.ask("GET", `posts/${long.id}/thread?${bad}`)).status).toBe(400);
});

test("lists page by thread, and since= tells a reconnected client what is new and what is gone", async () => {
  const since = Date.now();
  const roots: Post[] = [];
  for (let i = 0; i < 3; i++) {
    const each = await say(alice, `thread ${i}`);
    await say(bob, "answered", each.id);
    roots.push(each);
  }
  const ids = (threads: ThreadList) => threads.threads.map(({ id }) => id);
  const newest = roots.map(({ id }) => id).reverse();
  const first = await list(alice, { threadsOnly: true, perPage: 2 });
  expect(ids(first)).toEqual(newest.slice(0, 2));
  expect(ids(await list(alice, { threadsOnly: true, perPage: 1, before: newest[1]! }))).toEqual([newest[2]]);
  expect(ids(await list(alice, { threadsOnly: true, perPage: 1, after: newest[2]! }))).toEqual([newest[1]]);
  await alice.client.deletePost(roots[0]!.id);
  const back = await list(alice, { deleted: true, since });
  expect(ids(back).sort()).toEqual([...newest].sort());
  expect(back.threads.find(({ id }) => id === roots[0]!.id)!.delete_at).toBeGreaterThan(0);
  expect(back.threads.every((each) => Array.isArray(each.participants) && each.post.id === each.id)).toBe(
    true,
  );
  expect(ids(await list(alice, { threadsOnly: true }))).not.toContain(roots[0]!.id);
  const both = await alice.ask("GET", `users/me/teams/${team}/threads?totalsOnly=true&threadsOnly=true`);
  expect(both.status).toBe(400);
});
