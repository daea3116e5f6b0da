import { expect, it } from "vitest";
import type { Steps } from "./scene.ts";

export const reading: Steps = (scene) => {
  it("counts what is unread", async () => {
    const { ada, bob, channel, team } = scene;
    const unreadInTeam = async () =>
      (await bob.client.getMyTeamUnreads(true)).find((unread) => unread.team_id === team.id)!;
    await bob.client.viewMyChannel(channel.id);
    expect(await bob.client.getMyChannelMember(channel.id)).toMatchObject({ mention_count: 0 });
    const before = await unreadInTeam();
    await ada.client.createPost({ channel_id: channel.id, message: `two for @${bob.username}` });
    const post = await ada.client.createPost({ channel_id: channel.id, message: "and one more" });
    const unread = await bob.request("GET", `users/${bob.id}/channels/${channel.id}/unread`);
    expect(unread.body).toMatchObject({
      team_id: team.id,
      channel_id: channel.id,
      msg_count: 2,
      mention_count: 1,
    });
    const { msg_count, mention_count } = await unreadInTeam();
    expect([msg_count - before.msg_count, mention_count - before.mention_count]).toEqual([2, 1]);

    const around = await bob.client.getPostsUnread(channel.id, bob.id, 30, 30);
    expect(around.order[0]).toBe(post.id);

    const viewed = await bob.client.viewMyChannel(channel.id);
    expect(viewed.last_viewed_at_times[channel.id]).toBeGreaterThanOrEqual(post.create_at);
    await bob.ear.next(
      "multiple_channels_viewed",
      ({ data }) => channel.id in data.channel_times && data.channel_times[channel.id] >= post.create_at,
    );
    const after = await bob.request("GET", `users/${bob.id}/channels/${channel.id}/unread`);
    expect(after.body).toMatchObject({ msg_count: 0, mention_count: 0 });

    await bob.client.markPostAsUnread(bob.id, post.id);
    const event = await bob.ear.next("post_unread", ({ data }) => data.post_id === post.id);
    expect(event.data.last_viewed_at).toBe(post.create_at - 1);
    const again = await bob.request("GET", `users/${bob.id}/channels/${channel.id}/unread`);
    expect(again.body).toMatchObject({ msg_count: 1, mention_count: 0 });
  });

  it("goes on after a broken connection", async () => {
    const { ada, cat, channel } = scene;
    cat.socket.drop();
    const missed = await ada.client.createPost({ channel_id: channel.id, message: "while you were away" });
    expect(await cat.socket.resume()).toBe(true);
    await cat.socket.next("posted", ({ parsed }) => parsed.post.id === missed.id);
  });
};
