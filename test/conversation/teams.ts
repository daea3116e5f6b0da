import type { Team } from "@mattermost/types/teams";
import { expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import type { Steps } from "./scene.ts";

export const teams: Steps = (scene) => {
  it("makes a team, and others come in", async () => {
    const { ada, bob, cat } = scene;
    const name = `engines-${newId()}`;
    scene.team = await ada.client.createTeam({ name, display_name: "Engines", type: "O" } as Team);
    const { team } = scene;
    await ada.ear.next("added_to_team", ({ data }) => data.team_id === team.id);
    expect((await ada.client.getTeamByName(name)).id).toBe(team.id);
    expect(await ada.client.checkIfTeamExists(name)).toEqual({ exists: true });
    expect(await bob.client.checkIfTeamExists(name)).toEqual({ exists: false });
    expect((await failureOf(bob.client.getTeam(team.id))).status_code).toBe(403);

    await ada.client.addToTeam(team.id, bob.id);
    await bob.ear.next("added_to_team", ({ data }) => data.team_id === team.id);
    const { invite_id } = await ada.client.getTeam(team.id);
    await cat.client.addToTeamFromInvite("", invite_id);
    await cat.ear.next("added_to_team", ({ data }) => data.team_id === team.id);

    const members = await bob.client.getTeamMembers(team.id);
    expect(members.map((member) => member.user_id).sort()).toEqual([ada.id, bob.id, cat.id].sort());
    expect((await bob.client.getMyTeams()).map((each) => each.id)).toEqual([team.id]);
    expect(await bob.client.getMyTeamMembers()).toMatchObject([
      { team_id: team.id, scheme_user: true, scheme_admin: false },
    ]);
    expect(await ada.client.getTeamStats(team.id)).toMatchObject({
      total_member_count: 3,
      active_member_count: 3,
    });
  });

  it("changes the team", async () => {
    const { ada, bob, team } = scene;
    const patched = await ada.client.patchTeam({ id: team.id, description: "Analytical" });
    expect(patched.description).toBe("Analytical");
    const event = await bob.ear.next("update_team");
    expect(JSON.parse(event.data.team)).toMatchObject({
      id: team.id,
      description: "Analytical",
      invite_id: "",
    });
    expect((await failureOf(bob.client.patchTeam({ id: team.id, description: "Mine" }))).status_code).toBe(
      403,
    );
  });

  it("lets go of a member and takes it back", async () => {
    const { ada, bob, cat, team } = scene;
    await ada.client.removeFromTeam(team.id, cat.id);
    await cat.ear.next("leave_team", ({ data }) => data.user_id === cat.id);
    await bob.ear.next("leave_team", ({ data }) => data.user_id === cat.id);
    expect((await failureOf(cat.client.getMyChannels(team.id))).status_code).toBeGreaterThanOrEqual(400);
    await ada.client.addToTeam(team.id, cat.id);
    await cat.ear.next("added_to_team", ({ data }) => data.team_id === team.id);
    expect((await cat.client.getMyTeams()).map((each) => each.id)).toEqual([team.id]);
  });
};
