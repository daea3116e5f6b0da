import { expect, it } from "vitest";
import type { Steps } from "./scene.ts";

export const threads: Steps = (scene) => {
  it("replies, and followers hear of it", async () => {
    const { ada, bob, cat, channel, root, team } = scene;
    scene.reply = await bob.client.createPost({
      channel_id: channel.id,
      root_id: root.id,
      message: `agreed, @${cat.username}`,
    });
    const { reply } = scene;
    expect(reply).toMatchObject({ root_id: root.id, reply_count: 1 });
    const event = await ada.ear.next("thread_updated");
    expect(JSON.parse(event.data.thread)).toMatchObject({ id: root.id, reply_count: 1, unread_replies: 1 });
    const mentioned = await cat.ear.next("thread_updated");
    expect(JSON.parse(mentioned.data.thread)).toMatchObject({ id: root.id, unread_mentions: 1 });

    const list = await cat.client.getUserThreads(cat.id, team.id, {});
    expect(list).toMatchObject({ total: 1, total_unread_threads: 1, total_unread_mentions: 1 });
    expect(list.threads.map((thread) => thread.id)).toEqual([root.id]);
    expect(list.threads[0]!.participants.map((user) => user.id)).toEqual([bob.id]);
    const thread = await cat.client.getPostThread(root.id);
    expect(Object.keys(thread.posts).sort()).toEqual([root.id, reply.id].sort());
  });

  it("reads and unreads a thread", async () => {
    const { cat, team, root, reply } = scene;
    await cat.client.updateThreadReadForUser(cat.id, team.id, root.id, Date.now());
    const event = await cat.ear.next("thread_read_changed", ({ data }) => data.thread_id === root.id);
    expect(event.data).toMatchObject({
      unread_mentions: 0,
      unread_replies: 0,
      previous_unread_mentions: 1,
      previous_unread_replies: 1,
    });
    expect(await cat.client.getUserThreads(cat.id, team.id, { totalsOnly: true })).toMatchObject({
      total_unread_threads: 0,
    });
    await cat.client.markThreadAsUnreadForUser(cat.id, team.id, root.id, reply.id);
    expect(await cat.client.getUserThread(cat.id, team.id, root.id)).toMatchObject({
      unread_replies: 1,
      unread_mentions: 1,
    });
    await cat.client.updateThreadsReadForUser(cat.id, team.id);
    await cat.ear.next("thread_read_changed", ({ data }) => Object.keys(data).length === 0);
    expect(await cat.client.getUserThread(cat.id, team.id, root.id)).toMatchObject({
      unread_replies: 0,
      unread_mentions: 0,
    });
  });

  it("follows and unfollows", async () => {
    const { cat, team, root } = scene;
    await cat.client.updateThreadFollowForUser(cat.id, team.id, root.id, false);
    const event = await cat.ear.next("thread_follow_changed");
    expect(event.data).toEqual({ thread_id: root.id, state: false, reply_count: 1 });
    expect((await cat.client.getUserThreads(cat.id, team.id, {})).total).toBe(0);
    await cat.client.updateThreadFollowForUser(cat.id, team.id, root.id, true);
    expect((await cat.client.getUserThreads(cat.id, team.id, {})).total).toBe(1);
  });
};
