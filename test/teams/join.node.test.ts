import type { Team } from "@mattermost/types/teams";
import { beforeAll, describe, expect, it } from "vitest";
import { newId, randomToken } from "../../workers/model/id.ts";
import { adminOf, makeTeam, makeUser, type Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

/** Types of the system messages in one of a team's channels, oldest first. */
async function messages(team: Team, channel: string) {
  const rows = await database()`
    select p.type, p.userid, p.props, p.message from posts p join channels c on c.id = p.channelid
    where c.teamid = ${team.id} and c.name = ${channel} order by p.createat, p.id`;
  return rows.map((row) => ({ ...row }));
}

describe("joining a team", () => {
  let alice: Person;
  let bob: Person;
  let carol: Person;

  beforeAll(async () => {
    [alice, bob, carol] = await Promise.all([makeUser(), makeUser(), makeUser()]);
  });

  it("by oneself works for open teams, joins the default channels and is heard of", async () => {
    const team = await makeTeam(alice, [], { allow_open_invite: true });
    const [ear, own] = await Promise.all([alice.ws(), bob.ws()]);
    await bob.client.getTeam(team.id);
    const answer = await bob.request("POST", `teams/${team.id}/members`, {
      team_id: team.id,
      user_id: bob.id,
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      team_id: team.id,
      user_id: bob.id,
      roles: "team_user",
      scheme_admin: false,
    });
    expect(Number(answer.headers.get("x-edgemost-sql"))).toBe(1);
    await own.next("added_to_team", (event) => event.data.team_id === team.id);
    await ear.next("user_added", (event) => event.data.user_id === bob.id && event.data.team_id === team.id);
    const posted = await ear.next("posted", (event) => event.parsed.post.type === "system_join_team");
    expect(posted.parsed.post).toMatchObject({ user_id: bob.id, props: { username: bob.username } });
    expect(posted.data).toMatchObject({
      team_id: team.id,
      channel_name: "town-square",
      sender_name: "System",
    });
    expect((await messages(team, "town-square")).at(-1)).toMatchObject({
      type: "system_join_team",
      userid: bob.id,
    });
    // The newcomer may read at once, whichever cache knew him before.
    const mine = await bob.client.getMyChannels(team.id);
    expect(mine.map((channel) => channel.name)).toEqual(expect.arrayContaining(["off-topic", "town-square"]));
    // Once more changes nothing.
    const again = await bob.request("POST", `teams/${team.id}/members`, {
      team_id: team.id,
      user_id: bob.id,
    });
    expect([again.status, again.body]).toEqual([201, answer.body]);
    expect(await messages(team, "town-square")).toHaveLength(2);
  });

  it("needs a permission: closed teams and other people are not for everyone", async () => {
    const team = await makeTeam(alice);
    const join = (who: Person, user: Person) =>
      who.request("POST", `teams/${team.id}/members`, { team_id: team.id, user_id: user.id });
    expect((await join(bob, bob)).status).toBe(403);
    expect((await join(bob, carol)).status).toBe(403);
    expect(
      (await bob.request("POST", `teams/${team.id}/members/batch`, [{ user_id: carol.id }])).status,
    ).toBe(403);
    expect((await join(alice, bob)).status).toBe(201);
    // A member may add others; an administrator anyone.
    expect((await join(bob, carol)).status).toBe(201);
    const admin = adminOf(alice.node);
    expect((await join(admin, admin)).status).toBe(201);
    const missing = await alice.request("POST", `teams/${newId()}/members`, { user_id: bob.id });
    expect(missing.status).toBe(404);
    const mismatch = await alice.request("POST", `teams/${team.id}/members`, {
      team_id: newId(),
      user_id: bob.id,
    });
    expect(mismatch.status).toBe(400);
  });

  it("of others says who added them, and mentions them in channels but town-square", async () => {
    const team = await makeTeam(alice);
    const ear = await bob.ws();
    const members = await alice.client.addUsersToTeam(team.id, [bob.id, carol.id]);
    expect(members.map((member) => member.user_id).sort()).toEqual([bob.id, carol.id].sort());
    const props = {
      userId: alice.id,
      username: alice.username,
      addedUserId: bob.id,
      addedUsername: bob.username,
    };
    const town = await messages(team, "town-square");
    expect(town.map((row) => row.type)).toEqual([
      "system_join_team",
      "system_add_to_team",
      "system_add_to_team",
    ]);
    expect(town).toContainEqual(expect.objectContaining({ userid: alice.id, props }));
    const posted = await ear.next(
      "posted",
      (event) =>
        event.parsed.post.type === "system_add_to_channel" &&
        event.data.team_id === team.id &&
        event.parsed.post.props.addedUserId === bob.id,
    );
    expect(posted.parsed.mentions).toEqual([bob.id]);
    const unread = await bob.client.getMyTeamUnreads(false);
    expect(unread.find((row) => row.team_id === team.id)).toMatchObject({ mention_count: 1, msg_count: 0 });
  });

  it("of many at once tells of each whether it worked", async () => {
    const team = await makeTeam(alice, [], { allowed_domains: "example.com" });
    const foreign = await makeUser({ profile: { email: `x${newId()}@elsewhere.org` } });
    const answer = await alice.request("POST", `teams/${team.id}/members/batch?graceful=true`, [
      { team_id: team.id, user_id: bob.id },
      { team_id: team.id, user_id: foreign.id },
      { team_id: team.id, user_id: newId() },
      { team_id: team.id, user_id: alice.id },
    ]);
    expect(answer.status).toBe(201);
    const [first, second, third, fourth] = answer.body;
    expect(first).toMatchObject({ user_id: bob.id, member: { user_id: bob.id }, error: null });
    expect(second).toMatchObject({
      user_id: foreign.id,
      error: { id: "api.team.join_user_to_team.allowed_domains.app_error" },
    });
    expect(third.error).toMatchObject({ id: "app.user.missing_account.const", status_code: 404 });
    expect(fourth).toMatchObject({ user_id: alice.id, member: { scheme_admin: true }, error: null });
    const rude = await alice.request("POST", `teams/${team.id}/members/batch`, [
      { user_id: carol.id },
      { user_id: foreign.id },
    ]);
    expect(rude.status).toBe(400);
    // All or none.
    expect((await alice.request("GET", `teams/${team.id}/members/${carol.id}`)).status).toBe(404);
    const many = Array.from({ length: 257 }, () => ({ user_id: newId() }));
    expect((await alice.request("POST", `teams/${team.id}/members/batch`, many)).status).toBe(400);
  });

  it("by a link needs its id, not a permission", async () => {
    const team = await makeTeam(alice);
    const info = await fetch(`${alice.node.url}/api/v4/teams/invite/${team.invite_id}`);
    expect(await info.json()).toEqual({
      id: team.id,
      name: team.name,
      display_name: team.display_name,
      description: "",
    });
    expect((await bob.request("GET", `teams/invite/${newId()}`)).status).toBe(404);
    expect((await bob.request("POST", `teams/members/invite?invite_id=${newId()}`)).status).toBe(404);
    expect((await bob.request("POST", "teams/members/invite")).status).toBe(400);
    const joined = await bob.request("POST", `teams/members/invite?invite_id=${team.invite_id}`);
    expect([joined.status, joined.body.user_id]).toEqual([201, bob.id]);
    const shown = await bob.client.getMyPreferences();
    expect(shown).toContainEqual({
      user_id: bob.id,
      category: "direct_channel_show",
      name: alice.id,
      value: "true",
    });
    // A new id ends the old one.
    const fresh = await alice.client.regenerateTeamInviteId(team.id);
    expect(fresh.invite_id).not.toBe(team.invite_id);
    expect((await carol.request("POST", `teams/members/invite?invite_id=${team.invite_id}`)).status).toBe(
      404,
    );
    expect((await bob.request("POST", `teams/${team.id}/regenerate_invite_id`)).status).toBe(403);
  });

  it("by an invitation uses it up, however many try at once", async () => {
    const team = await makeTeam(alice);
    const invitation = async (createat: number) => {
      const token = randomToken(64);
      const extra = JSON.stringify({ teamId: team.id, email: "x@example.com" });
      await database()`insert into tokens (token, createat, type, extra) values (${token}, ${createat}, 'team_invitation', ${extra})`;
      return token;
    };
    const token = await invitation(Date.now());
    const use = (who: Person, value: string) => who.request("POST", `teams/members/invite?token=${value}`);
    const [one, two] = await Promise.all([use(bob, token), use(carol, token)]);
    expect([one.status, two.status].sort()).toEqual([201, 400]);
    expect((await use(carol, token)).status).toBe(400);
    expect((await use(carol, await invitation(Date.now() - 49 * 3_600_000))).status).toBe(400);
    expect((await use(carol, "nonsense")).status).toBe(400);
  });

  it("after leaving revives the membership without what it was", async () => {
    const team = await makeTeam(alice, [bob]);
    await alice.request("PUT", `teams/${team.id}/members/${bob.id}/schemeRoles`, {
      scheme_admin: true,
      scheme_user: true,
    });
    await alice.client.removeFromTeam(team.id, bob.id);
    await alice.client.addToTeam(team.id, bob.id);
    expect(await alice.client.getTeamMember(team.id, bob.id)).toMatchObject({
      delete_at: 0,
      roles: "team_user",
      scheme_admin: false,
    });
  });
});
