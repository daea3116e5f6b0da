import type { Post } from "@mattermost/types/posts";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeTeam, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { create, direct, stored } from "../posts-create/help.ts";
import { act, thread, threads } from "./help.ts";

let world: World;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ann, bob] = world.users as [Person, Person];
});

/** A root by ann with replies by bob. */
async function answered(
  where: { id: string },
  replies: string[],
  root: Record<string, unknown> = {},
): Promise<{ root: Post; replies: Post[] }> {
  const post = await stored(create(ann, where, "root", root));
  const posts: Post[] = [];
  for (const message of replies) posts.push(await stored(create(bob, where, message, { root_id: post.id })));
  return { root: post, replies: posts };
}

describe("the list (semantics 3.8)", () => {
  let home: World;
  let first: Post;
  let second: Post;
  let urgent: Post;
  let private_: Post;
  beforeAll(async () => {
    const team = await makeTeam(ann, [bob]);
    home = { ...world, team, channel: await makeChannel(ann, team, { members: [bob] }) };
    first = (await answered(home.channel, ["one", `two @${ann.username}`])).root;
    second = (await answered(home.channel, ["one"])).root;
    urgent = (
      await answered(home.channel, [`@${ann.username}`], { metadata: { priority: { priority: "urgent" } } })
    ).root;
    private_ = (await answered(await direct(ann, bob), ["one"])).root;
  });

  it("has followed threads, newest reply first, with totals, in one round trip", async () => {
    const { list, ids, sql, status } = await threads(ann, home);
    expect([status, sql]).toEqual([200, 1]);
    expect(ids).toEqual([private_.id, urgent.id, second.id, first.id]);
    expect(list).toMatchObject({
      total: 4,
      total_unread_threads: 4,
      total_unread_mentions: 3,
      total_unread_urgent_mentions: 1,
    });
    expect(list.threads[3]).toMatchObject({
      id: first.id,
      reply_count: 2,
      unread_replies: 2,
      unread_mentions: 1,
      is_urgent: false,
      delete_at: 0,
      last_viewed_at: 0,
    });
    expect(list.threads[1]!.is_urgent).toBe(true);
    expect(list.threads[3]!.post).toMatchObject({
      id: first.id,
      message: "root",
      reply_count: 2,
      channel_id: home.channel.id,
    });
    expect(list.threads[3]!.participants).toEqual([{ id: bob.id }]);
  });

  it("names participants where asked to, without their secrets, in one round trip", async () => {
    const { list, sql } = await threads(ann, home, { extended: true });
    expect(sql).toBe(1);
    const [user] = list.threads[3]!.participants;
    expect(user).toMatchObject({ id: bob.id, username: bob.username });
    for (const secret of ["password", "mfa_secret", "notify_props"]) expect(user).not.toHaveProperty(secret);
  });

  it("goes on before and after a thread, and by page", async () => {
    expect((await threads(ann, home, { per_page: 2 })).ids).toEqual([private_.id, urgent.id]);
    expect((await threads(ann, home, { per_page: 2, page: 1 })).ids).toEqual([second.id, first.id]);
    expect((await threads(ann, home, { per_page: 2, before: urgent.id })).ids).toEqual([second.id, first.id]);
    expect((await threads(ann, home, { per_page: 2, after: first.id })).ids).toEqual([second.id, urgent.id]);
    expect((await threads(ann, home, { pageSize: 1 })).ids).toEqual([private_.id]);
    expect((await threads(ann, home, { before: first.id })).ids).toEqual([]);
    expect((await threads(ann, home, { before: newId() })).ids).toEqual([]);
    expect((await threads(ann, home, { before: first.id, after: first.id })).status).toBe(400);
    expect((await threads(ann, home, { before: "bad" })).status).toBe(400);
  });

  it("gives totals only, or threads only", async () => {
    const totals = await threads(ann, home, { totalsOnly: true });
    expect([totals.sql, totals.ids]).toEqual([1, []]);
    expect(totals.list).toMatchObject({ total: 4, total_unread_mentions: 3 });
    const only = await threads(ann, home, { threadsOnly: true });
    expect([only.list.total, only.ids.length]).toEqual([0, 4]);
    expect((await threads(ann, home, { totalsOnly: true, threadsOnly: true })).status).toBe(400);
  });

  it("leaves out what is not asked for: direct messages, what was read, what was before", async () => {
    expect((await threads(ann, home, { excludeDirect: true })).list).toMatchObject({ total: 3 });
    expect((await threads(ann, home, { excludeDirect: true })).ids).not.toContain(private_.id);
    await act(ann, home, "PUT", `${second.id}/read/${Date.now()}`);
    const unread = await threads(ann, home, { unread: true });
    expect(unread.ids).toEqual([private_.id, urgent.id, first.id]);
    expect(unread.list).toMatchObject({ total: 4, total_unread_threads: 3 });
    const row = await thread(ann, home, urgent.id);
    expect((await threads(ann, home, { since: row.last_reply_at })).ids).toEqual([
      private_.id,
      urgent.id,
      second.id,
    ]);
    const other = await makeTeam(ann, [bob]);
    expect((await threads(ann, { team: other })).ids).toEqual([private_.id]);
  });

  it("forgets deleted threads, unless they are asked for", async () => {
    const gone = (await answered(home.channel, ["one"])).root;
    await ann.request("DELETE", `posts/${gone.id}`);
    expect((await threads(ann, home)).ids).not.toContain(gone.id);
    const all = await threads(ann, home, { deleted: true });
    expect(all.list.threads.find(({ id }) => id === gone.id)).toMatchObject({
      post: { message: "", delete_at: expect.any(Number) },
    });
    expect((all.list.threads.find(({ id }) => id === gone.id) as any).delete_at).toBeGreaterThan(0);
  });

  it("shows nothing of a channel that the user is not in any more", async () => {
    const secret = await makeChannel(ann, home.team, { type: "P", members: [bob] });
    const { root } = await answered(secret, ["one"]);
    expect((await threads(bob, home)).ids).toContain(root.id);
    await ann.request("DELETE", `channels/${secret.id}/members/${bob.id}`);
    // A row that was left behind must not show it either.
    await database()`insert into threadmemberships (postid, userid, following, lastviewed, lastupdated, unreadmentions)
      values (${root.id}, ${bob.id}, true, 0, 0, 5) on conflict do nothing`;
    const { ids, list } = await threads(bob, home);
    expect(ids).not.toContain(root.id);
    expect(list.total_unread_mentions).toBeLessThan(5);
    expect((await bob.request("GET", `users/me/teams/${home.team.id}/threads/${root.id}`)).status).toBe(403);
    expect(await act(bob, home, "PUT", `${root.id}/following`)).toBe(403);
    expect(await act(bob, home, "PUT", `${root.id}/read/1`)).toBe(403);
    expect(await act(bob, home, "POST", `${root.id}/set_unread/${root.id}`)).toBe(403);
  });

  it("counts unread mentions by channel", async () => {
    const answer = await ann.request("GET", `users/me/teams/${home.team.id}/threads/mention_counts`);
    expect(answer.body[home.channel.id]).toBe(2);
  });
});

describe("reading (3.9, 3.10, 3.12)", () => {
  it("reads up to a time, and tells the user's other clients what it was and is", async () => {
    const { channel, team } = world;
    const { root, replies } = await answered(channel, [
      `one @${ann.username}`,
      "two",
      `three @${ann.username}`,
    ]);
    const ear = await ann.ws();
    const read = async (path: string, method = "PUT") => {
      const answer = await ann.request(method, `users/me/teams/${team.id}/threads/${root.id}/${path}`);
      const { data, broadcast } = await ear.next("thread_read_changed");
      expect(broadcast).toMatchObject({ user_id: ann.id, team_id: team.id });
      expect(data).toMatchObject({ thread_id: root.id, channel_id: channel.id });
      expect([answer.status, answer.body.unread_replies, answer.body.unread_mentions]).toEqual([
        200,
        data.unread_replies,
        data.unread_mentions,
      ]);
      const now = await thread(ann, world, root.id);
      expect(now).toMatchObject({
        unread_replies: data.unread_replies,
        unread_mentions: data.unread_mentions,
        last_viewed_at: data.timestamp,
      });
      return [
        data.previous_unread_replies,
        data.unread_replies,
        data.previous_unread_mentions,
        data.unread_mentions,
      ];
    };
    expect(await read(`read/${replies[0]!.create_at}`)).toEqual([3, 2, 2, 1]);
    expect(await read(`read/${Date.now()}`)).toEqual([2, 0, 1, 0]);
    expect(await read(`set_unread/${replies[1]!.id}`, "POST")).toEqual([0, 2, 0, 1]);
    expect(await read(`set_unread/${root.id}`, "POST")).toEqual([2, 3, 1, 2]);
    expect(await read("read/1")).toEqual([3, 3, 2, 2]);
  });

  it("costs one round trip, unless words of the user's are in what becomes unread", async () => {
    const { root, replies } = await answered(world.channel, ["one", `two @${ann.username}`, "three"]);
    await thread(ann, world, root.id);
    const sql = async (method: string, path: string) => {
      const answer = await ann.request(method, `users/me/teams/${world.team.id}/threads/${root.id}/${path}`);
      expect(answer.status).toBe(200);
      return Number(answer.headers.get("x-edgemost-sql"));
    };
    expect(await sql("PUT", `read/${Date.now()}`)).toBe(1);
    expect(await sql("POST", `set_unread/${replies[2]!.id}`)).toBe(1);
    expect(await sql("POST", `set_unread/${replies[0]!.id}`)).toBe(2);
    expect(await sql("PUT", "following")).toBe(1);
    expect(await sql("DELETE", "following")).toBe(1);
  });

  it("counts what the other said in direct channels", async () => {
    const talk = await direct(ann, bob);
    const { root, replies } = await answered(talk, ["one", "two"]);
    await stored(create(ann, talk, "mine", { root_id: root.id }));
    await act(ann, world, "POST", `${root.id}/set_unread/${replies[0]!.id}`);
    expect(await thread(ann, world, root.id)).toMatchObject({ unread_replies: 3, unread_mentions: 2 });
  });

  it("reads all threads of the team and of direct messages", async () => {
    const team = await makeTeam(ann, [bob]);
    const { root } = await answered(await makeChannel(ann, team, { members: [bob] }), [`@${ann.username}`]);
    const { root: talk } = await answered(await direct(ann, bob), ["x"]);
    const { root: elsewhere } = await answered(world.channel, ["x"]);
    const ear = await ann.ws();
    const answer = await ann.request("PUT", `users/me/teams/${team.id}/threads/read`);
    expect([answer.status, answer.body]).toEqual([200, { status: "OK" }]);
    const event = await ear.next("thread_read_changed");
    expect([event.data, event.broadcast.team_id]).toEqual([{}, team.id]);
    for (const id of [root.id, talk.id])
      expect(await thread(ann, { team }, id)).toMatchObject({ unread_replies: 0, unread_mentions: 0 });
    expect(await thread(ann, world, elsewhere.id)).toMatchObject({ unread_replies: 1 });
    expect((await threads(ann, { team })).list).toMatchObject({
      total_unread_threads: 0,
      total_unread_mentions: 0,
    });
  });

  it("refuses what is not there", async () => {
    const { root } = await answered(world.channel, ["one"]);
    const { root: other } = await answered(world.channel, ["one"]);
    expect(await act(ann, world, "POST", `${root.id}/set_unread/${other.id}`)).toBe(404);
    expect(await act(ann, world, "PUT", `${newId()}/read/1`)).toBe(404);
    expect(await act(ann, world, "PUT", `${root.id}/read/never`)).toBe(400);
    expect(await act(ann, world, "DELETE", `${root.id}/following`)).toBe(200);
    expect(await act(ann, world, "GET", root.id)).toBe(404);
    expect(await act(ann, world, "PUT", `${root.id}/read/${Date.now()}`)).toBe(404);
    // Unread from here on: follows again.
    expect(await act(ann, world, "POST", `${root.id}/set_unread/${root.id}`)).toBe(200);
    expect(await thread(ann, world, root.id)).toMatchObject({ unread_replies: 1 });
  });
});

describe("following (3.11)", () => {
  it("starts and stops, tells the user's clients, and shows in the channel's page", async () => {
    const { channel, team } = world;
    const root = await stored(create(ann, channel, "nobody answers"));
    const ear = await bob.ws();
    const shown = async () => {
      const list = await bob.client.getPosts(channel.id, 0, 60, true, true);
      return list.posts[root.id]!.is_following;
    };
    expect(await shown()).toBe(false);
    expect(await act(bob, world, "PUT", `${root.id}/following`)).toBe(200);
    const event = await ear.next("thread_follow_changed");
    expect(event.data).toEqual({ thread_id: root.id, state: true, reply_count: 0 });
    expect(event.broadcast).toMatchObject({ user_id: bob.id, team_id: team.id });
    expect(await shown()).toBe(true);
    expect(await thread(bob, world, root.id)).toMatchObject({
      reply_count: 0,
      last_reply_at: 0,
      unread_replies: 0,
      participants: [],
    });
    expect(await act(bob, world, "DELETE", `${root.id}/following`)).toBe(200);
    expect((await ear.next("thread_follow_changed")).data.state).toBe(false);
    expect(await shown()).toBe(false);
    const reply = await stored(create(ann, channel, "x", { root_id: root.id }));
    expect(await act(bob, world, "PUT", `${reply.id}/following`)).toBe(404);
  });

  it("is for oneself; administrators may do it for others", async () => {
    const { channel, team, admin } = world;
    const { root } = await answered(channel, ["one"]);
    const outsider = await makeUser();
    const of = (who: Person, user: Person, path: string, method = "GET") =>
      who.request(method, `users/${user.id}/teams/${team.id}/threads${path}`).then(({ status }) => status);
    expect(await of(bob, ann, "")).toBe(403);
    expect(await of(bob, ann, `/${root.id}`)).toBe(403);
    expect(await of(bob, ann, `/${root.id}/following`, "DELETE")).toBe(403);
    expect(await of(bob, ann, "/read", "PUT")).toBe(403);
    expect(await of(bob, ann, `/${root.id}/read/1`, "PUT")).toBe(403);
    expect(await of(outsider, outsider, "")).toBe(403);
    expect(await of(outsider, outsider, `/${root.id}/following`, "PUT")).toBe(403);
    expect(await of(outsider, outsider, "/read", "PUT")).toBe(403);
    expect(await of(admin, ann, "")).toBe(200);
    expect(await of(admin, ann, `/${root.id}`)).toBe(200);
  });
});
