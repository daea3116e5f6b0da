// What settings do that need nothing besides them, on a node of its own.

import type { Channel } from "@mattermost/types/channels";
import type { Post } from "@mattermost/types/posts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { download, uploadOne } from "../files/uploads.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeTeam, makeWorld, type Person, type World } from "../harness/people.ts";
import { jpeg } from "../images/fixtures.ts";

let node: OwnNode;
let world: World;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  node = await ownNode({
    env: {
      MM_FILESETTINGS_ENABLEPUBLICLINK: "true",
      MM_TEAMSETTINGS_EXPERIMENTALDEFAULTCHANNELS: "dev Not-a-name ops",
      MM_EXPERIMENTALSETTINGS_EXPERIMENTALCHANNELCATEGORYSORTING: "true",
    },
  });
  world = await makeWorld({ node, users: 2 });
  [alice, bob] = world.users as [Person, Person];
});
afterAll(() => node?.stop());

test("public links need no salt: the server has its own (semantics 11.10, http-conventions 7.4)", async () => {
  const { id } = await uploadOne(alice, world.channel.id, "a.jpg", jpeg);
  await alice.client.createPost({
    channel_id: world.channel.id,
    message: "x",
    file_ids: [id],
  } as unknown as Post);
  const { status, body } = await bob.request("GET", `files/${id}/link`);
  expect(status).toBe(200);
  expect((await alice.request("GET", `files/${id}/link`)).body).toEqual(body);
  const { pathname, search } = new URL(body.link);
  expect((await download({ ...alice, token: "" }, pathname + search)).bytes.length).toBe(jpeg.length);
  const other = await uploadOne(alice, world.channel.id, "a.jpg", jpeg);
  expect((await download({ ...alice, token: "" }, `/files/${other.id}/public${search}`)).status).toBe(400);
});

test("a new team has the configured default channels, and its members are in them (semantics 13.2)", async () => {
  const team = await makeTeam(alice);
  await alice.client.addToTeam(team.id, bob.id);
  for (const person of [alice, bob]) {
    const mine = await person.client.getMyChannels(team.id);
    const names = mine.filter(({ team_id }) => team_id === team.id).map(({ name }) => name);
    expect(names.sort()).toEqual(["dev", "ops", "town-square"]);
  }
  const members = await alice.client.getMyChannelMembers(team.id);
  expect(members.every(({ scheme_admin }) => scheme_admin)).toBe(true);
});

describe("channels named after a category (semantics 12.23)", () => {
  const mine = async (of: Person) => {
    const { categories } = await of.client.getChannelCategories("me", world.team.id);
    const names = categories.map(({ display_name }) => display_name);
    return { names, placed: categories.find(({ display_name }) => display_name === "Operations") };
  };
  const named = (display_name: string) =>
    alice.client.createChannel({
      team_id: world.team.id,
      name: newId(),
      display_name,
      type: "O",
    } as Channel);

  test("are in each member's own category of that name", async () => {
    const socket = await bob.ws();
    const first = await named("Operations / Alerts");
    expect(first).toMatchObject({ display_name: "Alerts", default_category_name: "Operations" });
    await bob.client.addToChannel(bob.id, first.id);
    const { data, broadcast } = await socket.next("sidebar_category_updated");
    const [sent] = JSON.parse(String(data.updatedCategories));
    expect([sent.channel_ids, broadcast.team_id]).toEqual([[first.id], world.team.id]);
    const second = await named("operations/Reports");
    await alice.client.addToChannel(bob.id, second.id);
    for (const person of [alice, bob]) {
      const { names, placed } = await mine(person);
      expect(names).toEqual(["Favorites", "Operations", "Channels", "Direct Messages"]);
      expect(placed).toMatchObject({ type: "custom", channel_ids: [first.id, second.id] });
    }
  });

  test("get there when they are renamed; a name without a category leaves them", async () => {
    const channel = await named("/Plain");
    expect(channel).toMatchObject({ display_name: "/Plain", default_category_name: "" });
    await alice.client.addToChannel(bob.id, channel.id);
    const moved = await alice.client.patchChannel(channel.id, { display_name: "Operations/Moved" });
    expect(moved).toMatchObject({ display_name: "Moved", default_category_name: "Operations" });
    expect((await mine(bob)).placed!.channel_ids).toContain(channel.id);
    const again = await alice.client.patchChannel(channel.id, { display_name: "Other" });
    expect(again).toMatchObject({ display_name: "Other", default_category_name: "Operations" });
  });
});
