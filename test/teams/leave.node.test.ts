import { beforeAll, describe, expect, it } from "vitest";
import { failureOf } from "../harness/client.ts";
import { makeTeam, makeUser, type Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

describe("leaving a team", () => {
  let alice: Person;
  let bob: Person;
  let carol: Person;

  beforeAll(async () => {
    [alice, bob, carol] = await Promise.all([makeUser(), makeUser(), makeUser()]);
  });

  it("ends every membership in it, at once and for open sockets too", async () => {
    const team = await makeTeam(alice, [bob, carol]);
    const channel = await alice.client.getChannelByName(team.id, "off-topic");
    await bob.client.getMyChannels(team.id);
    const thread = await bob.client.createPost({ channel_id: channel.id, message: "a thread" } as never);
    await alice.client.createPost({
      channel_id: channel.id,
      message: "its reply",
      root_id: thread.id,
    } as never);
    const sql = database();
    await sql`insert into preferences values (${bob.id}, ${team.id}, 'x', 'y') on conflict do nothing`;
    const [ear, own] = await Promise.all([carol.ws(), bob.ws()]);
    const answer = await bob.request("DELETE", `teams/${team.id}/members/${bob.id}`);
    expect([answer.status, answer.body]).toEqual([200, { status: "OK" }]);
    expect(Number(answer.headers.get("x-edgemost-sql"))).toBe(1);
    expect((await ear.next("leave_team")).data).toEqual({ user_id: bob.id, team_id: team.id });
    const mine = await own.next("leave_team");
    expect(mine.broadcast.user_id).toBe(bob.id);
    const posted = await ear.next("posted", (event) => event.parsed.post.type === "system_leave_team");
    expect(posted.parsed.post).toMatchObject({ user_id: bob.id, props: { username: bob.username } });

    expect((await bob.request("GET", `teams/${team.id}`)).status).toBe(403);
    expect((await bob.request("GET", `channels/${channel.id}/posts`)).status).toBe(403);
    await alice.client.createPost({ channel_id: channel.id, message: "behind his back" } as never);
    await own.none("posted", (event: any) => event.parsed.post.message === "behind his back");
    expect((await bob.client.getMyTeams()).map((each) => each.id)).not.toContain(team.id);
    expect((await bob.client.getMyTeamMembers()).map((each) => each.team_id)).not.toContain(team.id);
    const [left] = await sql`
      select (select count(*)::int from channelmembers m join channels c on c.id = m.channelid where c.teamid = ${team.id} and m.userid = ${bob.id}) as channels,
        (select count(*)::int from sidebarcategories where teamid = ${team.id} and userid = ${bob.id}) as categories,
        (select count(*)::int from preferences where category = ${team.id} and userid = ${bob.id}) as preferences,
        (select count(*)::int from threadmemberships where userid = ${bob.id}) as threads,
        m.deleteat > 0 as ended, m.roles from teammembers m where m.teamid = ${team.id} and m.userid = ${bob.id}`;
    const none = { channels: 0, categories: 0, preferences: 0, threads: 0 };
    expect({ ...left }).toEqual({ ...none, ended: true, roles: "" });
    expect((await failureOf(bob.client.removeFromTeam(team.id, bob.id))).server_error_id).toBe(
      "app.team.get_member.missing.app_error",
    );
  });

  it("of others needs remove_user_from_team, and says that they were removed", async () => {
    const team = await makeTeam(alice, [bob, carol]);
    expect((await failureOf(bob.client.removeFromTeam(team.id, carol.id))).status_code).toBe(403);
    const ear = await alice.ws();
    await alice.client.removeFromTeam(team.id, carol.id);
    const posted = await ear.next("posted", (event) => event.data.team_id === team.id);
    expect(posted.parsed.post).toMatchObject({
      type: "system_remove_from_team",
      props: { username: carol.username },
    });
  });
});
