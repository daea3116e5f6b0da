import type { Channel } from "@mattermost/types/channels";
import { expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import type { Steps } from "./scene.ts";

export const channels: Steps = (scene) => {
  it("makes a channel, and others join", async () => {
    const { ada, bob, cat, team } = scene;
    const name = `lovelace-${newId()}`;
    scene.channel = await ada.client.createChannel({
      team_id: team.id,
      name,
      display_name: "Lovelace",
      type: "O",
    } as Channel);
    const { channel } = scene;
    await ada.ear.next("channel_created", ({ data }) => data.channel_id === channel.id);
    await ada.client.addToChannel(bob.id, channel.id);
    await bob.ear.next(
      "user_added",
      ({ data, broadcast }) => data.user_id === bob.id && broadcast.channel_id === channel.id,
    );
    await ada.ear.next(
      "user_added",
      ({ data, broadcast }) => data.user_id === bob.id && broadcast.channel_id === channel.id,
    );
    await cat.client.addToChannel(cat.id, channel.id);
    const mine = await cat.client.getMyChannels(team.id);
    expect(mine.map((each) => each.name)).toEqual(expect.arrayContaining(["town-square", "off-topic", name]));
    expect((await bob.client.getChannelByName(team.id, name)).id).toBe(channel.id);
    expect(await bob.client.getChannelMembers(channel.id)).toHaveLength(3);
    expect(await bob.client.getMyChannelMembers(team.id)).toHaveLength(3);
    expect(await bob.client.getChannelStats(channel.id)).toMatchObject({
      member_count: 3,
      pinnedpost_count: 0,
    });
  });

  it("finds channels", async () => {
    const { bob, team, channel } = scene;
    const ids = (list: { id: string }[]) => list.map((each) => each.id);
    expect(ids(await bob.client.searchChannels(team.id, "lovelace"))).toEqual([channel.id]);
    expect(ids(await bob.client.autocompleteChannels(team.id, "love"))).toEqual([channel.id]);
    expect(ids(await bob.client.getChannels(team.id))).toContain(channel.id);
  });

  it("changes a channel", async () => {
    const { ada, bob, channel } = scene;
    await ada.client.patchChannel(channel.id, { header: "Notes on the engine" });
    const event = await bob.ear.next("channel_updated");
    expect(JSON.parse(event.data.channel).header).toBe("Notes on the engine");
    const notice = await bob.ear.next(
      "posted",
      ({ data }) => JSON.parse(data.post).type === "system_header_change",
    );
    expect(JSON.parse(notice.data.post).props).toMatchObject({
      username: ada.username,
      old_header: "",
      new_header: "Notes on the engine",
    });
    await bob.client.updateChannelNotifyProps({
      channel_id: channel.id,
      user_id: bob.id,
      mark_unread: "mention",
    });
    const changed = await bob.ear.next("channel_member_updated");
    expect(JSON.parse(changed.data.channelMember).notify_props.mark_unread).toBe("mention");
    await bob.client.updateChannelNotifyProps({
      channel_id: channel.id,
      user_id: bob.id,
      mark_unread: "all",
    });
  });

  it("keeps a private channel private, and archives it", async () => {
    const { ada, bob, cat, team } = scene;
    const secret = await ada.client.createChannel({
      team_id: team.id,
      name: `secret-${newId()}`,
      display_name: "Secret",
      type: "P",
    } as Channel);
    await ada.client.addToChannel(bob.id, secret.id);
    expect((await failureOf(cat.client.getChannel(secret.id))).status_code).toBe(403);
    expect((await failureOf(cat.client.addToChannel(cat.id, secret.id))).status_code).toBeGreaterThanOrEqual(
      400,
    );
    await ada.client.removeFromChannel(bob.id, secret.id);
    await bob.ear.next("user_removed", ({ data }) => data.channel_id === secret.id);
    expect((await failureOf(bob.client.getPosts(secret.id))).status_code).toBe(403);
    await ada.client.deleteChannel(secret.id);
    await ada.ear.next("channel_deleted", ({ data }) => data.channel_id === secret.id);
    expect(
      (await failureOf(ada.client.createPost({ channel_id: secret.id, message: "too late" }))).status_code,
    ).toBe(400);
    await ada.client.unarchiveChannel(secret.id);
    await ada.ear.next("channel_restored", ({ data }) => data.channel_id === secret.id);
  });

  it("talks in twos and threes", async () => {
    const { ada, bob, cat } = scene;
    const direct = await ada.client.createDirectChannel([ada.id, bob.id]);
    expect(direct).toMatchObject({ type: "D", name: [ada.id, bob.id].sort().join("__") });
    await bob.ear.next("direct_added", ({ broadcast }) => broadcast.channel_id === direct.id);
    expect((await bob.client.createDirectChannel([bob.id, ada.id])).id).toBe(direct.id);
    await ada.client.createPost({ channel_id: direct.id, message: "between us" });
    const event = await bob.ear.next("posted", ({ broadcast }) => broadcast.channel_id === direct.id);
    expect(event.data).toMatchObject({
      channel_type: "D",
      sender_name: `@${ada.username}`,
      channel_display_name: `@${ada.username}`,
    });
    expect(JSON.parse(event.data.mentions)).toEqual([bob.id]);

    const group = await ada.client.createGroupChannel([bob.id, cat.id]);
    expect(group).toMatchObject({ type: "G", team_id: "" });
    await cat.ear.next("group_added", ({ broadcast }) => broadcast.channel_id === group.id);
    expect(await cat.client.getChannelMembers(group.id)).toHaveLength(3);
    expect(
      (await failureOf(scene.admin.client.createPost({ channel_id: "x".repeat(26), message: "" })))
        .status_code,
    ).toBeGreaterThanOrEqual(400);
  });

  it("sorts its sidebar", async () => {
    const { ada, team, channel } = scene;
    const before = await ada.client.getChannelCategories(ada.id, team.id);
    expect(before.categories.map((category) => category.type)).toEqual([
      "favorites",
      "channels",
      "direct_messages",
    ]);
    const made = await ada.client.createChannelCategory(ada.id, team.id, {
      user_id: ada.id,
      team_id: team.id,
      display_name: "Work",
      type: "custom",
      channel_ids: [channel.id],
    } as never);
    await ada.ear.next("sidebar_category_created", ({ data }) => data.category_id === made.id);
    const after = await ada.client.getChannelCategories(ada.id, team.id);
    expect(after.order).toContain(made.id);
    expect(after.categories.find((category) => category.id === made.id)!.channel_ids).toEqual([channel.id]);
    const [first, ...rest] = after.order;
    await ada.client.updateChannelCategoryOrder(ada.id, team.id, [...rest, first!]);
    await ada.ear.next("sidebar_category_order_updated");
    await ada.client.deleteChannelCategory(ada.id, team.id, made.id);
    await ada.ear.next("sidebar_category_deleted", ({ data }) => data.category_id === made.id);
    expect((await ada.client.getChannelCategories(ada.id, team.id)).order).not.toContain(made.id);
  });
};
