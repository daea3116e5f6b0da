import { beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeTeam, makeWorld, type Person, type World } from "../harness/people.ts";
import { idsOf, roundTrips } from "./help.ts";

let world: World;
let alice: Person;
let bob: Person;
let carol: Person;
const word = `w${newId().slice(0, 8)}`;
let open: { id: string };
let secret: { id: string };
let archived: { id: string };

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [alice, bob, carol] = world.users as [Person, Person, Person];
  open = await makeChannel(alice, world.team, { display_name: `Zed ${word} 100%` });
  secret = await makeChannel(alice, world.team, { display_name: `Secret ${word}`, type: "P" });
  archived = await makeChannel(alice, world.team, { display_name: `Old ${word}` });
  await alice.client.deleteChannel(archived.id);
});

test("autocomplete finds open channels and one's own private ones", async () => {
  const answer = await alice.request(
    "GET",
    `teams/${world.team.id}/channels/autocomplete?name=${word.toUpperCase()}`,
  );
  expect(roundTrips(answer)).toBe(1);
  expect(idsOf(answer.body).sort()).toEqual([open.id, secret.id].sort());
  expect(idsOf(await bob.client.autocompleteChannels(world.team.id, word))).toEqual([open.id]);
  expect(idsOf(await bob.client.autocompleteChannels(world.team.id, `${word} zed`))).toEqual([open.id]);
});

test("special characters of patterns are plain ones", async () => {
  expect(idsOf(await bob.client.autocompleteChannels(world.team.id, "100%"))).toEqual([open.id]);
  expect(await bob.client.autocompleteChannels(world.team.id, "1_0")).toEqual([]);
  expect(await bob.client.autocompleteChannels(world.team.id, "\\")).toEqual([]);
});

test("those whose display name has the term come first", async () => {
  const term = `t${newId().slice(0, 8)}`;
  const byPurpose = await makeChannel(alice, world.team, { display_name: "Aaa", purpose: `about ${term}` });
  const byName = await makeChannel(alice, world.team, { display_name: `Zzz ${term}` });
  expect(idsOf(await bob.client.autocompleteChannels(world.team.id, term))).toEqual([
    byName.id,
    byPurpose.id,
  ]);
});

test("a team's search finds open channels", async () => {
  expect(idsOf(await alice.client.searchChannels(world.team.id, word))).toEqual([open.id]);
  expect((await alice.request("POST", `teams/${world.team.id}/channels/search`, { term: 5 })).status).toBe(
    400,
  );
});

test("for a search's in: one's own channels are offered, direct ones by the other's name", async () => {
  const direct = await alice.client.createDirectChannel([alice.id, bob.id]);
  const found = await alice.client.autocompleteChannelsForSearch(world.team.id, bob.username.slice(0, 12));
  expect(found.find(({ id }) => id === direct.id)?.display_name).toBe(bob.username);
  expect(idsOf(await alice.client.autocompleteChannelsForSearch(world.team.id, word))).toEqual(
    expect.arrayContaining([secret.id, open.id]),
  );
  expect(await carol.client.autocompleteChannelsForSearch(world.team.id, word)).toEqual([]);
});

test("all of my teams are searched, with archived channels on demand", async () => {
  const other = await makeTeam(alice);
  const there = await makeChannel(alice, other, { display_name: `There ${word}` });
  const search = (person: Person, more: object) =>
    person.request("POST", "channels/search?system_console=false", { term: word, ...more });
  const found = await search(alice, { team_ids: [newId()] });
  expect(idsOf(found.body).sort()).toEqual([open.id, secret.id, there.id].sort());
  expect(idsOf((await search(bob, { include_deleted: true })).body).sort()).toEqual(
    [open.id, archived.id].sort(),
  );
});

test("group channels are found by their members", async () => {
  const group = await alice.client.createGroupChannel([bob.id, carol.id]);
  const term = `${bob.username} ${carol.username.slice(0, 15)}`;
  expect(idsOf(await alice.client.searchGroupChannels(term))).toEqual([group.id]);
  expect(await world.admin.client.searchGroupChannels(term)).toEqual([]);
  expect(await alice.client.searchGroupChannels(`${bob.username} nobody`)).toEqual([]);
});

test("the administrator searches everything by pages", async () => {
  const { admin } = world;
  const search = (body: object, query = "") =>
    admin.request("POST", `channels/search${query}`, { term: word, ...body });
  const page = await search({ page: 0, per_page: 1, team_ids: [world.team.id] });
  expect(page.body).toMatchObject({ total_count: 2 });
  expect(page.body.channels).toHaveLength(1);
  expect(page.body.channels[0]).toMatchObject({
    team_name: world.team.name,
    team_display_name: world.team.display_name,
  });
  const team = { team_ids: [world.team.id] };
  expect(idsOf((await search({ ...team, private: true })).body)).toEqual([secret.id]);
  expect(idsOf((await search({ ...team, public: true })).body)).toEqual([open.id]);
  expect(idsOf((await search({ ...team, deleted: true })).body)).toEqual([archived.id]);
  expect((await search(team, "?include_deleted=true")).body).toHaveLength(3);
  const byId = await search({ term: open.id, include_search_by_id: true, page: "0", per_page: "5" });
  expect(idsOf(byId.body.channels)).toEqual([open.id]);
});

test("the administrator lists all channels", async () => {
  const { admin } = world;
  const list = await admin.request(
    "GET",
    "channels?per_page=3&include_total_count=true&include_deleted=true",
  );
  expect(list.body.channels).toHaveLength(3);
  expect(list.body.total_count).toBeGreaterThan(3);
  const rest = await admin.request("GET", "channels?per_page=200&exclude_default_channels=true");
  expect(rest.body.map((channel: { name: string }) => channel.name)).not.toContain("town-square");
  expect(rest.body.every((channel: { type: string }) => channel.type === "O" || channel.type === "P")).toBe(
    true,
  );
});
