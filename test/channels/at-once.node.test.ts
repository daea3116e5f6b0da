// The same request several times at once: a double click, or two clients of one user. One does it, and one message says so.

import type { Channel } from "@mattermost/types/channels";
import { beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { memberRow, systemPosts } from "./help.ts";

let world: World;
let alice: Person;
let bob: Person;
let carol: Person;

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [alice, bob, carol] = world.users as [Person, Person, Person];
});

const TIMES = 6;
/** Statuses and error ids of `TIMES` like requests, sorted. */
async function atOnce(person: Person, method: string, path: string, body?: (i: number) => object) {
  const requests = Array.from({ length: TIMES }, (_, i) => person.request(method, path, body?.(i)));
  const answers = await Promise.all(requests);
  return answers.map(({ status, body }) => (status < 300 ? status : (body as { id: string }).id)).sort();
}
const typesOf = async (channel: { id: string }) =>
  (await systemPosts(alice, channel)).map(({ type }) => type);
const ofMany = (first: unknown, others: unknown) => [first, ...Array(TIMES - 1).fill(others)];

test("joining: who comes second is a member (semantics 12.8)", async () => {
  // More rounds than one: whether requests meet is up to the database.
  for (const round of [1, 2, 3]) {
    const channel = await makeChannel(alice, world.team);
    const join = await atOnce(bob, "POST", `channels/${channel.id}/members`, () => ({ user_id: bob.id }));
    expect([round, join]).toEqual([round, ofMany(201, 201)]);
    expect((await typesOf(channel)).filter((type) => type === "system_join_channel")).toHaveLength(2);
  }
});

test("joining a channel while being removed from its team leaves nobody behind (semantics 12.8, 13.5)", async () => {
  for (const round of [1, 2, 3, 4, 5]) {
    const channel = await makeChannel(alice, world.team);
    await Promise.all([
      alice.client.removeFromTeam(world.team.id, carol.id),
      carol.request("POST", `channels/${channel.id}/members`, { user_id: carol.id }),
    ]);
    expect([round, await memberRow(alice, channel, carol.id)]).toEqual([round, undefined]);
    await alice.client.addToTeam(world.team.id, carol.id);
    const fields = { team_id: world.team.id, name: newId(), display_name: "Own", type: "P" };
    const [, made] = await Promise.all([
      alice.client.removeFromTeam(world.team.id, carol.id),
      carol.request("POST", "channels", fields),
    ]);
    if (made.status === 201)
      expect([round, await memberRow(alice, made.body as Channel, carol.id)]).toEqual([round, undefined]);
    await alice.client.addToTeam(world.team.id, carol.id);
  }
});

test("restoring and changing who may find a channel (semantics 12.12, 12.14)", async () => {
  const channel = await makeChannel(alice, world.team);
  await alice.client.deleteChannel(channel.id);
  expect(await atOnce(world.admin, "POST", `channels/${channel.id}/restore`)).toEqual(
    ofMany(200, "api.channel.restore_channel.restored.app_error"),
  );
  const privacy = await atOnce(world.admin, "PUT", `channels/${channel.id}/privacy`, () => ({
    privacy: "P",
  }));
  expect(privacy).toEqual(ofMany(200, 200));
  const types = await typesOf(channel);
  expect(types.filter((type) => type === "system_channel_restored")).toHaveLength(1);
  expect(types.filter((type) => type === "system_change_chan_privacy")).toHaveLength(1);
});

test("a group message becomes one channel, with one administrator (semantics 12.16)", async () => {
  const group = await alice.client.createGroupChannel([bob.id, carol.id]);
  const body = () => ({
    channel_id: group.id,
    team_id: world.team.id,
    name: `was-${newId()}`,
    display_name: "Was",
  });
  const path = `channels/${group.id}/convert_to_channel?team_id=${world.team.id}`;
  const answers = await Promise.all(
    [alice, bob, carol].map((person) => person.request("POST", path, body())),
  );
  const ids = answers.map(({ status, body }) => (status < 300 ? status : (body as { id: string }).id));
  const refused = "app.channel.group_message_conversion.original_channel_not_gm";
  expect([...ids].sort()).toEqual([200, refused, refused]);
  expect(await typesOf(group)).toEqual(["system_gm_to_channel"]);
  const rows = await Promise.all([alice, bob, carol].map(({ id }) => memberRow(alice, group, id)));
  expect(rows.map((row) => row!.schemeadmin === true)).toEqual(ids.map((id) => id === 200));
});
