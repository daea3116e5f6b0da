// The System Console's pages of users, teams and channels (client-flows 19.2): what each asks for, and what it shows of the answers.

import type { Channel } from "@mattermost/types/channels";
import type { Team } from "@mattermost/types/teams";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../workers/model/id.ts";
import { failureOf } from "../../harness/client.ts";
import { makeUser, makeWorld, type Person, type World } from "../../harness/people.ts";
import { CHANNEL, MEMBER } from "../support/channel.ts";
import { openTab, type Tab } from "../support/tab.ts";

const ID = /^[a-z0-9]{26}$/;
const OK = { status: "OK" };

let world: World;
let team: Team;
let channel: Channel;
/** The console's. */
let admin: Tab;
/** Two people of a name that nobody else on the node has. */
let mark: string;
let ada: Person;
let bea: Person;
let bob: Tab;

beforeAll(async () => {
  world = await makeWorld({ users: 1 });
  ({ team, channel } = world);
  mark = newId().slice(0, 10);
  const named = (letter: string) =>
    makeUser({ profile: { username: `con-${mark}-${letter}`, nickname: mark } });
  [ada, bea] = await Promise.all([named("a"), named("b")]);
  await world.users[0]!.client.addUsersToTeam(team.id, [ada.id, bea.id]);
  [admin, bob] = await Promise.all([openTab(world.admin), openTab(world.users[0]!)]);
});

describe("users", () => {
  const filter = {
    role_filter: "",
    team_filter: "",
    has_no_team: false,
    hide_active: false,
    hide_inactive: false,
    guest_filter: "",
  };

  it("are listed page by page, and counted", async () => {
    const page = {
      page_size: 1,
      sort_column: "Username",
      sort_direction: "asc",
      direction: "next",
      from_column_value: "",
      from_id: "",
      search_term: mark,
      date_range: "all_time",
      ...filter,
    };
    const list = (more: object = {}) =>
      admin.client.getUsersForReporting({ ...page, ...more } as never) as Promise<any[]>;
    const count = (more: object = {}) =>
      admin.client.getUserCountForReporting({ search_term: mark, ...filter, ...more });
    const [first, total, teams] = await Promise.all([list(), count(), admin.client.getTeams(0, 100, false)]);
    expect(first).toMatchObject([
      {
        id: ada.id,
        username: ada.username,
        email: `${ada.username}@example.com`,
        nickname: mark,
        roles: "system_user",
        delete_at: 0,
        create_at: expect.any(Number),
        last_login: expect.any(Number),
        channel_count: expect.any(Number),
        total_posts: expect.any(Number),
      },
    ]);
    // A bare number.
    expect(total).toBe(2);
    for (const one of teams as Team[]) expect(one.id).toMatch(ID);
    const next = { from_column_value: ada.username, from_id: ada.id };
    expect(await list(next)).toMatchObject([{ id: bea.id }]);
    const back = { from_column_value: bea.username, from_id: bea.id, direction: "prev" };
    expect(await list(back)).toMatchObject([{ id: ada.id }]);
    expect(await list({ from_column_value: bea.username, from_id: bea.id })).toEqual([]);
    for (const sort_column of ["Email", "CreateAt", "FirstName", "LastName", "Nickname"])
      for (const sort_direction of ["asc", "desc"])
        expect(await list({ page_size: 50, sort_column, sort_direction })).toHaveLength(2);
    for (const date_range of ["last_30_days", "previous_month", "last_6_months"])
      expect(await list({ page_size: 50, date_range })).toHaveLength(2);
    expect(await count({ team_filter: team.id })).toBe(2);
    expect(await count({ has_no_team: true })).toBe(0);
    expect(await count({ role_filter: "system_admin" })).toBe(0);
    expect(await count({ hide_active: true })).toBe(0);
  });

  it("are shown one by one, and changed", async () => {
    const { client } = admin;
    const [user, teams, members, preferences, attributes, sessions] = await Promise.all([
      client.getUser(bea.id),
      client.getTeamsForUser(bea.id),
      client.getTeamMembersForUser(bea.id),
      client.getUserPreferences(bea.id),
      admin.ask("GET", `users/${bea.id}/custom_profile_attributes`),
      client.getSessions(bea.id),
    ]);
    expect(user).toMatchObject({
      email: `${bea.username}@example.com`,
      auth_service: "",
      mfa_active: false,
      notify_props: { desktop: expect.any(String) },
      failed_attempts: expect.any(Number),
    });
    expect(teams).toMatchObject([{ id: team.id, display_name: team.display_name }]);
    expect(members).toMatchObject([{ team_id: team.id, user_id: bea.id, roles: "team_user", delete_at: 0 }]);
    expect(preferences).toContainEqual(
      expect.objectContaining({ user_id: bea.id, category: expect.any(String) }),
    );
    expect([attributes.status, attributes.data.message.length > 5]).toEqual([403, true]);
    expect(sessions.length).toBeGreaterThan(0);

    expect(await client.patchUser({ id: bea.id, position: "Clerk" } as never)).toMatchObject({
      position: "Clerk",
    });
    expect(await client.updateUserRoles(bea.id, "system_user system_read_only_admin")).toEqual(OK);
    expect((await client.getUser(bea.id)).roles).toBe("system_user system_read_only_admin");
    await client.updateUserRoles(bea.id, "system_user");
    expect(await client.updateUserPassword(bea.id, "", "Better-pass-3")).toEqual(OK);
    const tab = await openTab({ ...bea, password: "Better-pass-3" });
    expect((await admin.ask("POST", `users/${bea.id}/email/verify/member`)).data).toMatchObject({
      id: bea.id,
      email_verified: true,
    });
    expect(await client.revokeAllSessionsForUser(bea.id)).toEqual(OK);
    tab.mayEnd = true;
    expect((await failureOf(tab.client.getMe())).status_code).toBe(401);
    expect(await client.updateUserActive(bea.id, false)).toEqual(OK);
    await bob.next("user_updated", ({ data }) => data.user.id === bea.id && data.user.delete_at > 0);
    const out = await failureOf(tab.client.login(bea.username, "Better-pass-3"));
    expect(out.message).toMatch(/\w+ \w+/);
    expect(await client.updateUserActive(bea.id, true)).toEqual(OK);
    const demoted = await failureOf(client.demoteUserToGuest(bea.id));
    expect([demoted.status_code, demoted.message.length > 5]).toEqual([501, true]);
    const robot = await makeUser();
    expect((await admin.ask("POST", `users/${robot.id}/convert_to_bot`)).data).toEqual(OK);
    expect(await client.getUser(robot.id)).toMatchObject({ is_bot: true });
    const admins = await client.getProfiles(0, 100, { roles: "system_admin" });
    expect(admins.map(({ id }) => id)).toContain(world.admin.id);
  });
});

it("teams: list, search, detail, archive", async () => {
  const { client } = admin;
  const listed = (await client.getTeams(0, 10, true)) as any;
  expect(listed.total_count).toBeGreaterThan(0);
  expect(listed.teams.length).toBe(Math.min(10, listed.total_count));
  const found = (await client.searchTeams(team.name, { page: 0, per_page: 10 })) as any;
  expect(found).toMatchObject({ total_count: 1, teams: [{ id: team.id, type: "O", delete_at: 0 }] });
  const [one, people, members, stats, groups] = await Promise.all([
    client.getTeam(team.id),
    client.getProfilesInTeam(team.id, 0, 10, "", { active: true } as never),
    client.getTeamMembers(team.id, 0, 10),
    client.getTeamStats(team.id),
    admin.ask("GET", `teams/${team.id}/groups?page=0&per_page=10&filter_allow_reference=false`),
  ]);
  expect(one).toMatchObject({ id: team.id, name: team.name, allow_open_invite: expect.any(Boolean) });
  expect(people).toHaveLength(3);
  expect(members.map(({ user_id }) => user_id).sort()).toEqual(people.map(({ id }) => id).sort());
  expect(stats).toMatchObject({ team_id: team.id, total_member_count: 3, active_member_count: 3 });
  expect([200, 403, 501]).toContain(groups.status);
  expect(await client.patchTeam({ id: team.id, description: mark } as Team)).toMatchObject({
    description: mark,
  });
  const open = await admin.ask("PUT", `teams/${team.id}/privacy`, { privacy: "O" });
  expect(open.data).toMatchObject({ allow_open_invite: true });
  expect(await client.deleteTeam(team.id)).toEqual(OK);
  await bob.next("delete_team", ({ parsed }) => parsed.team.id === team.id);
  expect(await client.unarchiveTeam(team.id)).toMatchObject({ id: team.id, delete_at: 0 });
});

it("channels: list, search, detail, archive", async () => {
  const { client } = admin;
  const listed = (await client.getAllChannels(0, 10, "", false, true, true, false, false, false)) as any;
  expect(listed.channels.length).toBe(Math.min(10, listed.total_count));
  for (const one of listed.channels)
    expect(one).toMatchObject({
      id: expect.stringMatching(ID),
      team_display_name: expect.any(String),
      team_name: expect.any(String),
      team_update_at: expect.any(Number),
    });
  const search = { include_deleted: true, page: 0, per_page: 10, include_search_by_id: true };
  const found = (await client.searchAllChannels(channel.id, search)) as any;
  expect(found).toMatchObject({ total_count: 1, channels: [{ id: channel.id, team_name: team.name }] });
  const named = { ...search, team_ids: [team.id], public: true, private: false };
  expect((await client.searchAllChannels("A channel", named)) as any).toMatchObject({ total_count: 1 });
  const [one, of, people, members, stats, moderations, limits] = await Promise.all([
    client.getChannel(channel.id),
    client.getTeam(channel.team_id),
    client.getProfilesInChannel(channel.id, 0, 10, "", { active: true } as never),
    client.getChannelMembers(channel.id, 0, 10),
    client.getChannelStats(channel.id),
    admin.ask("GET", `channels/${channel.id}/moderations`),
    admin.ask("GET", `groups?not_associated_to_channel=${channel.id}&page=0&per_page=10`),
  ]);
  expect(one).toMatchObject(CHANNEL);
  expect([of.id, people.length, members.length, stats.member_count]).toEqual([team.id, 1, 1, 1]);
  expect(members[0]).toMatchObject(MEMBER);
  expect([moderations.status, moderations.data.status_code]).toEqual([403, 403]);
  expect([limits.status, limits.data]).toEqual([200, []]);
  expect(await client.updateChannelPrivacy(channel.id, "P")).toMatchObject({ id: channel.id, type: "P" });
  await bob.next("channel_converted", ({ data }) => data.channel_id === channel.id);
  expect(await client.patchChannel(channel.id, { header: mark })).toMatchObject({ header: mark });
  expect(await client.deleteChannel(channel.id)).toEqual(OK);
  expect(await client.unarchiveChannel(channel.id)).toMatchObject({ id: channel.id, delete_at: 0 });
});
