import type { Channel } from "@mattermost/types/channels";
import { beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { makeTeam, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { memberRow, roundTrips, systemPosts } from "./help.ts";

let world: World;
let alice: Person;
let bob: Person;
let carol: Person;

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [alice, bob, carol] = world.users as [Person, Person, Person];
});

const wanted = (more: Partial<Channel> = {}) =>
  ({
    team_id: world.team.id,
    type: "O",
    name: `c-${newId()}`,
    display_name: " Some name ",
    ...more,
  }) as Channel;

test("a channel is made with its creator as its administrator, in one round trip", async () => {
  const socket = await alice.ws();
  await alice.client.getChannels(world.team.id);
  const answer = await alice.request(
    "POST",
    "channels",
    wanted({ purpose: "why", header: "see ~town-square" }),
  );
  expect(answer.status).toBe(201);
  expect(roundTrips(answer)).toBe(1);
  const channel = answer.body;
  expect(channel).toMatchObject({
    display_name: "Some name",
    purpose: "why",
    creator_id: alice.id,
    delete_at: 0,
    total_msg_count: 0,
    props: { channel_mentions: { "town-square": { display_name: "Town Square" } } },
  });
  expect(channel.last_post_at).toBeGreaterThanOrEqual(channel.create_at);
  const created = await socket.next("channel_created");
  expect(created.data).toEqual({ channel_id: channel.id, team_id: world.team.id });
  const posted = await socket.next("posted", (event) => event.parsed.post.channel_id === channel.id);
  expect(posted.parsed.post.type).toBe("system_join_channel");
  expect(await alice.client.getMyChannelMember(channel.id)).toMatchObject({
    roles: "channel_user channel_admin",
    msg_count: 0,
    last_viewed_at: 0,
    notify_props: { desktop: "default", mark_unread: "all", push: "default", email: "default" },
  });
  const [mirrored] = await database()`select * from publicchannels where id = ${channel.id}`;
  expect(mirrored).toMatchObject({
    name: channel.name,
    displayname: "Some name",
    purpose: "why",
    deleteat: 0,
  });
  const [history] = await database()`select * from channelmemberhistory where channelid = ${channel.id}`;
  expect(history).toMatchObject({ userid: alice.id, leavetime: null });
});

test("a private channel has no public mirror", async () => {
  const channel = await alice.client.createChannel(wanted({ type: "P" }));
  expect(await database()`select id from publicchannels where id = ${channel.id}`).toHaveLength(0);
});

test("names and texts are checked", async () => {
  const bad: [Partial<Channel>, string][] = [
    [{ name: "" }, "model.channel.is_valid.1_or_more.app_error"],
    [{ name: "UPPER" }, "model.channel.is_valid.1_or_more.app_error"],
    [{ name: "a b" }, "model.channel.is_valid.1_or_more.app_error"],
    [{ name: "x".repeat(65) }, "model.channel.is_valid.1_or_more.app_error"],
    [{ name: `${newId()}__${newId()}` }, "model.channel.is_valid.name.app_error"],
    [{ name: "0123456789".repeat(4) }, "model.channel.is_valid.name.app_error"],
    [{ display_name: "x".repeat(65) }, "model.channel.is_valid.display_name.app_error"],
    [{ header: "x".repeat(1025) }, "model.channel.is_valid.header.app_error"],
    [{ purpose: "x".repeat(251) }, "model.channel.is_valid.purpose.app_error"],
  ];
  for (const [fields, id] of bad) {
    const failure = await failureOf(alice.client.createChannel(wanted(fields)));
    expect([failure.status_code, failure.server_error_id], JSON.stringify(fields)).toEqual([400, id]);
  }
  for (const fields of [{ type: "D" }, { type: "x" }, { team_id: "nope" }, { display_name: null }]) {
    const answer = await alice.request("POST", "channels", { ...wanted(), ...fields });
    expect(answer.status, JSON.stringify(fields)).toBe(400);
  }
  expect(
    (await alice.client.createChannel(wanted({ display_name: "\u{1F600}".repeat(64) }))).id,
  ).toBeTruthy();
});

test("a name is taken for good, by archived channels too", async () => {
  const channel = await alice.client.createChannel(wanted());
  const again = () => failureOf(alice.client.createChannel(wanted({ name: channel.name })));
  expect(await again()).toMatchObject({
    status_code: 400,
    server_error_id: "store.sql_channel.save_channel.exists.app_error",
  });
  await alice.client.deleteChannel(channel.id);
  expect((await again()).server_error_id).toBe("store.sql_channel.save_channel.exists.app_error");
  const other = await makeTeam(alice);
  expect((await alice.client.createChannel(wanted({ name: channel.name, team_id: other.id }))).name).toBe(
    channel.name,
  );
});

test("of concurrent creations of one name one succeeds", async () => {
  const channel = wanted();
  const answers = await Promise.all([1, 2, 3, 4].map(() => alice.request("POST", "channels", channel)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400]);
});

test("a direct channel is one, whoever opens it and however often", async () => {
  const socket = await bob.ws();
  const [first, second, third] = await Promise.all([
    alice.client.createDirectChannel([alice.id, bob.id]),
    bob.client.createDirectChannel([alice.id, bob.id]),
    alice.client.createDirectChannel([bob.id, alice.id]),
  ]);
  expect([second.id, third.id]).toEqual([first.id, first.id]);
  expect(first).toMatchObject({
    type: "D",
    team_id: "",
    display_name: "",
    name: [alice.id, bob.id].sort().join("__"),
  });
  const added = await socket.next("direct_added", (event) => event.broadcast.channel_id === first.id);
  expect([added.data.creator_id, added.data.teammate_id].sort()).toEqual([alice.id, bob.id].sort());
  await socket.none("direct_added", (event) => event.broadcast.channel_id === first.id);
  expect(await systemPosts(alice, first)).toHaveLength(0);
  expect((await bob.client.getMyChannelMember(first.id)).roles).toBe("channel_user");
});

test("a note to oneself has one member", async () => {
  const channel = await alice.client.createDirectChannel([alice.id, alice.id]);
  expect(channel.name).toBe(`${alice.id}__${alice.id}`);
  const members = await database()`select userid from channelmembers where channelid = ${channel.id}`;
  expect(members).toHaveLength(1);
});

test("direct channels need two users that exist, the session's among them", async () => {
  expect((await failureOf(alice.client.createDirectChannel([alice.id, newId()]))).status_code).toBe(400);
  expect((await failureOf(alice.client.createDirectChannel([bob.id, carol.id]))).status_code).toBe(403);
  expect((await alice.request("POST", "channels/direct", [alice.id])).status).toBe(400);
  expect((await alice.request("POST", "channels/direct", ["x", "y"])).status).toBe(400);
  expect((await alice.request("POST", "channels/direct", { a: 1 })).status).toBe(400);
  expect((await world.admin.client.createDirectChannel([bob.id, carol.id])).type).toBe("D");
});

test("a group channel is one per set of users", async () => {
  const socket = await carol.ws();
  const group = await alice.client.createGroupChannel([bob.id, carol.id]);
  const again = await bob.client.createGroupChannel([carol.id, alice.id, bob.id]);
  expect(again.id).toBe(group.id);
  const names = [alice, bob, carol].map(({ username }) => username).sort();
  expect(group).toMatchObject({ type: "G", team_id: "", display_name: names.join(", ").slice(0, 64) });
  expect(group.name).toMatch(/^[0-9a-f]{40}$/);
  const added = await socket.next("group_added");
  expect(added.broadcast).toMatchObject({ user_id: carol.id, channel_id: group.id });
  expect([...added.parsed.teammate_ids].sort()).toEqual([alice.id, bob.id, carol.id].sort());
  expect((await memberRow(alice, group, bob.id))?.schemeuser).toBe(true);
});

test("a group has 3 to 8 members", async () => {
  const bad = (ids: string[]) => failureOf(alice.client.createGroupChannel(ids));
  expect((await bad([bob.id])).server_error_id).toBe("api.channel.create_group.bad_size.app_error");
  const nine = Array.from({ length: 8 }, () => newId());
  expect((await bad(nine)).server_error_id).toBe("api.channel.create_group.bad_size.app_error");
  expect((await bad([bob.id, newId()])).status_code).toBe(400);
});

test("concurrent openings make one group", async () => {
  const others = [(await makeUser()).id, (await makeUser()).id];
  const made = await Promise.all([1, 2, 3, 4, 5].map(() => alice.client.createGroupChannel(others)));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  const [{ count } = { count: 0 }] = await database()<{ count: number }[]>`
    select count(*)::int as count from channelmembers where channelid = ${made[0]!.id}`;
  expect(count).toBe(3);
});
