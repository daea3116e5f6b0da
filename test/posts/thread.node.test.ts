import type { Post, PostList } from "@mattermost/types/posts";
import { beforeAll, describe, expect, it } from "vitest";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { rowTrips, say } from "./help.ts";

describe("one thread", () => {
  let world: World;
  let alice: Person;
  let bob: Person;
  let root: Post;
  const replies: Post[] = [];

  beforeAll(async () => {
    world = await makeWorld({ users: 2 });
    [alice, bob] = world.users as [Person, Person];
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    root = await say(alice, channel, "root");
    for (let i = 0; i < 5; i++)
      replies.push(await say(i % 2 ? bob : alice, channel, `r${i}`, { root_id: root.id }));
  });

  const thread = async (query: string, id = root.id, person = alice) => {
    const answer = await person.request("GET", `posts/${id}/thread?${query}`);
    return { ...answer, list: answer.body as PostList & { has_next: boolean } };
  };
  const ids = (...indexes: number[]) => indexes.map((index) => replies[index]!.id);

  it("pages down with CRT: the root is first on every page", async () => {
    const crt = "collapsedThreads=true&direction=down&perPage=2";
    const first = await thread(crt);
    expect(first.list.order).toEqual([root.id, ...ids(0, 1)]);
    expect(first.list.has_next).toBe(true);
    expect(rowTrips(first)).toBe(1);
    expect(first.list.posts[root.id]).toMatchObject({ reply_count: 5, is_following: true });
    const from = (reply: Post) => `&fromCreateAt=${reply.create_at}&fromPost=${reply.id}`;
    const second = await thread(crt + from(replies[1]!));
    expect(second.list.order).toEqual([root.id, ...ids(2, 3)]);
    const third = await thread(crt + from(replies[3]!));
    expect(third.list.order).toEqual([root.id, ...ids(4)]);
    expect(third.list.has_next).toBe(false);
  });

  it("pages up, newest first", async () => {
    const up = await thread("collapsedThreads=true&direction=up&perPage=2");
    expect(up.list.order).toEqual([root.id, ...ids(4, 3)]);
    expect(up.list.has_next).toBe(true);
    const next = await thread(
      `collapsedThreads=true&direction=up&perPage=3&fromCreateAt=${replies[3]!.create_at}&fromPost=${replies[3]!.id}`,
    );
    expect(next.list.order).toEqual([root.id, ...ids(2, 1, 0)]);
    expect(next.list.has_next).toBe(false);
  });

  it("gives the whole thread for a reply's id without CRT, and only the post itself with it", async () => {
    const whole = await thread("", replies[2]!.id);
    expect(whole.list.order[0]).toBe(root.id);
    expect(whole.list.order.slice(1).sort()).toEqual(ids(0, 1, 2, 3, 4).sort());
    expect(whole.list.has_next).toBe(false);
    const own = await thread("collapsedThreads=true", replies[2]!.id);
    expect(own.list.order).toEqual(ids(2));
  });

  it("gives only what changed, by update time", async () => {
    const { update_at, id } = (await thread("collapsedThreads=true")).list.posts[replies[4]!.id]!;
    const none = await thread(
      `collapsedThreads=true&updatesOnly=true&perPage=60&fromUpdateAt=${update_at}&fromPost=${id}`,
    );
    expect(none.list.order).toEqual([root.id]);
    await alice.client.patchPost({ id: replies[0]!.id, message: "r0, edited" } as Post);
    const some = await thread(
      `collapsedThreads=true&updatesOnly=true&perPage=60&fromUpdateAt=${update_at}&fromPost=${id}`,
    );
    expect(some.list.order).toEqual([root.id, replies[0]!.id]);
  });

  it("answers 304 while nothing changed, and 400 to bad parameters", async () => {
    const first = await thread("");
    const headers = { "if-none-match": first.headers.get("etag")! };
    expect((await alice.request("GET", `posts/${root.id}/thread`, undefined, headers)).status).toBe(304);
    for (const bad of [
      "perPage=201",
      "perPage=-1",
      "perPage=x",
      "direction=left",
      "updatesOnly=true&direction=up",
      `fromPost=${root.id}`,
      "fromPost=x&fromCreateAt=1",
      `updatesOnly=true&fromPost=${root.id}&fromCreateAt=5`,
    ]) {
      expect([bad, (await thread(bad)).status]).toEqual([bad, 400]);
    }
    expect((await thread("", "zzzzzzzzzzzzzzzzzzzzzzzzzz")).status).toBe(404);
  });

  it("gives whole participants where asked", async () => {
    const { list } = await thread("collapsedThreads=true&collapsedThreadsExtended=true");
    const people = list.posts[root.id]!.participants as { id: string; username: string }[];
    expect(people.map((user) => user.username).sort()).toEqual([alice.username, bob.username].sort());
  });
});
