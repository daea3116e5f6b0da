// The web client's boot with a session (client-flows 6, then 7 for the channel it opens): its requests in its order and
// parallelism, and what they cost a database with 50,000 users.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Channel } from "@mattermost/types/channels";
import type { Team } from "@mattermost/types/teams";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BootFacts, bootRequests } from "../../bench/measure/boot.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, makeTeam, makeUser, type Person } from "../harness/people.ts";
import { database, insertChannel, insertMembers, insertPosts, insertUsers } from "../harness/sql.ts";

const USERS = 50_000;
const TEAMS = 5;
const CHANNELS_PER_TEAM = 38;
/** Unread channels of the team beside the one that is opened: as many as the client prefetches at most. */
const PREFETCHED = 19;
/** In the whole boot, with nothing cached; with warm caches it is far less. */
const ROUND_TRIPS = 25;
const WARM_ROUND_TRIPS = 17;
/** In each of the unread channels. */
const POSTS = 40;

let node: OwnNode;
let ada: Person;
let teams: Team[];
let town: Channel;
let direct: Channel;
let group: Channel;
let other: Person;
let facts: BootFacts;

beforeAll(async () => {
  node = await ownNode({
    env: {
      MM_TEAMSETTINGS_MAXUSERSPERTEAM: "100000",
      MM_METRICSSETTINGS_ENABLE: "true",
      MM_METRICSSETTINGS_LISTENADDRESS: "127.0.0.1:0",
    },
  });
  const sql = database(node);
  const crowd = await insertUsers(USERS, { node });
  ada = await makeUser({ node });
  other = await makeUser({ node });
  teams = [];
  const unread: string[] = [];
  for (let i = 0; i < TEAMS; i++) teams.push(await makeTeam(ada, [other]));
  for (const team of teams) {
    const ids: string[] = [];
    for (let i = 0; i < CHANNELS_PER_TEAM; i++)
      ids.push(
        await insertChannel(sql, {
          team_id: team.id,
          type: i % 3 === 0 ? "P" : "O",
          name: `channel-${i}`,
          display_name: `${i}`,
        }),
      );
    await insertMembers(sql, [ada.id, other.id], [], ids);
    const posted = team === teams[0] ? ids.slice(0, PREFETCHED) : ids.slice(0, 1);
    for (const channel of posted) await insertPosts(POSTS, { node, channel, users: [other.id] });
    if (team === teams[0]) unread.push(...posted);
  }
  town = await ada.client.getChannelByName(teams[0]!.id, "town-square");
  const some = crowd.slice(0, 2_000).map(({ id }) => id);
  await insertMembers(sql, some, [teams[0]!.id], [town.id]);
  await insertPosts(100, { node, channel: town.id, users: some.slice(0, 10) });
  direct = (await ada.client.createDirectChannel([ada.id, other.id])) as Channel;
  group = (await ada.client.createGroupChannel([ada.id, other.id, crowd[0]!.id])) as Channel;
  facts = {
    userId: ada.id,
    teamId: teams[0]!.id,
    teamName: teams[0]!.name,
    channelId: town.id,
    channelName: town.name,
    people: [other.id, ...some.slice(0, 9)],
    groups: [group.id],
    unread,
    roles: ["system_user", "team_user", "team_admin", "channel_user", "channel_admin"],
    timezone: "Europe/Berlin",
  };
  // Seen once, long ago: something is unread in them.
  await sql`update channelmembers set lastviewedat = 1 where userid = ${ada.id} and channelid = any(${unread})`;
  await sql`analyze`;
}, 240_000);

afterAll(() => node?.stop());

/** Round trips of the node so far, whoever made them. */
async function roundTrips(): Promise<number> {
  const url = JSON.parse(readFileSync(join(node.dataDir, "run/node.json"), "utf8")).metricsUrl;
  const line = /^edgemost_sql_round_trips_total.* (\d+)$/gm;
  const found = [...(await (await fetch(url)).text()).matchAll(line)];
  expect(found.length).toBeGreaterThan(0);
  return found.reduce((sum, [, count]) => sum + Number(count), 0);
}

interface Booted {
  /** Round trips of the requests, as their answers tell, by request in `costs`. */
  sql: number;
  costs: string[];
  /** Of everything, the WebSocket and what follows the answers included. */
  total: number;
  /** By path, with `me`, `{team}` and `{channel}`. */
  bodies: Record<string, any>;
}

/**
 * A boot after `before`, between two of the node's own minutes, whose work is none of a boot's: each minute begins with
 * taking the due reminders, this one of nobody's too. If one came in between, once more from the beginning.
 */
async function bootAfter(before: () => Promise<unknown>, timezone: string): Promise<Booted> {
  const sql = database(node);
  for (;;) {
    await sql`insert into postreminders (postid, userid, targettime) values ('none', 'nobody', 1) on conflict do nothing`;
    await before();
    const booted = await boot(timezone);
    const left = await sql`delete from postreminders where postid = 'none' returning postid`;
    if (left.length > 0) return booted;
  }
}

async function boot(timezone: string): Promise<Booted> {
  const bodies: Record<string, any> = {};
  const costs: string[] = [];
  const before = await roundTrips();
  let sql = 0;
  for (const stage of bootRequests({ ...facts, timezone })) {
    const asked = stage.map(async ({ method, path, body, status }) => {
      const answer = await ada.request(method, path, body);
      if (status) expect(answer.status, path).toBe(status);
      else expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300);
      const cost = answer.headers.get("x-edgemost-sql");
      expect(cost, path).toMatch(/^\d+$/);
      sql += Number(cost);
      const name = path
        .split("?")[0]!
        .replace(facts.userId, "me")
        .replace(facts.teamId, "{team}")
        .replace(facts.teamName, "{team}")
        .replace(facts.channelId, "{channel}");
      costs.push(`${cost} ${method} ${name}`);
      bodies[name] = answer.body;
    });
    // It connects once it knows who it is, and says which time zone it is in.
    if (stage.some(({ path }) => path === "users/me/patch"))
      asked.push(ada.ws({ by: "cookie" }).then(() => undefined));
    await Promise.all(asked);
  }
  const total = (await roundTrips()) - before;
  // The socket stays: what a user who leaves costs half a second later is not the next boot's.
  return { sql, costs, total, bodies };
}

function expectWithin({ sql, costs, total }: Booted, limit: number): void {
  const figures = `${costs.length} requests: ${sql} database round trips, ${total} with the WebSocket`;
  console.info(`boot of ${figures}`);
  expect(total, `${figures}\n${costs.join("\n")}`).toBeLessThanOrEqual(limit);
  expect(total).toBeGreaterThanOrEqual(sql);
}

test("a boot costs few round trips, and gives the client all that it relies on", async () => {
  const forget = async () =>
    expect((await adminOf(node).request("POST", "caches/invalidate")).status).toBe(200);
  const booted = await bootAfter(forget, "Europe/Berlin");
  const { bodies } = booted;
  expectWithin(booted, ROUND_TRIPS);

  expect(bodies["users/me"]).toMatchObject({ id: ada.id, username: ada.username, delete_at: 0 });
  expect(bodies["users/me/teams"]).toHaveLength(TEAMS);
  expect(
    bodies["users/me/teams/members"].map((member: { team_id: string }) => member.team_id).sort(),
  ).toEqual(teams.map(({ id }) => id).sort());
  // With the two channels that every team has, a direct and a group channel.
  const all = TEAMS * (CHANNELS_PER_TEAM + 2) + 2;
  expect(bodies["users/me/channels"]).toHaveLength(all);
  expect(bodies["users/me/channel_members"]).toHaveLength(all);
  const counters = ["total_msg_count", "total_msg_count_root", "last_post_at", "last_root_post_at"];
  for (const channel of bodies["users/me/channels"])
    for (const counter of counters) expect(channel[counter]).toEqual(expect.any(Number));
  for (const member of bodies["users/me/channel_members"])
    for (const counter of ["msg_count", "msg_count_root", "mention_count", "mention_count_root"])
      expect(member[counter]).toEqual(expect.any(Number));
  expect(bodies["roles/names"].map((role: { name: string }) => role.name).sort()).toEqual(
    [...facts.roles].sort(),
  );
  const { categories, order } = bodies["users/me/teams/{team}/channels/categories"];
  const ids = categories.map((category: { id: string }) => category.id);
  for (const id of order) expect(ids).toContain(id);
  const kinds = categories.map((category: { type: string }) => category.type);
  expect(kinds.slice(0, 3).sort()).toEqual(["channels", "direct_messages", "favorites"]);
  const shown = categories.flatMap((category: { channel_ids: string[] }) => category.channel_ids);
  for (const { id } of [direct, group, town]) expect(shown).toContain(id);
  expect(bodies["teams/name/{team}/channels/name/town-square"]).toMatchObject({ id: town.id });
  expect(bodies["users/me/patch"].timezone.automaticTimezone).toBe("Europe/Berlin");
  expect(bodies["users/me/channels/{channel}/posts/unread"].order.length).toBeGreaterThan(0);
  expect(bodies["users/group_channels"][group.id]).toHaveLength(3);
  for (const id of facts.unread) {
    const { order, posts, prev_post_id, next_post_id } = bodies[`users/me/channels/${id}/posts/unread`];
    expect(order).toHaveLength(Math.min(POSTS, 30));
    expect(posts[order[0]]).toMatchObject({ channel_id: id, user_id: other.id });
    expect(prev_post_id).toBe("");
    expect(next_post_id).toMatch(/^[a-z0-9]{26}$/);
  }
  expect(bodies["users/me/teams/{team}/threads"]).toMatchObject({
    total: 0,
    total_unread_threads: 0,
    total_unread_mentions: 0,
  });
  expect(bodies["limits/server"]).toMatchObject({ maxUsersLimit: 0 });
  expect(bodies["plugins/webapp"]).toEqual([]);
});

test("the next boot is answered from memory, but for what only the database knows", async () => {
  expectWithin(await bootAfter(() => boot("Asia/Tokyo"), "Europe/Paris"), WARM_ROUND_TRIPS);
});
