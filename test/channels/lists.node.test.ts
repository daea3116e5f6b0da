import type { Channel } from "@mattermost/types/channels";
import { beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { makeChannel, makeTeam, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { idsOf, roundTrips } from "./help.ts";

let world: World;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = world.users as [Person, Person];
});

const list = (person: Person, path: string, headers: Record<string, string> = {}) =>
  person.request("GET", path, undefined, headers);
const names = (channels: Channel[]) => channels.map(({ display_name }) => display_name);

test("my channels of a team come from memory, by display name, and change with what happens", async () => {
  const path = `users/me/teams/${world.team.id}/channels`;
  const direct = await alice.client.createDirectChannel([alice.id, bob.id]);
  await list(alice, path);
  const warm = await list(alice, path);
  expect(roundTrips(warm)).toBe(0);
  expect(names(warm.body)).toEqual(
    [...names(warm.body)].sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase())),
  );
  expect(idsOf(warm.body)).toContain(direct.id);
  await bob.client.createPost({ channel_id: world.channel.id, message: "hi" } as never);
  const later = await list(alice, path);
  expect(roundTrips(later)).toBe(0);
  const count = (answer: { body: any }) =>
    answer.body.find((channel: Channel) => channel.id === world.channel.id).total_msg_count;
  expect(count(later)).toBe(count(warm) + 1);
  await alice.client.patchChannel(world.channel.id, { display_name: "0 first" });
  const renamed = await list(alice, path);
  expect(renamed.body.find((channel: Channel) => channel.id === world.channel.id).display_name).toBe(
    "0 first",
  );
});

test("the team list has the ETag of the newest channel", async () => {
  const path = `users/me/teams/${world.team.id}/channels`;
  const first = await list(alice, path);
  const etag = first.headers.get("etag")!;
  const newest = first.body.reduce((a: Channel, b: Channel) =>
    Math.max(b.last_post_at, b.update_at) > Math.max(a.last_post_at, a.update_at) ? b : a,
  );
  const time = Math.max(newest.last_post_at, newest.update_at);
  expect(etag).toBe(`11.6.0.${newest.id}.${time}.0.${first.body.length}.${alice.id}`);
  const again = await list(alice, path, { "if-none-match": etag });
  expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
  await bob.client.createPost({ channel_id: world.channel.id, message: "hi" } as never);
  expect((await list(alice, path, { "if-none-match": etag })).status).toBe(200);
});

test("my channels of all teams are in one list", async () => {
  const other = await makeTeam(alice);
  const mine = await alice.client.getAllTeamsChannels();
  const teams = new Set(mine.map((channel) => channel.team_id));
  expect(teams).toEqual(new Set([world.team.id, other.id, ""]));
  const warm = await list(alice, "users/me/channels");
  expect(roundTrips(warm)).toBe(0);
  expect(warm.body).toHaveLength(mine.length);
});

test("archived channels are listed on demand", async () => {
  const channel = await makeChannel(alice, world.team);
  await alice.client.deleteChannel(channel.id);
  const at = (await alice.client.getChannel(channel.id)).delete_at;
  const path = `users/me/teams/${world.team.id}/channels`;
  const has = async (query: string) =>
    idsOf((await list(alice, `${path}${query}`)).body).includes(channel.id);
  expect(await has("")).toBe(false);
  expect(await has("?include_deleted=true")).toBe(true);
  expect(await has(`?include_deleted=true&last_delete_at=${at}`)).toBe(true);
  expect(await has(`?include_deleted=true&last_delete_at=${at + 1}`)).toBe(false);
  expect(idsOf((await list(bob, `teams/${world.team.id}/channels/deleted`)).body)).toContain(channel.id);
});

test("an empty team list is a 404", async () => {
  const lonely = await makeUser();
  expect((await lonely.request("GET", "users/me/channels")).body).toEqual([]);
  const answer = await world.admin.request("GET", `users/${lonely.id}/teams/${world.team.id}/channels`);
  expect([answer.status, answer.body.id]).toEqual([404, "app.channel.get_channels.not_found.app_error"]);
  expect((await world.admin.request("GET", `users/${newId()}/channels`)).status).toBe(404);
});

test("a team's channels are browsed by pages", async () => {
  const team = await makeTeam(alice, [bob]);
  for (const name of ["Beta", "Alpha", "Gamma"]) await makeChannel(alice, team, { display_name: name });
  const secret = await makeChannel(alice, team, { display_name: "Aa", type: "P" });
  const all = await bob.client.getChannels(team.id, 0, 60);
  expect(names(all)).toEqual(["Alpha", "Beta", "Gamma", "Off-Topic", "Town Square"]);
  const pages = await Promise.all([0, 1, 2].map((page) => bob.client.getChannels(team.id, page, 2)));
  expect(idsOf(pages.flat())).toEqual(idsOf(all));
  const hidden = await world.admin.request("GET", `teams/${team.id}/channels/private`);
  expect(idsOf(hidden.body)).toEqual([secret.id]);
});

test("channels are found by name, direct ones too", async () => {
  const { team, channel } = world;
  expect((await bob.client.getChannelByName(team.id, channel.name)).id).toBe(channel.id);
  expect((await bob.client.getChannelByNameAndTeamName(team.name, channel.name)).id).toBe(channel.id);
  const direct = await alice.client.createDirectChannel([alice.id, bob.id]);
  expect((await bob.client.getChannelByName(team.id, direct.name)).id).toBe(direct.id);
  const missing = await failureOf(bob.client.getChannelByName(team.id, "no-such"));
  expect([missing.status_code, missing.server_error_id]).toEqual([
    404,
    "app.channel.get_by_name.missing.app_error",
  ]);
  const gone = await makeChannel(alice, team);
  await alice.client.deleteChannel(gone.id);
  expect((await failureOf(bob.client.getChannelByName(team.id, gone.name))).status_code).toBe(404);
  expect((await bob.client.getChannelByName(team.id, gone.name, true)).id).toBe(gone.id);
});

test("a team's channels by their ids", async () => {
  const { team, channel } = world;
  const answer = await bob.request("POST", `teams/${team.id}/channels/ids`, [channel.id, newId()]);
  expect(idsOf(answer.body)).toEqual([channel.id]);
  expect((await bob.request("POST", `teams/${team.id}/channels/ids`, [newId()])).status).toBe(404);
  expect((await bob.request("POST", `teams/${team.id}/channels/ids`, ["x"])).status).toBe(400);
});

test("stats count members, pinned posts and files", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob] });
  const post = await alice.client.createPost({ channel_id: channel.id, message: "pin me" } as never);
  await alice.client.pinPost(post.id);
  expect(await alice.client.getChannelStats(channel.id, true)).toEqual({
    channel_id: channel.id,
    member_count: 2,
    guest_count: 0,
    pinnedpost_count: 1,
    files_count: 0,
  });
  expect(
    (await alice.request("GET", `channels/${channel.id}/stats?exclude_files_count=true`)).body.files_count,
  ).toBe(-1);
  await bob.client.removeFromChannel(bob.id, channel.id);
  expect((await alice.client.getChannelStats(channel.id)).member_count).toBe(1);
  expect(await alice.client.getChannelsMemberCount([channel.id, world.channel.id])).toEqual({
    [channel.id]: 1,
    [world.channel.id]: 2,
  });
});

test("members' time zones and common teams", async () => {
  const zone = { useAutomaticTimezone: "false", manualTimezone: "Europe/Paris", automaticTimezone: "" };
  await alice.client.patchMe({ timezone: zone } as never);
  expect(await bob.client.getChannelTimezones(world.channel.id)).toEqual(["Europe/Paris"]);
  const group = await alice.client.createGroupChannel([bob.id, world.admin.id]);
  const common = await alice.request("GET", `channels/${group.id}/common_teams`);
  expect(common.body).toEqual([]);
  const direct = await alice.client.createDirectChannel([alice.id, bob.id]);
  const shared = await bob.request("GET", `channels/${direct.id}/common_teams`);
  expect(idsOf(shared.body)).toContain(world.team.id);
  expect(shared.body.every((team: { email: string }) => team.email === "")).toBe(true);
  expect((await bob.request("GET", `channels/${world.channel.id}/common_teams`)).status).toBe(400);
});
