// The web client keeps its sidebar (client-flows 12) and opens direct and group messages (13).

import type { ChannelCategory } from "@mattermost/types/channel_categories";
import { beforeAll, expect, test } from "vitest";
import { makeChannel, makeWorld, type World } from "../harness/people.ts";
import { openTab, type Tab, untilOnline } from "./support/tab.ts";

let world: World;
let alice: Tab;
let bob: Tab;
let carol: Tab;
let team: string;

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [alice, bob, carol] = (await Promise.all(world.users.map(openTab))) as [Tab, Tab, Tab];
  team = world.team.id;
});

test("the sidebar: a category, channels moved into it, favourites, muting, order, and its end", async () => {
  const channel = await makeChannel(world.users[0]!, world.team);
  const get = () => alice.client.getChannelCategories(alice.id, team);
  const before = await get();
  const [channels, favorites] = ["channels", "favorites"].map(
    (type) => before.categories.find((each) => each.type === type)!,
  ) as [ChannelCategory, ChannelCategory];
  expect(channels.channel_ids).toContain(channel.id);
  const made = await alice.client.createChannelCategory(alice.id, team, {
    team_id: team,
    user_id: alice.id,
    display_name: "Mine",
    channel_ids: [channel.id],
  } as never);
  expect(made).toMatchObject({
    type: "custom",
    display_name: "Mine",
    channel_ids: [channel.id],
    muted: false,
    collapsed: false,
  });
  const created = await alice.next("sidebar_category_created");
  expect([created.data.category_id, created.broadcast.team_id]).toEqual([made.id, team]);
  const after = await get();
  expect(after.order).toHaveLength(before.order.length + 1);
  expect(after.categories.map(({ id }) => id).sort()).toEqual([...after.order].sort());
  expect(after.categories.find(({ id }) => id === channels.id)!.channel_ids).not.toContain(channel.id);
  // Dragged to the favourites: the client puts both categories.
  const moved = [
    { ...made, channel_ids: [] },
    { ...favorites, channel_ids: [channel.id] },
  ];
  const put = await alice.client.updateChannelCategories(alice.id, team, moved as never);
  expect((put as unknown as ChannelCategory[]).map(({ id, channel_ids }) => [id, channel_ids])).toEqual([
    [made.id, []],
    [favorites.id, [channel.id]],
  ]);
  const updated = await alice.next("sidebar_category_updated", ({ broadcast }) => broadcast.team_id === team);
  expect(updated.parsed.updatedCategories.map(({ id }: ChannelCategory) => id).sort()).toEqual(
    [made.id, favorites.id].sort(),
  );
  const preferences = await alice.client.getMyPreferences();
  expect(preferences).toContainEqual({
    user_id: alice.id,
    category: "favorite_channel",
    name: channel.id,
    value: "true",
  });
  const muted = await alice.client.updateChannelCategory(alice.id, team, {
    ...made,
    channel_ids: [channel.id],
    muted: true,
  } as never);
  expect(muted).toMatchObject({ muted: true, channel_ids: [channel.id] });
  const member = await alice.next(
    "channel_member_updated",
    ({ parsed }) => parsed.channelMember.channel_id === channel.id,
  );
  expect(member.parsed.channelMember.notify_props.mark_unread).toBe("mention");
  const order = [...after.order].reverse();
  expect(await alice.client.updateChannelCategoryOrder(alice.id, team, order)).toEqual(order);
  expect((await alice.next("sidebar_category_order_updated")).data.order).toEqual(order);
  expect((await get()).order).toEqual(order);
  expect(await alice.client.deleteChannelCategory(alice.id, team, made.id)).toEqual({ status: "OK" });
  expect((await alice.next("sidebar_category_deleted")).data.category_id).toBe(made.id);
  const end = await get();
  expect(end.order).not.toContain(made.id);
  expect(end.categories.flatMap(({ channel_ids }) => channel_ids)).toContain(channel.id);
});

test("several channels are read at once", async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(() => makeChannel(world.users[0]!, world.team, { members: [world.users[1]!] })),
  );
  for (const { id } of [one!, two!]) await alice.say(id, `@${bob.username}`);
  const read = (await bob.client.readMultipleChannels([one!.id, two!.id])) as any;
  expect(read).toMatchObject({ status: "OK" });
  expect(Object.keys(read.last_viewed_at_times).sort()).toEqual([one!.id, two!.id].sort());
  const viewed = await bob.next("multiple_channels_viewed", ({ data }) => one!.id in data.channel_times);
  expect(viewed.data.channel_times).toEqual(read.last_viewed_at_times);
});

test("a direct message: found, opened by both sides as one channel, shown, and written in", async () => {
  await untilOnline(alice, [bob.id, carol.id]);
  const [stats, people, found, groups, statuses] = await Promise.all([
    alice.client.getTotalUsersStats(),
    alice.client.getProfiles(0, 50, {}),
    alice.client.searchUsers(bob.username, { team_id: "", limit: 100 } as never),
    alice.client.searchGroupChannels(bob.username),
    alice.client.getStatusesByIds([bob.id, carol.id]),
  ]);
  expect(stats.total_users_count).toBeGreaterThanOrEqual(4);
  expect(people.length).toBeGreaterThan(0);
  expect(found).toMatchObject([{ id: bob.id, username: bob.username, delete_at: 0 }]);
  expect(groups).toEqual([]);
  expect(statuses.map(({ user_id, status }) => [user_id, status])).toEqual(
    expect.arrayContaining([
      [bob.id, "online"],
      [carol.id, "online"],
    ]),
  );
  const made = await alice.ask("POST", "channels/direct", [alice.id, bob.id]);
  expect(made.status).toBe(201);
  expect(made.data).toMatchObject({
    type: "D",
    team_id: "",
    name: [alice.id, bob.id].sort().join("__"),
    creator_id: alice.id,
    delete_at: 0,
    header: "",
  });
  const added = await bob.next("direct_added");
  expect(added.broadcast.channel_id).toBe(made.data.id);
  expect(added.data).toEqual({ creator_id: alice.id, teammate_id: bob.id });
  await alice.next("direct_added", ({ broadcast }) => broadcast.channel_id === made.data.id);
  const again = await bob.ask("POST", "channels/direct", [bob.id, alice.id]);
  expect([again.status, again.data.id]).toEqual([201, made.data.id]);
  await alice.none("direct_added");
  const show = { user_id: alice.id, category: "direct_channel_show", name: bob.id, value: "true" };
  const opened = { ...show, category: "channel_open_time", name: made.data.id, value: String(Date.now()) };
  const [saved, member, teams] = await Promise.all([
    alice.client.savePreferences(alice.id, [show, opened]),
    alice.client.getMyChannelMember(made.data.id),
    alice.ask("GET", `channels/${made.data.id}/common_teams`),
  ]);
  expect(saved).toEqual({ status: "OK" });
  await alice.next("preferences_changed", ({ data }) => data.preferences === JSON.stringify([show, opened]));
  expect(member).toMatchObject({ roles: "channel_user", user_id: alice.id });
  expect(teams.data.map(({ id }: { id: string }) => id)).toEqual([team]);
  // The other side learns of it by the first message, and asks for the channel that it does not know.
  const post = await alice.say(made.data.id, "hello");
  const posted = await bob.next("posted", ({ parsed }) => parsed.post.id === post.id);
  expect(posted.data).toMatchObject({
    channel_type: "D",
    channel_display_name: `@${alice.username}`,
    channel_name: made.data.name,
    sender_name: `@${alice.username}`,
    team_id: "",
    mentions: JSON.stringify([bob.id]),
    should_ack: true,
  });
  const [channel, mine] = await Promise.all([
    bob.client.getChannel(made.data.id),
    bob.client.getMyChannelMember(made.data.id),
  ]);
  expect(channel).toMatchObject({ total_msg_count: 1, last_post_at: post.create_at });
  expect(mine).toMatchObject({ mention_count: 1, mention_count_root: 1, msg_count: 0 });
  expect((await bob.client.getAllTeamsChannels()).map(({ id }) => id)).toContain(made.data.id);
  expect((await bob.client.getUserByUsername(alice.username)).id).toBe(alice.id);
  const self = await alice.ask("POST", "channels/direct", [alice.id, alice.id]);
  expect([self.status, self.data.name]).toEqual([201, `${alice.id}__${alice.id}`]);
});

test("a group message: made once for the same people, named by them, and told to each", async () => {
  const people = [alice.id, bob.id, carol.id];
  const made = await alice.ask("POST", "channels/group", people);
  expect(made.status).toBe(201);
  const usernames = [alice, bob, carol].map(({ username }) => username).sort();
  expect(made.data).toMatchObject({ type: "G", team_id: "", delete_at: 0 });
  expect(made.data.name).toMatch(/^[0-9a-f]{40}$/);
  expect(made.data.display_name).toBe(usernames.join(", ").slice(0, 64));
  for (const tab of [alice, bob, carol]) {
    const added = await tab.next("group_added");
    expect(added.broadcast).toMatchObject({ user_id: tab.id, channel_id: made.data.id });
    expect([...added.parsed.teammate_ids].sort()).toEqual([...people].sort());
  }
  const again = await carol.ask("POST", "channels/group", [carol.id, bob.id, alice.id]);
  expect([again.status, again.data.id]).toEqual([201, made.data.id]);
  const profiles = (await bob.client.getProfilesInGroupChannels([made.data.id])) as never as Record<
    string,
    { id: string; username: string }[]
  >;
  const others = profiles[made.data.id]!.map(({ id }) => id);
  expect(others).toEqual(expect.arrayContaining([alice.id, carol.id]));
  const [byName, found, posted] = await Promise.all([
    bob.client.getChannelByName(team, made.data.name, false),
    bob.client.searchGroupChannels(carol.username),
    alice.say(made.data.id, "all of you"),
  ]);
  expect([byName.id, found.map(({ id }) => id)]).toEqual([made.data.id, [made.data.id]]);
  const event = await carol.next("posted", ({ parsed }) => parsed.post.id === posted.id);
  expect(event.data).toMatchObject({
    channel_type: "G",
    channel_display_name: usernames.join(", "),
    mentions: JSON.stringify([carol.id]),
  });
  await expect(alice.client.createGroupChannel([alice.id, bob.id])).rejects.toMatchObject({
    server_error_id: "api.channel.create_group.bad_size.app_error",
    status_code: 400,
  });
  // A header is all that one may change, and nobody leaves.
  const patched = await bob.client.patchChannel(made.data.id, { header: "about us" });
  expect(patched.header).toBe("about us");
  expect((await alice.next("channel_updated")).parsed.channel).toMatchObject({
    header: "about us",
    type: "G",
  });
  await expect(alice.client.removeFromChannel(alice.id, made.data.id)).rejects.toMatchObject({
    status_code: 400,
  });
});
