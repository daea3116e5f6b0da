import { beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { memberRow, now, roundTrips } from "./help.ts";

let world: World;
let alice: Person;
let bob: Person;
let carol: Person;

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [alice, bob, carol] = world.users as [Person, Person, Person];
});

const say = (person: Person, channel: { id: string }, message: string, root_id = "") =>
  person.client.createPost({ channel_id: channel.id, message, root_id } as never);
const unread = async (person: Person, channel: { id: string }) =>
  (await person.request("GET", `users/me/channels/${channel.id}/unread`)).body;
const view = (person: Person, body: object) => person.request("POST", "channels/members/me/view", body);

test("what is unread is counted until the channel is viewed", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob] });
  await view(bob, { channel_id: channel.id, collapsed_threads_supported: true });
  const root = await say(alice, channel, `hello @${bob.username}`);
  await say(alice, channel, "reply", root.id);
  expect(await unread(bob, channel)).toEqual({
    team_id: world.team.id,
    channel_id: channel.id,
    msg_count: 2,
    mention_count: 1,
    mention_count_root: 1,
    urgent_mention_count: 0,
    msg_count_root: 1,
  });
  const socket = await bob.ws();
  await view(bob, { channel_id: "" });
  const answer = await view(bob, { channel_id: channel.id, collapsed_threads_supported: true });
  expect(roundTrips(answer)).toBe(1);
  const last = (await now(bob, channel)).last_post_at;
  expect(answer.body).toEqual({ status: "OK", last_viewed_at_times: { [channel.id]: last } });
  const viewed = await socket.next("multiple_channels_viewed");
  expect(viewed.data).toEqual({ channel_times: { [channel.id]: last } });
  const row = await memberRow(bob, channel, bob.id);
  expect(row).toMatchObject({ msgcount: 2, msgcountroot: 1, mentioncount: 0, mentioncountroot: 0 });
  expect([row?.lastviewedat, row?.lastupdateat]).toEqual([last, last]);
  expect(await unread(bob, channel)).toMatchObject({ msg_count: 0, msg_count_root: 0, mention_count: 0 });
  await view(bob, { channel_id: channel.id, collapsed_threads_supported: true });
  await socket.none("multiple_channels_viewed");
});

test("the channel that was left is viewed as well", async () => {
  const [first, second] = [
    await makeChannel(alice, world.team, { members: [bob] }),
    await makeChannel(alice, world.team, { members: [bob] }),
  ];
  await say(alice, first, "one");
  await say(alice, second, "two");
  const answer = await view(bob, {
    channel_id: first.id,
    prev_channel_id: second.id,
    collapsed_threads_supported: true,
  });
  expect(Object.keys(answer.body.last_viewed_at_times).sort()).toEqual([first.id, second.id].sort());
  expect(await unread(bob, second)).toMatchObject({ msg_count: 0 });
});

test("looking away, at nothing, and at foreign channels is no error", async () => {
  const secret = await makeChannel(alice, world.team, { type: "P" });
  for (const body of [
    { channel_id: "" },
    { channel_id: "", prev_channel_id: "" },
    { channel_id: secret.id },
    { channel_id: newId() },
  ]) {
    const answer = await view(carol, body);
    expect([answer.status, answer.body]).toEqual([200, { status: "OK", last_viewed_at_times: {} }]);
  }
  for (const body of [{ channel_id: "x" }, { channel_id: 5 }, [], "x", null]) {
    expect((await view(carol, body as object)).status, JSON.stringify(body)).toBe(400);
  }
});

test("several channels are marked read at once", async () => {
  const channels = await Promise.all([1, 2, 3].map(() => makeChannel(alice, world.team, { members: [bob] })));
  for (const channel of channels) await say(alice, channel, "x");
  const socket = await bob.ws();
  const answer = await bob.client.readMultipleChannels(channels.map(({ id }) => id));
  expect(Object.keys(answer.last_viewed_at_times)).toHaveLength(3);
  expect(Object.keys((await socket.next("multiple_channels_viewed")).data.channel_times)).toHaveLength(3);
  for (const channel of channels) expect(await unread(bob, channel)).toMatchObject({ msg_count: 0 });
});

test("a muted channel has mentions unread only; an archived one is not found", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob] });
  await bob.request("PUT", `channels/${channel.id}/members/me/notify_props`, { mark_unread: "mention" });
  await say(alice, channel, `hey @${bob.username}`);
  expect(await unread(bob, channel)).toMatchObject({ msg_count: 0, msg_count_root: 0 });
  expect((await unread(bob, channel)).mention_count).toBeGreaterThan(0);
  await alice.client.deleteChannel(channel.id);
  expect((await bob.request("GET", `users/me/channels/${channel.id}/unread`)).status).toBe(404);
});

test("a client that does not know collapsed threads reads them with the channel", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob] });
  const root = await say(bob, channel, "root");
  await say(alice, channel, "reply", root.id);
  const socket = await bob.ws();
  await view(bob, { channel_id: channel.id, collapsed_threads_supported: true });
  await socket.none("thread_read_changed");
  await say(alice, channel, "another", root.id);
  await view(bob, { channel_id: channel.id });
  const read = await socket.next("thread_read_changed");
  expect(read.broadcast).toMatchObject({ user_id: bob.id, channel_id: channel.id });
});

test("viewing makes the user online", async () => {
  const channel = await makeChannel(alice, world.team, { members: [carol] });
  await view(carol, { channel_id: channel.id, collapsed_threads_supported: true });
  expect((await bob.client.getStatus(carol.id)).status).toBe("online");
});
