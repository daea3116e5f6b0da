// What the category of direct messages lists is ignored (semantics 16.7); what leaves a category without a new place falls back (16.5).

import type { ChannelCategory } from "@mattermost/types/channel_categories";
import type { Channel } from "@mattermost/types/channels";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { makeChannel, makeTeam, makeWorld, type Person, type World } from "../harness/people.ts";

let world: World;
let alice: Person;
let direct: Channel;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  alice = world.users[0]!;
  direct = await alice.client.createDirectChannel([alice.id, world.users[1]!.id]);
});

// A sidebar of its own for each test.
beforeEach(async () => {
  world.team = await makeTeam(alice);
});

const byType = async (type: string) => {
  const { categories } = await alice.client.getChannelCategories(alice.id, world.team.id);
  return categories.find((category) => category.type === type)!;
};
const update = (...categories: ChannelCategory[]) =>
  alice.client.updateChannelCategories(alice.id, world.team.id, categories);
const isMuted = async (channel: { id: string }) =>
  (await alice.client.getMyChannelMember(channel.id)).notify_props.mark_unread === "mention";

test("a list of direct messages that is out of date takes nothing away from the favorites", async () => {
  const stale = await byType("direct_messages");
  expect(stale.channel_ids).toContain(direct.id);
  await update({ ...(await byType("favorites")), channel_ids: [direct.id] });
  const socket = await alice.ws();
  const [updated] = await update({ ...stale, sorting: "alpha" as never });
  expect(updated).toMatchObject({ sorting: "alpha", channel_ids: [] });
  await socket.next("sidebar_category_updated", (one) => one.broadcast.team_id === world.team.id);
  await socket.none("preferences_deleted");
  expect((await byType("favorites")).channel_ids).toEqual([direct.id]);
  await update({ ...(await byType("favorites")), channel_ids: [] }, stale);
  expect((await byType("direct_messages")).channel_ids).toEqual([direct.id]);
});

test("a channel that leaves a muted category is unmuted, wherever it falls back to", async () => {
  const channel = await makeChannel(alice, world.team);
  const category = await alice.client.createChannelCategory(alice.id, world.team.id, {
    display_name: "Quiet",
    muted: true,
    channel_ids: [channel.id, direct.id],
  } as never);
  expect([await isMuted(channel), await isMuted(direct)]).toEqual([true, true]);
  const stale = { ...(await byType("direct_messages")), channel_ids: [direct.id] };
  await update(stale);
  expect([await isMuted(direct), (await byType("custom")).channel_ids]).toEqual([
    true,
    [channel.id, direct.id],
  ]);
  await update({ ...category, channel_ids: [] }, stale);
  expect([await isMuted(channel), await isMuted(direct)]).toEqual([false, false]);
});
