import type { Team } from "@mattermost/types/teams";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { adminOf, makeTeam, makeUser, type Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

const named = (fields: Partial<Team> = {}) =>
  ({ name: `team-${newId()}`, display_name: "Team", type: "O", ...fields }) as Team;

describe("creating a team", () => {
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    [alice, bob] = await Promise.all([makeUser(), makeUser()]);
  });

  it("gives it default channels with its creator as admin, and tells him", async () => {
    const ear = await alice.ws();
    await alice.client.getMe();
    const answer = await alice.request(
      "POST",
      "teams",
      named({ display_name: " The team ", description: "d" }),
    );
    expect(answer.status).toBe(201);
    expect(Number(answer.headers.get("x-edgemost-sql"))).toBe(1);
    const team = answer.body as Team;
    expect(team).toMatchObject({
      display_name: "The team",
      email: `${alice.username}@example.com`,
      delete_at: 0,
    });
    expect(team.invite_id).toHaveLength(26);
    await ear.next(
      "added_to_team",
      (event) => event.data.team_id === team.id && event.data.user_id === alice.id,
    );

    const member = await alice.client.getTeamMember(team.id, alice.id);
    expect(member).toMatchObject({ roles: "team_user team_admin", scheme_admin: true, delete_at: 0 });
    const sql = database();
    const channels = await sql`
      select c.name, c.creatorid, c.totalmsgcount, m.schemeadmin, m.schemeuser, p.name as mirror, h.leavetime
      from channels c join channelmembers m on m.channelid = c.id and m.userid = ${alice.id}
      join publicchannels p on p.id = c.id join channelmemberhistory h on h.channelid = c.id and h.userid = m.userid
      where c.teamid = ${team.id} order by c.name`;
    const common = { creatorid: "", totalmsgcount: 0, schemeadmin: true, schemeuser: true, leavetime: null };
    expect(channels.map((row) => ({ ...row }))).toEqual([
      { ...common, name: "off-topic", mirror: "off-topic" },
      { ...common, name: "town-square", mirror: "town-square" },
    ]);
    const posts = await sql`
      select p.type, p.userid, p.props, c.name from posts p join channels c on c.id = p.channelid
      where c.teamid = ${team.id} order by c.name`;
    expect(posts.map((row) => ({ ...row }))).toEqual([
      {
        type: "system_join_channel",
        userid: alice.id,
        props: { username: alice.username },
        name: "off-topic",
      },
      {
        type: "system_join_team",
        userid: alice.id,
        props: { username: alice.username },
        name: "town-square",
      },
    ]);
    const [marker] = await sql`select value from systems where name = 'FirstAdminSetupComplete'`;
    expect(marker!.value).toBe("true");
  });

  it("refuses names that are taken, reserved or malformed", async () => {
    const team = await makeTeam(alice);
    const id = async (fields: Partial<Team>) =>
      (await failureOf(bob.client.createTeam(named(fields)))).server_error_id;
    expect(await id({ name: team.name })).toBe("app.team.save.existing.app_error");
    expect(await id({ name: "a" })).toBe("model.team.is_valid.url.app_error");
    expect(await id({ name: "x".repeat(65) })).toBe("model.team.is_valid.url.app_error");
    expect(await id({ name: "admin-team" })).toBe("model.team.is_valid.reserved.app_error");
    expect(await id({ name: "Spaces in it" })).toBe("model.team.is_valid.characters.app_error");
    expect(await id({ name: "-dash" })).toBe("model.team.is_valid.characters.app_error");
    expect(await id({ display_name: "  " })).toBe("model.team.is_valid.name.app_error");
    expect(await id({ display_name: "x".repeat(65) })).toBe("model.team.is_valid.name.app_error");
    expect(await id({ description: "x".repeat(256) })).toBe("model.team.is_valid.description.app_error");
    expect(await id({ allowed_domains: "x".repeat(501) })).toBe("model.team.is_valid.domains.app_error");
    expect(await id({ type: "X" as "O" })).toBe("api.context.invalid_body_param.app_error");
    expect((await alice.request("POST", "teams", {})).status).toBe(400);
    expect((await alice.request("POST", "teams", named({ display_name: "a\0b" }))).status).toBe(400);
    // A name stays taken by an archived team.
    await alice.client.deleteTeam(team.id);
    expect(await id({ name: team.name })).toBe("app.team.save.existing.app_error");
  });

  it("is for those who have create_team", async () => {
    const sql = database();
    const outsider = await makeUser();
    await adminOf(outsider.node).request("PUT", `users/${outsider.id}/roles`, { roles: "system_guest" });
    expect((await failureOf(outsider.client.createTeam(named()))).status_code).toBe(403);
    const [row] =
      await sql`select count(*)::int as made from teams where email = ${`${outsider.username}@example.com`}`;
    expect(row!.made).toBe(0);
    expect((await outsider.request("GET", "teams")).status).toBe(403);
  });
});
