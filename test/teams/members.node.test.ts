import type { Team } from "@mattermost/types/teams";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { adminOf, makeTeam, makeUser, type Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

describe("team members", () => {
  let alice: Person;
  let bob: Person;
  let carol: Person;
  let team: Team;

  beforeAll(async () => {
    [alice, bob, carol] = await Promise.all([makeUser(), makeUser(), makeUser()]);
    team = await makeTeam(alice, [bob]);
  });

  it("are listed to members", async () => {
    const list = await bob.client.getTeamMembers(team.id, 0, 60, {
      sort: "Username",
      exclude_deleted_users: true,
    });
    expect(list.map((member) => member.user_id)).toEqual(
      [alice, bob].sort((a, b) => (a.username < b.username ? -1 : 1)).map((who) => who.id),
    );
    expect(await bob.client.getTeamMembers(team.id, 1, 1, {})).toHaveLength(1);
    expect(await bob.client.getTeamMembersByIds(team.id, [alice.id, carol.id])).toMatchObject([
      { user_id: alice.id },
    ]);
    expect(await bob.client.getTeamStats(team.id)).toEqual({
      team_id: team.id,
      total_member_count: 2,
      active_member_count: 2,
    });
    for (const path of ["members", `members/${bob.id}`, "stats"]) {
      expect((await carol.request("GET", `teams/${team.id}/${path}`)).status, path).toBe(403);
    }
    expect((await carol.request("POST", `teams/${team.id}/members/ids`, [bob.id])).status).toBe(403);
    expect((await bob.request("GET", `teams/${team.id}/members/${carol.id}`)).status).toBe(404);
    expect((await bob.request("POST", `teams/${team.id}/members/ids`, [])).status).toBe(400);
    expect((await bob.request("POST", `teams/${team.id}/members/ids`, ["x"])).status).toBe(400);
  });

  it("become admins and stop being it, at once", async () => {
    const set = (who: Person, user: Person, body: object, path = "schemeRoles") =>
      who.request("PUT", `teams/${team.id}/members/${user.id}/${path}`, body);
    expect((await set(bob, bob, { scheme_admin: true, scheme_user: true })).status).toBe(403);
    const ear = await bob.ws();
    const answer = await set(alice, bob, { scheme_admin: true, scheme_user: true });
    expect([answer.status, answer.body]).toEqual([200, { status: "OK" }]);
    const heard = await ear.next("memberrole_updated");
    expect(heard.parsed.member).toMatchObject({
      user_id: bob.id,
      roles: "team_user team_admin",
      scheme_admin: true,
    });
    expect((await bob.request("PUT", `teams/${team.id}/patch`, { description: "by bob" })).status).toBe(200);
    expect((await set(alice, bob, { roles: "team_user" }, "roles")).status).toBe(200);
    expect((await bob.request("PUT", `teams/${team.id}/patch`, { description: "again" })).status).toBe(403);
  });

  it("keep what they are, and get no role that reaches further", async () => {
    const set = (body: object, path: string, userId = bob.id) =>
      alice.request("PUT", `teams/${team.id}/members/${userId}/${path}`, body);
    expect((await set({ scheme_admin: false, scheme_user: false }, "schemeRoles")).status).toBe(400);
    expect(
      (await set({ scheme_admin: false, scheme_user: true, scheme_guest: true }, "schemeRoles")).status,
    ).toBe(400);
    expect((await set({ scheme_user: true }, "schemeRoles")).status).toBe(400);
    expect((await set({ roles: "team_guest" }, "roles")).status).toBe(400);
    expect((await set({ roles: "team_user system_admin" }, "roles")).status).toBe(400);
    expect((await set({ roles: "team_user system_manager" }, "roles")).status).toBe(400);
    expect((await set({ roles: "team_user nonsense" }, "roles")).status).toBe(400);
    expect((await set({ roles: "team_user" }, "roles", carol.id)).status).toBe(404);
    expect((await set({ roles: "team_user team_post_all" }, "roles")).status).toBe(200);
    expect(await alice.client.getTeamMember(team.id, bob.id)).toMatchObject({
      roles: "team_post_all team_user",
      explicit_roles: "team_post_all",
    });
  });

  it("have unread counts", async () => {
    const dm = await alice.client.createDirectChannel([alice.id, bob.id]);
    await alice.client.createPost({ channel_id: dm.id, message: "hello" } as never);
    const town = await alice.client.getChannelByName(team.id, "town-square");
    await alice.client.createPost({ channel_id: town.id, message: `hello @${bob.username}` } as never);
    const counts = async () =>
      (await bob.request("GET", "users/me/teams/unread?include_collapsed_threads=true")).body;
    const of = (rows: { team_id: string }[], id: string) => rows.find((row) => row.team_id === id);
    expect(of(await counts(), team.id)).toMatchObject({
      msg_count: 1,
      msg_count_root: 1,
      mention_count: 2,
      thread_count: 0,
    });
    expect(of(await counts(), "")).toMatchObject({ msg_count: 1, mention_count: 1 });
    const one = await bob.request("GET", `users/me/teams/${team.id}/unread`);
    expect(one.body).toMatchObject({ team_id: team.id, msg_count: 1 });
    const others = await bob.request("GET", `users/me/teams/unread?exclude_team=${team.id}`);
    expect(of(others.body, team.id)).toBeUndefined();
    expect((await bob.request("GET", "users/me/teams/unread?exclude_team=x")).status).toBe(400);
    await bob.client.updateChannelNotifyProps({
      channel_id: town.id,
      user_id: bob.id,
      mark_unread: "mention",
    } as never);
    expect(of(await counts(), team.id)).toMatchObject({ msg_count: 0, mention_count: 2 });
    // A thread's row from before it knew its team (semantics 9.6).
    const root = await bob.client.createPost({ channel_id: town.id, message: "root" } as never);
    const reply = { channel_id: town.id, message: "reply", root_id: root.id };
    await alice.client.createPost(reply as never);
    await database()`update threads set threadteamid = null where postid = ${root.id}`;
    expect(of(await counts(), team.id)).toMatchObject({ thread_count: 1, thread_mention_count: 0 });
    expect((await carol.request("GET", `users/${bob.id}/teams/${team.id}/unread`)).status).toBe(403);
    expect((await carol.request("GET", `users/me/teams/${team.id}/unread`)).status).toBe(403);
  });

  it("are invited by e-mail only where that is switched on", async () => {
    expect((await carol.request("POST", `teams/${team.id}/invite/email`, ["x@example.com"])).status).toBe(
      403,
    );
    expect((await alice.request("POST", `teams/${team.id}/invite/email`, ["x@example.com"])).status).toBe(
      501,
    );
    expect((await alice.request("DELETE", "teams/invites/email")).status).toBe(403);
    expect((await adminOf(alice.node).request("DELETE", "teams/invites/email")).status).toBe(200);
    expect(
      (await alice.request("POST", `teams/${team.id}/invite-guests/email`, { emails: [], channels: [] }))
        .status,
    ).toBe(403);
    expect(
      (await adminOf(alice.node).request("PUT", `teams/${team.id}/scheme`, { scheme_id: newId() })).status,
    ).toBe(501);
  });
});
