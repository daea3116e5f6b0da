import { beforeAll, describe, expect, it } from "vitest";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { rowTrips, say } from "./help.ts";

describe("marking posts unread", () => {
  let world: World;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    world = await makeWorld({ users: 2 });
    [alice, bob] = world.users as [Person, Person];
  });

  const member = async (channelId: string, userId: string) => {
    const [row] =
      await database()`select lastviewedat, msgcount, msgcountroot, mentioncount, mentioncountroot, urgentmentioncount
      from channelmembers where channelid = ${channelId} and userid = ${userId}`;
    return row!;
  };
  const setUnread = (
    post: { id: string },
    body: unknown = { collapsed_threads_supported: true },
    person = bob,
    of = "me",
  ) => person.request("POST", `users/${of}/posts/${post.id}/set_unread`, body);

  it("counts posts and mentions from the post on", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    await bob.client.getMe();
    const [{ totalmsgcount: start }] =
      (await database()`select totalmsgcount from channels where id = ${channel.id}`) as never as [
        { totalmsgcount: number },
      ];
    await say(alice, channel, `before @${bob.username}`);
    const first = await say(alice, channel, "from here");
    await say(alice, channel, `hey @${bob.username.toUpperCase()}, and @channel`);
    await say(alice, channel, "all of you: @all", {
      metadata: { priority: { priority: "urgent" } } as never,
    });
    await say(bob, channel, `my own @${bob.username}`);
    await say(alice, channel, "`@channel` in code does not count");
    await say(alice, channel, "in a reply", { root_id: first.id });
    const ear = await bob.ws();
    const answer = await setUnread(first);
    expect(answer.body).toMatchObject({
      team_id: world.team.id,
      user_id: bob.id,
      channel_id: channel.id,
      msg_count: start + 1,
      msg_count_root: start + 1,
      mention_count: 2,
      mention_count_root: 2,
      urgent_mention_count: 1,
      last_viewed_at: first.create_at - 1,
    });
    expect(rowTrips(answer)).toBe(3);
    const event = await ear.next("post_unread");
    expect(event.data).toMatchObject({ post_id: first.id, mention_count: 2, msg_count: start + 1 });
    expect(event.broadcast).toMatchObject({
      user_id: bob.id,
      team_id: world.team.id,
      channel_id: channel.id,
    });
    expect(await member(channel.id, bob.id)).toMatchObject({
      msgcount: start + 1,
      mentioncount: 2,
      lastviewedat: first.create_at - 1,
    });
  });

  it("counts every post by others in a direct channel", async () => {
    const direct = await alice.client.createDirectChannel([alice.id, bob.id]);
    await bob.client.getMe();
    const first = await say(alice, direct, "one");
    await say(bob, direct, "mine");
    await say(alice, direct, "two");
    expect((await setUnread(first)).body).toMatchObject({
      mention_count: 2,
      mention_count_root: 2,
      msg_count: 0,
      team_id: "",
    });
  });

  it("rewinds the thread for a client that does not know threads", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    await bob.client.getMe();
    const root = await say(alice, channel, "root");
    await say(alice, channel, "a", { root_id: root.id });
    const reply = await say(alice, channel, `b @${bob.username}`, { root_id: root.id });
    const { body } = await setUnread(reply, {});
    const [{ totalmsgcountroot: total }] =
      (await database()`select totalmsgcountroot from channels where id = ${channel.id}`) as never as [
        { totalmsgcountroot: number },
      ];
    expect(body).toMatchObject({ msg_count_root: total, mention_count_root: 0, mention_count: 1 });
    const [thread] =
      await database()`select following, lastviewed, unreadmentions from threadmemberships where postid = ${root.id} and userid = ${bob.id}`;
    expect(thread).toMatchObject({ following: true, lastviewed: reply.create_at - 1, unreadmentions: 1 });
  });

  it("is refused to others, and to those who are no members", async () => {
    const post = await say(alice, world.channel, "x");
    expect((await setUnread(post, {}, bob, alice.id)).status).toBe(403);
    expect((await setUnread(post, "not json")).status).toBe(400);
    const joiner = await makeUser();
    await alice.client.addToTeam(world.team.id, joiner.id);
    expect((await setUnread(post, {}, joiner)).status).toBe(404);
    const outsider = await makeUser();
    expect((await setUnread(post, {}, outsider)).status).toBe(403);
  });
});
