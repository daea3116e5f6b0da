import { beforeAll, describe, expect, it } from "vitest";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { create, direct, notify, notifyIn, stored } from "../posts-create/help.ts";
import { act, thread } from "./help.ts";

let world: World;
let ann: Person;
let bob: Person;
let cid: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 4 });
  [ann, bob, cid] = world.users as [Person, Person, Person];
});

const memberships = async (root: { id: string }) => {
  const rows =
    await database()`select userid, following, lastviewed, unreadmentions from threadmemberships where postid = ${root.id}`;
  return Object.fromEntries(rows.map(({ userid, ...row }) => [userid, row]));
};

describe("a reply (semantics 3.1 to 3.6)", () => {
  it("makes the thread's row, and its author, the root's author and those mentioned follow", async () => {
    const { channel, team } = world;
    const root = await stored(create(ann, channel, `for @${cid.username}`));
    const first = await stored(create(bob, channel, "one", { root_id: root.id }));
    const [row] = await database()`select * from threads where postid = ${root.id}`;
    expect(row).toMatchObject({
      replycount: 1,
      lastreplyat: first.create_at,
      participants: [bob.id],
      channelid: channel.id,
      threadteamid: team.id,
      threaddeleteat: null,
    });
    expect(await memberships(root)).toEqual({
      [ann.id]: { following: true, lastviewed: 0, unreadmentions: 0 },
      [bob.id]: { following: true, lastviewed: first.create_at, unreadmentions: 0 },
      [cid.id]: { following: true, lastviewed: 0, unreadmentions: 0 },
    });
    await stored(create(cid, channel, `@${bob.username}`, { root_id: root.id }));
    const last = await stored(create(bob, channel, `@${ann.username}`, { root_id: root.id }));
    const [later] =
      await database()`select replycount, lastreplyat, participants from threads where postid = ${root.id}`;
    expect(later).toEqual({ replycount: 3, lastreplyat: last.create_at, participants: [cid.id, bob.id] });
    expect((await memberships(root))[bob.id]).toMatchObject({
      lastviewed: last.create_at,
      unreadmentions: 0,
    });
    expect((await memberships(root))[ann.id]).toMatchObject({ unreadmentions: 1 });
    expect(await ann.client.getPost(root.id)).toMatchObject({
      reply_count: 3,
      last_reply_at: last.create_at,
      update_at: last.create_at,
    });
  });

  it("tells each follower what the thread is, what is unread and what was", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob, cid] });
    const root = await stored(create(ann, channel, "root"));
    const [annEar, bobEar, cidEar] = [await ann.ws(), await bob.ws(), await cid.ws()];
    const say = async (who: Person, message: string) => {
      const reply = await stored(create(who, channel, message, { root_id: root.id }));
      const { data, parsed, broadcast } = await annEar.next("thread_updated");
      expect(broadcast).toMatchObject({ user_id: ann.id, team_id: world.team.id, channel_id: "" });
      expect(parsed.thread).toMatchObject({
        id: root.id,
        last_reply_at: reply.create_at,
        is_urgent: false,
        delete_at: 0,
      });
      const { unread_replies, unread_mentions } = parsed.thread;
      return [data.previous_unread_replies, unread_replies, data.previous_unread_mentions, unread_mentions];
    };
    expect(await say(bob, "one")).toEqual([0, 1, 0, 0]);
    expect(await say(bob, `@${ann.username}`)).toEqual([1, 2, 0, 1]);
    expect(await act(ann, world, "PUT", `${root.id}/read/${Date.now()}`)).toBe(200);
    expect(await say(bob, "three")).toEqual([0, 1, 0, 0]);
    expect(await say(cid, `four @${ann.username}`)).toEqual([1, 2, 0, 1]);
    expect(await say(ann, "mine")).toEqual([2, 0, 1, 0]);
    expect(await say(bob, "six")).toEqual([0, 1, 0, 0]);
    expect(await thread(ann, world, root.id)).toMatchObject({
      unread_replies: 1,
      unread_mentions: 0,
      reply_count: 6,
    });
    const { parsed } = await bobEar.next("thread_updated", (event) => event.parsed.thread.reply_count === 6);
    expect(parsed.thread).toMatchObject({
      unread_replies: 0,
      post: { id: root.id, reply_count: 6, message: "root" },
    });
    expect(parsed.thread.participants.map((user: { id: string }) => user.id)).toEqual([
      cid.id,
      ann.id,
      bob.id,
    ]);
    for (const secret of ["password", "notify_props", "mfa_secret"])
      expect(parsed.thread.participants[0]).not.toHaveProperty(secret);
    // A follower from the fourth reply on: everything before is unread, too.
    const joined = await cidEar.next("thread_updated");
    expect([joined.parsed.thread.reply_count, joined.data.previous_unread_replies]).toEqual([4, 0]);
  });

  it("tells followers apart that should be notified, by their settings (1.23)", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob, cid] });
    const root = await stored(create(ann, channel, "root"));
    await stored(create(cid, channel, "follow", { root_id: root.id }));
    const ears = [await ann.ws({ postedAck: true }), await cid.ws()] as const;
    const reply = async (message = "x") => {
      const post = await stored(create(bob, channel, message, { root_id: root.id }));
      const events = await Promise.all(
        ears.map((ear) => ear.next("posted", (event) => event.parsed.post.id === post.id)),
      );
      return events.map(({ data }) => data.followers);
    };
    expect(await reply()).toEqual([JSON.stringify([ann.id]), JSON.stringify([cid.id])]);
    expect(ears[0].events.filter(({ event }) => event === "posted").at(-1)!.data.should_ack).toBe(true);
    await notify(ann, { desktop_threads: "mention" });
    await notifyIn(cid, channel, { mark_unread: "mention" });
    expect(await reply()).toEqual([undefined, undefined]);
    expect((await reply(`@${ann.username}`))[0]).toBe(JSON.stringify([ann.id]));
    await notify(ann, { desktop_threads: "all" });
  });

  it("leaves alone who does not follow any more, until mentioned", async () => {
    const { channel } = world;
    const root = await stored(create(ann, channel, "root"));
    await stored(create(bob, channel, "one", { root_id: root.id }));
    expect(await act(ann, world, "DELETE", `${root.id}/following`)).toBe(200);
    const ear = await ann.ws();
    await stored(create(bob, channel, "two", { root_id: root.id }));
    await ear.none("thread_updated");
    expect((await memberships(root))[ann.id]).toMatchObject({ following: false });
    await stored(create(bob, channel, `@${ann.username}`, { root_id: root.id }));
    const { parsed } = await ear.next("thread_updated");
    expect(parsed.thread).toMatchObject({ unread_mentions: 1 });
    expect((await memberships(root))[ann.id]).toMatchObject({ following: true, unreadmentions: 1 });
  });

  it("is followed by members who follow every thread of the channel", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob, cid] });
    await notifyIn(cid, channel, { channel_auto_follow_threads: "on" });
    const root = await stored(create(ann, channel, "root"));
    const ear = await cid.ws();
    await stored(create(bob, channel, "one", { root_id: root.id }));
    expect((await ear.next("thread_updated")).parsed.thread).toMatchObject({
      id: root.id,
      unread_replies: 1,
    });
    await notifyIn(cid, channel, { channel_auto_follow_threads: "off" });
    const other = await stored(create(ann, channel, "root"));
    await stored(create(bob, channel, "one", { root_id: other.id }));
    await ear.none("thread_updated");
  });

  it("works in direct channels, whose threads are of no team", async () => {
    const talk = await direct(ann, bob);
    const root = await stored(create(ann, talk, "root"));
    const ear = await bob.ws();
    await stored(create(ann, talk, "one", { root_id: root.id }));
    const event = await ear.next("thread_updated");
    expect(event.broadcast.team_id).toBe("");
    expect(event.parsed.thread).toMatchObject({ unread_replies: 1, unread_mentions: 1 });
    const [row] = await database()`select threadteamid from threads where postid = ${root.id}`;
    expect(row!.threadteamid).toBe("");
  });

  it("is not told to those who left", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob, cid] });
    const root = await stored(create(bob, channel, "root"));
    await stored(create(ann, channel, "one", { root_id: root.id }));
    expect((await bob.request("DELETE", `channels/${channel.id}/members/me`)).status).toBe(200);
    const ear = await bob.ws();
    await stored(create(ann, channel, `two @${bob.username}`, { root_id: root.id }));
    await ear.none("thread_updated");
    await ear.none("posted", ({ broadcast }) => broadcast.channel_id === channel.id);
  });

  it("keeps counts right when many come at once", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob, cid] });
    const root = await stored(create(ann, channel, "root"));
    const replies = Array.from({ length: 30 }, (_, i) =>
      create([ann, bob, cid][i % 3]!, channel, `@${bob.username} @${cid.username} ${i}`, {
        root_id: root.id,
      }),
    );
    await Promise.all(replies.map(stored));
    const [row] = await database()`select replycount, participants from threads where postid = ${root.id}`;
    expect(row!.replycount).toBe(30);
    expect([...row!.participants].sort()).toEqual([ann.id, bob.id, cid.id].sort());
    const [total] =
      await database()`select totalmsgcount, totalmsgcountroot from channels where id = ${channel.id}`;
    expect(total).toEqual({ totalmsgcount: 31, totalmsgcountroot: 1 });
  });
});
