import type { ChannelCategory } from "@mattermost/types/channel_categories";
import { beforeEach, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { roundTrips } from "./help.ts";

let world: World;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = world.users as [Person, Person];
});

const path = () => `users/${alice.id}/teams/${world.team.id}/channels/categories`;
const read = () => alice.client.getChannelCategories(alice.id, world.team.id);
const byType = async (type: string) => (await read()).categories.find((category) => category.type === type)!;
const create = (fields: Partial<ChannelCategory>) =>
  alice.client.createChannelCategory(alice.id, world.team.id, {
    display_name: "Mine",
    channel_ids: [],
    ...fields,
  } as never);
const isMuted = async (channel: { id: string }) =>
  (await alice.client.getMyChannelMember(channel.id)).notify_props.mark_unread === "mention";

test("everybody has three categories from the first read on", async () => {
  await alice.client.getMe();
  const answer = await alice.request("GET", path());
  expect(roundTrips(answer)).toBe(1);
  const { categories, order } = answer.body;
  expect(categories.map(({ type }: ChannelCategory) => type)).toEqual([
    "favorites",
    "channels",
    "direct_messages",
  ]);
  expect(categories.map(({ id }: ChannelCategory) => id)).toEqual(order);
  expect(categories[0]).toEqual({
    id: `favorites_${alice.id}_${world.team.id}`,
    user_id: alice.id,
    team_id: world.team.id,
    sort_order: 0,
    sorting: "",
    type: "favorites",
    display_name: "Favorites",
    muted: false,
    collapsed: false,
    channel_ids: [],
  });
  expect(categories[2].sorting).toBe("recent");
  expect(categories[1].channel_ids).toContain(world.channel.id);
  expect(await alice.client.getChannelCategoryOrder(alice.id, world.team.id)).toEqual(order);
});

test("concurrent first reads agree", async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => read()));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test("channels without a place are in channels or direct messages, by name", async () => {
  await read();
  const [zed, abc] = [
    await makeChannel(alice, world.team, { display_name: "Zed" }),
    await makeChannel(alice, world.team, { display_name: "Abc" }),
  ];
  const direct = await alice.client.createDirectChannel([alice.id, bob.id]);
  const ids = (await byType("channels")).channel_ids;
  expect(ids.indexOf(abc.id)).toBeLessThan(ids.indexOf(zed.id));
  expect((await byType("direct_messages")).channel_ids).toEqual([direct.id]);
});

test("a new category comes after the favorites and takes its channels along", async () => {
  const socket = await alice.ws();
  const category = await create({ channel_ids: [world.channel.id, newId()] });
  expect(category).toMatchObject({ type: "custom", display_name: "Mine", channel_ids: [world.channel.id] });
  expect((await socket.next("sidebar_category_created")).data).toEqual({ category_id: category.id });
  const { order } = await read();
  expect(order[1]).toBe(category.id);
  expect((await byType("channels")).channel_ids).not.toContain(world.channel.id);
  const second = await create({ display_name: "Second", channel_ids: [world.channel.id] });
  expect((await read()).order.slice(1, 3)).toEqual([second.id, category.id]);
  expect((await alice.client.getChannelCategory(alice.id, world.team.id, category.id)).channel_ids).toEqual(
    [],
  );
  expect((await read()).categories.map((one) => (one as never as { sort_order: number }).sort_order)).toEqual(
    [0, 10, 20, 30, 40],
  );
});

test("updates replace lists, keep their order, and write favorites down as preferences", async () => {
  const [a, b] = [await makeChannel(alice, world.team), await makeChannel(alice, world.team)];
  const favorites = await byType("favorites");
  const socket = await alice.ws();
  const [updated] = await alice.client.updateChannelCategories(alice.id, world.team.id, [
    { ...favorites, display_name: "No", channel_ids: [b.id, a.id] },
  ]);
  expect(updated).toMatchObject({ display_name: "Favorites", channel_ids: [b.id, a.id] });
  const event = await socket.next(
    "sidebar_category_updated",
    (one) => one.broadcast.team_id === world.team.id,
  );
  expect(event.parsed.updatedCategories[0].channel_ids).toEqual([b.id, a.id]);
  expect((await socket.next("preferences_changed")).parsed.preferences).toHaveLength(2);
  const favored = async () =>
    ((await alice.client.getMyPreferences()) as unknown as { category: string; name: string }[])
      .filter(({ category }) => category === "favorite_channel")
      .map(({ name }) => name);
  expect((await favored()).sort()).toEqual([a.id, b.id].sort());
  const custom = await create({});
  await alice.client.updateChannelCategories(alice.id, world.team.id, [
    { ...favorites, channel_ids: [a.id] },
    { ...custom, display_name: "Renamed", sorting: "alpha" as never, collapsed: true, channel_ids: [b.id] },
  ]);
  expect(await favored()).toEqual([a.id]);
  expect((await socket.next("preferences_deleted")).parsed.preferences[0].name).toBe(b.id);
  const after = await alice.client.getChannelCategory(alice.id, world.team.id, custom.id);
  expect(after).toMatchObject({
    display_name: "Renamed",
    sorting: "alpha",
    collapsed: true,
    channel_ids: [b.id],
  });
});

test("a favorite preference moves the channel to the top of the favorites", async () => {
  const first = await makeChannel(alice, world.team);
  await read();
  const favor = (channel: { id: string }, value: string) =>
    alice.client.savePreferences(alice.id, [
      { user_id: alice.id, category: "favorite_channel", name: channel.id, value },
    ]);
  await favor(world.channel, "true");
  await favor(first, "true");
  expect((await byType("favorites")).channel_ids).toEqual([first.id, world.channel.id]);
  await favor(first, "false");
  expect((await byType("favorites")).channel_ids).toEqual([world.channel.id]);
});

test("favorites of before the first read are there", async () => {
  await alice.client.savePreferences(alice.id, [
    { user_id: alice.id, category: "favorite_channel", name: world.channel.id, value: "true" },
  ]);
  expect((await byType("favorites")).channel_ids).toEqual([world.channel.id]);
});

test("muting follows the category", async () => {
  const socket = await alice.ws();
  const channel = await makeChannel(alice, world.team);
  const category = await create({ channel_ids: [channel.id] });
  expect(await isMuted(channel)).toBe(false);
  await alice.client.updateChannelCategory(alice.id, world.team.id, { ...category, muted: true });
  expect(await isMuted(channel)).toBe(true);
  const event = await socket.next("channel_member_updated");
  expect(event.parsed.channelMember).toMatchObject({
    channel_id: channel.id,
    notify_props: { mark_unread: "mention" },
  });
  const channels = await byType("channels");
  await alice.client.updateChannelCategories(alice.id, world.team.id, [
    { ...category, muted: true, channel_ids: [world.channel.id] },
    {
      ...channels,
      channel_ids: [...channels.channel_ids.filter((id) => id !== world.channel.id), channel.id],
    },
  ]);
  expect([await isMuted(channel), await isMuted(world.channel)]).toEqual([false, true]);
  await alice.client.deleteChannelCategory(alice.id, world.team.id, category.id);
  expect(await isMuted(world.channel)).toBe(false);
});

test("direct messages cannot be muted as a whole", async () => {
  await alice.client.createDirectChannel([alice.id, bob.id]);
  const direct = await byType("direct_messages");
  const updated = await alice.client.updateChannelCategory(alice.id, world.team.id, {
    ...direct,
    muted: true,
  });
  expect(updated.muted).toBe(false);
});

test("the order names every category", async () => {
  const socket = await alice.ws();
  const { order } = await read();
  const reversed = [...order].reverse();
  expect(await alice.client.updateChannelCategoryOrder(alice.id, world.team.id, reversed)).toEqual(reversed);
  expect((await socket.next("sidebar_category_order_updated")).data.order).toEqual(reversed);
  expect((await read()).order).toEqual(reversed);
  for (const bad of [order.slice(1), [...order, order[0]!], []]) {
    const failure = await failureOf(alice.client.updateChannelCategoryOrder(alice.id, world.team.id, bad));
    expect(failure.status_code).toBe(400);
  }
});

test("only categories of one's own making are deleted; channels fall back", async () => {
  const socket = await alice.ws();
  const category = await create({ channel_ids: [world.channel.id] });
  await alice.client.deleteChannelCategory(alice.id, world.team.id, category.id);
  expect((await socket.next("sidebar_category_deleted")).data).toEqual({ category_id: category.id });
  expect((await byType("channels")).channel_ids).toContain(world.channel.id);
  const favorites = await byType("favorites");
  const failure = await failureOf(alice.client.deleteChannelCategory(alice.id, world.team.id, favorites.id));
  expect(failure.status_code).toBe(400);
});

test("bad categories are refused", async () => {
  for (const fields of [
    { display_name: "" },
    { display_name: "x".repeat(65) },
    { channel_ids: ["x"] },
    { sorting: "odd" },
  ]) {
    const answer = await alice.request("POST", path(), { display_name: "Fine", ...fields });
    expect(answer.status, JSON.stringify(fields)).toBe(400);
  }
  expect((await alice.request("POST", path(), { display_name: "x", user_id: bob.id })).status).toBe(400);
  expect((await alice.request("PUT", path(), [])).status).toBe(400);
  expect((await alice.request("GET", `${path()}/nope`)).status).toBe(400);
});
