// The web client's boot with a session (client-flows 6, then 7 for the channel it opens): its requests in its order and
// parallelism, and what they cost a database with 50,000 users.

import type { Channel } from "@mattermost/types/channels";
import type { Team } from "@mattermost/types/teams";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, makeTeam, makeUser, type Person } from "../harness/people.ts";
import { database, insertChannel, insertMembers, insertPosts, insertUsers } from "../harness/sql.ts";

const USERS = 50_000;
const TEAMS = 5;
const CHANNELS_PER_TEAM = 38;
/** In the whole boot, with nothing cached; with warm caches it is far less. */
const ROUND_TRIPS = 25;

let node: OwnNode;
let ada: Person;
let teams: Team[];
let town: Channel;
let direct: Channel;
let other: Person;

beforeAll(async () => {
  node = await ownNode({ env: { MM_TEAMSETTINGS_MAXUSERSPERTEAM: "100000" } });
  const sql = database(node);
  const crowd = await insertUsers(USERS, { node });
  ada = await makeUser({ node });
  other = await makeUser({ node });
  teams = [];
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
    await insertPosts(20, { node, channel: ids[0]!, users: [other.id] });
  }
  town = await ada.client.getChannelByName(teams[0]!.id, "town-square");
  const some = crowd.slice(0, 2_000).map(({ id }) => id);
  await insertMembers(sql, some, [teams[0]!.id], [town.id]);
  await insertPosts(100, { node, channel: town.id, users: some.slice(0, 10) });
  direct = (await ada.client.createDirectChannel([ada.id, other.id])) as Channel;
  await sql`analyze`;
});

afterAll(() => node?.stop());

/** The requests of one boot; `sql`: round trips of all of them. */
async function boot(): Promise<{ sql: number; requests: number; bodies: Record<string, any> }> {
  const bodies: Record<string, any> = {};
  let sql = 0;
  let requests = 0;
  const ask = async (name: string, method: string, path: string, body?: unknown) => {
    const answer = await ada.request(method, path, body);
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300);
    sql += Number(answer.headers.get("x-edgemost-sql"));
    requests++;
    bodies[name] = answer.body;
  };
  const get = (name: string, path: string) => ask(name, "GET", path);
  const team = teams[0]!.id;
  await Promise.all([get("config", "config/client?format=old"), get("license", "license/client?format=old")]);
  await Promise.all([
    get("me", "users/me"),
    get("preferences", "users/me/preferences"),
    get("teams", "users/me/teams"),
    get("teamMembers", "users/me/teams/members"),
  ]);
  await Promise.all([
    get("teamsUnread", "users/me/teams/unread?include_collapsed_threads=true"),
    get("limits", "limits/server"),
    get("plugins", "plugins/webapp"),
    ask("roles", "POST", "roles/names", [
      "system_user",
      "team_user",
      "team_admin",
      "channel_user",
      "channel_admin",
    ]),
  ]);
  await Promise.all([
    get("teamChannels", `users/me/teams/${team}/channels`),
    get("teamChannelMembers", `users/me/teams/${team}/channels/members`),
    get("scheduled", `posts/scheduled/team/${team}?includeDirectChannels=true`),
  ]);
  await Promise.all([
    get("channelMembers", `users/${ada.id}/channel_members?page=-1&per_page=60`),
    get("channels", "users/me/channels"),
    get("categories", `users/${ada.id}/teams/${team}/channels/categories`),
    get("drafts", `users/me/teams/${team}/drafts`),
    get("threads", `users/${ada.id}/teams/${team}/threads?totalsOnly=true`),
    get("notices", `system/notices/${team}?client=web&clientVersion=11.6.0`),
    get("agents", "agents/status"),
  ]);
  await Promise.all([
    ask("people", "POST", "users/ids", [other.id]),
    ask("statuses", "POST", "users/status/ids", [ada.id, other.id]),
    get("posts", `users/${ada.id}/channels/${town.id}/posts/unread?limit_before=30&limit_after=30`),
    get("stats", `channels/${town.id}/stats`),
    get("pinned", `channels/${town.id}/pinned`),
    ask("viewed", "POST", "channels/members/me/view", { channel_id: town.id, prev_channel_id: "" }),
  ]);
  return { sql, requests, bodies };
}

test("a boot costs few round trips, and gives the client all that it relies on", async () => {
  expect((await adminOf(node).request("POST", "caches/invalidate")).status).toBe(200);
  const { sql, requests, bodies } = await boot();
  console.info(`boot: ${requests} requests, ${sql} database round trips with cold caches`);
  expect(sql).toBeLessThanOrEqual(ROUND_TRIPS);

  expect(bodies.me).toMatchObject({ id: ada.id, username: ada.username, delete_at: 0 });
  expect(bodies.teams).toHaveLength(TEAMS);
  expect(bodies.teamMembers.map((member: { team_id: string }) => member.team_id).sort()).toEqual(
    teams.map(({ id }) => id).sort(),
  );
  // With the two channels that every team has.
  const all = TEAMS * (CHANNELS_PER_TEAM + 2) + 1;
  expect(bodies.channels).toHaveLength(all);
  expect(bodies.channelMembers).toHaveLength(all);
  const counters = ["total_msg_count", "total_msg_count_root", "last_post_at", "last_root_post_at"];
  for (const channel of bodies.channels)
    for (const counter of counters) expect(channel[counter]).toEqual(expect.any(Number));
  for (const member of bodies.channelMembers)
    for (const counter of ["msg_count", "msg_count_root", "mention_count", "mention_count_root"])
      expect(member[counter]).toEqual(expect.any(Number));
  expect(bodies.roles.map((role: { name: string }) => role.name).sort()).toEqual(
    ["system_user", "team_user", "team_admin", "channel_user", "channel_admin"].sort(),
  );
  const { categories, order } = bodies.categories;
  const ids = categories.map((category: { id: string }) => category.id);
  for (const id of order) expect(ids).toContain(id);
  expect(
    categories
      .map((category: { type: string }) => category.type)
      .slice(0, 3)
      .sort(),
  ).toEqual(["channels", "direct_messages", "favorites"]);
  const shown = categories.flatMap((category: { channel_ids: string[] }) => category.channel_ids);
  expect(shown).toContain(direct.id);
  expect(shown).toContain(town.id);
  expect(bodies.posts.order.length).toBeGreaterThan(0);
  expect(bodies.threads).toMatchObject({ total: 0, total_unread_threads: 0, total_unread_mentions: 0 });
  expect(bodies.limits).toMatchObject({ maxUsersLimit: 0 });
  expect(bodies.plugins).toEqual([]);
});

test("the next boot is answered from memory, but for what only the database knows", async () => {
  await boot();
  const { sql } = await boot();
  console.info(`boot: ${sql} database round trips with warm caches`);
  expect(sql).toBeLessThanOrEqual(16);
});
