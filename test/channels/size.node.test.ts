import { beforeAll, expect, test } from "vitest";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { type BulkUser, database, insertUsers } from "../harness/sql.ts";
import { roundTrips } from "./help.ts";

const MEMBERS = 10_000;

let world: World;
let alice: Person;
let bob: Person;
let large: { id: string };
let users: BulkUser[];

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = world.users as [Person, Person];
  large = await makeChannel(alice, world.team, { display_name: "Large" });
  users = await insertUsers(MEMBERS, { teams: [world.team.id], channels: [large.id] });
  await database()`analyze channelmembers, teammembers, users`;
}, 120_000);

/** The least of a few tries: milliseconds, which is what the work itself takes, and round trips, once caches are warm. */
async function least(
  tries: number,
  run: (i: number) => ReturnType<Person["request"]>,
): Promise<{ ms: number; trips: number }> {
  const best = { ms: Number.POSITIVE_INFINITY, trips: Number.POSITIVE_INFINITY };
  for (let i = 0; i < tries; i++) {
    const start = performance.now();
    const answer = await run(i);
    best.ms = Math.min(best.ms, performance.now() - start);
    best.trips = Math.min(best.trips, roundTrips(answer));
    if (answer.status >= 500) throw new Error(answer.text);
  }
  return best;
}

test(`a channel of ${MEMBERS} members costs what a small one does`, async () => {
  const small = await makeChannel(alice, world.team, { display_name: "Small" });
  const calls = (channel: { id: string }): Record<string, (i: number) => ReturnType<Person["request"]>> => ({
    join: () => bob.request("POST", `channels/${channel.id}/members`, { user_id: bob.id }),
    view: () =>
      alice.request("POST", "channels/members/me/view", {
        channel_id: channel.id,
        collapsed_threads_supported: true,
      }),
    page: () => alice.request("GET", `channels/${channel.id}/members?per_page=60`),
    ids: () => alice.request("POST", `channels/${channel.id}/members/ids`, [alice.id, users[5_000]!.id]),
    patch: (i) => alice.request("PUT", `channels/${channel.id}/patch`, { header: `h${i}` }),
    settings: () =>
      alice.request("PUT", `channels/${channel.id}/members/me/notify_props`, { desktop: "all" }),
    stats: () => alice.request("GET", `channels/${channel.id}/stats`),
    leave: () => bob.request("DELETE", `channels/${channel.id}/members/${bob.id}`),
  });
  const [few, many] = [calls(small), calls(large)];
  for (const name of Object.keys(few)) {
    const [a, b] = [await least(6, few[name]!), await least(6, many[name]!)];
    if (process.env.VERBOSE) console.log(name, a, b);
    expect(b.trips, name).toBeLessThanOrEqual(2);
    expect(b.ms, name).toBeLessThan(a.ms * 3 + 15);
  }
});

test("deep pages of members come from the index", async () => {
  const plan = await database()<{ "QUERY PLAN": string }[]>`
    explain select m.userid from channelmembers m where m.channelid = ${large.id} order by m.userid limit 60 offset 9000`;
  expect(plan.map((row) => row["QUERY PLAN"]).join("\n")).toMatch(
    /Index (Only )?Scan using channelmembers_pkey/,
  );
  const last = await alice.request("GET", `channels/${large.id}/members?page=49&per_page=200`);
  expect(last.body).toHaveLength(200);
});
