import type { Team } from "@mattermost/types/teams";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { adminOf, makeTeam, makeUser, type Person } from "../harness/people.ts";

describe("teams", () => {
  let alice: Person;
  let bob: Person;
  let carol: Person;
  let admin: Person;
  let team: Team;

  beforeAll(async () => {
    [alice, bob, carol] = await Promise.all([makeUser(), makeUser(), makeUser()]);
    admin = adminOf(alice.node);
    team = await makeTeam(alice, [bob], { display_name: `Zebra ${newId().slice(0, 6)}` });
  });

  const sqlOf = (answer: { headers: Headers }) => Number(answer.headers.get("x-edgemost-sql"));

  it("show e-mail and invite id only to those who may have them", async () => {
    expect(await alice.client.getTeam(team.id)).toMatchObject({
      email: team.email,
      invite_id: team.invite_id,
    });
    expect(await bob.client.getTeam(team.id)).toMatchObject({ email: "", invite_id: team.invite_id });
    expect((await bob.client.getMyTeams()).find((each) => each.id === team.id)).toMatchObject({ email: "" });
    expect((await failureOf(carol.client.getTeam(team.id))).status_code).toBe(403);
    expect((await failureOf(carol.client.getTeamByName(team.name))).status_code).toBe(403);
    expect((await failureOf(alice.client.getTeam(newId()))).status_code).toBe(404);
    expect((await failureOf(alice.client.getTeam("short"))).status_code).toBe(400);
    expect((await failureOf(alice.client.getTeamByName("no-such-team"))).server_error_id).toBe(
      "app.team.get_by_name.missing.app_error",
    );
    const open = await makeTeam(alice, [], { allow_open_invite: true });
    expect(await carol.client.getTeamByName(open.name)).toMatchObject({
      id: open.id,
      email: "",
      invite_id: "",
    });
    expect(await carol.client.getTeam(open.id)).toMatchObject({ id: open.id, email: "", invite_id: "" });
  });

  it("exist only for those who may know", async () => {
    const open = await makeTeam(alice, [], { allow_open_invite: true });
    const exists = async (who: Person, name: string) => (await who.client.checkIfTeamExists(name)).exists;
    expect(await exists(bob, team.name)).toBe(true);
    expect(await exists(carol, team.name)).toBe(false);
    expect(await exists(admin, team.name)).toBe(true);
    expect(await exists(carol, open.name)).toBe(true);
    expect(await exists(bob, `none-${newId()}`)).toBe(false);
  });

  it("are one's own without asking the database once they are known", async () => {
    await alice.client.getMyTeams();
    const answer = await alice.request("GET", "users/me/teams");
    expect(sqlOf(answer)).toBe(0);
    expect(answer.body.map((each: Team) => each.id)).toContain(team.id);
    const members = await alice.request("GET", "users/me/teams/members");
    expect(members.body).toContainEqual({
      team_id: team.id,
      user_id: alice.id,
      roles: "team_user team_admin",
      delete_at: 0,
      scheme_guest: false,
      scheme_user: true,
      scheme_admin: true,
      explicit_roles: "",
    });
    expect((await bob.request("GET", `users/${alice.id}/teams`)).status).toBe(403);
    expect((await bob.request("GET", `users/${alice.id}/teams/members`)).status).toBe(403);
    expect((await bob.request("GET", `users/${alice.id}/teams/unread`)).status).toBe(403);
    expect((await admin.client.getTeamsForUser(alice.id)).map((each) => each.id)).toContain(team.id);
  });

  it("are listed and searched as far as permissions go", async () => {
    const open = await makeTeam(alice, [], { allow_open_invite: true, display_name: `Aardvark ${newId()}` });
    const page = (await carol.client.getTeams(0, 200, true)) as unknown as {
      teams: Team[];
      total_count: number;
    };
    expect(page.teams.every((each) => each.allow_open_invite)).toBe(true);
    expect(page.total_count).toBeGreaterThanOrEqual(page.teams.length);
    const all = (await admin.client.getTeams(0, 200, true)) as unknown as {
      teams: Team[];
      total_count: number;
    };
    expect(all.total_count).toBeGreaterThan(page.total_count);
    const search = async (who: Person, body: object) =>
      (await who.request("POST", "teams/search", body)).body;
    const id = (found: Team[]) => found.map((each) => each.id);
    expect(id(await search(carol, { term: open.display_name.toUpperCase() }))).toEqual([open.id]);
    expect(id(await search(carol, { term: team.display_name }))).toEqual([]);
    expect(id(await search(admin, { term: team.display_name }))).toEqual([team.id]);
    expect(await search(admin, { term: team.display_name, page: 0, per_page: 1 })).toMatchObject({
      total_count: 1,
    });
    expect(id(await search(admin, { term: team.display_name.replace(" ", "%") }))).toEqual([]);
    expect(id(await search(admin, { term: team.display_name.replace(" ", "_") }))).toEqual([]);
    expect(id(await search(admin, { term: team.display_name, allow_open_invite: true }))).toEqual([]);
  });

  it("change by those who have manage_team, and members hear of it", async () => {
    const [ear] = await Promise.all([bob.ws(), alice.client.getTeam(team.id)]);
    const answer = await alice.request("PUT", `teams/${team.id}/patch`, {
      description: "new",
      allow_open_invite: true,
    });
    expect([answer.status, sqlOf(answer)]).toEqual([200, 1]);
    expect(answer.body).toMatchObject({
      description: "new",
      allow_open_invite: true,
      invite_id: team.invite_id,
    });
    const heard = await ear.next("update_team");
    expect(heard.parsed.team).toMatchObject({ id: team.id, description: "new", email: "", invite_id: "" });
    expect(await bob.client.getTeam(team.id)).toMatchObject({ description: "new" });
    // Closing it makes old links worthless.
    const closed = await alice.client.patchTeam({ id: team.id, allow_open_invite: false } as Team);
    expect(closed.invite_id).not.toBe(team.invite_id);
    const whole = await alice.client.updateTeam({ ...closed, display_name: "Renamed", name: "ignored" });
    expect(whole).toMatchObject({ display_name: "Renamed", name: team.name });
    expect((await alice.request("PUT", `teams/${team.id}`, { ...closed, id: newId() })).status).toBe(400);
    const opened = await alice.request("PUT", `teams/${team.id}/privacy`, { privacy: "O" });
    expect(opened.body).toMatchObject({ type: "O", allow_open_invite: true });
    const privacy = await alice.request("PUT", `teams/${team.id}/privacy`, { privacy: "I" });
    expect(privacy.body).toMatchObject({ type: "I", allow_open_invite: false });
    expect((await alice.request("PUT", `teams/${team.id}/privacy`, { privacy: "X" })).status).toBe(400);
    for (const [method, path, body] of [
      ["PUT", "patch", { description: "x" }],
      ["PUT", "privacy", { privacy: "O" }],
      ["POST", "regenerate_invite_id", undefined],
      ["DELETE", "", undefined],
      ["POST", "restore", undefined],
      ["DELETE", "image", undefined],
    ] as const) {
      expect(
        (await bob.request(method, `teams/${team.id}/${path}`.replace(/\/$/, ""), body)).status,
        path,
      ).toBe(403);
    }
    expect((await alice.request("PUT", `teams/${team.id}/patch`, { display_name: "" })).status).toBe(400);
  });

  it("are archived and come back, with everyone in them", async () => {
    const ear = await bob.ws();
    expect((await alice.request("DELETE", `teams/${team.id}`)).body).toEqual({ status: "OK" });
    expect((await ear.next("delete_team")).parsed.team).toMatchObject({ id: team.id, email: "" });
    expect((await bob.client.getMyTeams()).map((each) => each.id)).not.toContain(team.id);
    expect((await alice.request("DELETE", `teams/${team.id}?permanent=true`)).status).toBe(403);
    expect((await admin.request("DELETE", `teams/${team.id}?permanent=true`)).status).toBe(501);
    const restored = await alice.request("POST", `teams/${team.id}/restore`);
    expect(restored.body).toMatchObject({ id: team.id, delete_at: 0 });
    await ear.next("restore_team");
    expect((await bob.client.getMyTeams()).map((each) => each.id)).toContain(team.id);
  });

  it("have an icon", async () => {
    const svg = new Uint8Array([1, 2, 3]);
    const send = (who: Person, bytes: Uint8Array) => {
      const form = new FormData();
      form.set("image", new Blob([bytes]), "icon.png");
      return who.request("POST", `teams/${team.id}/image`, form);
    };
    expect((await send(alice, svg)).status).toBe(400);
    expect((await alice.request("POST", `teams/${team.id}/image`, new FormData())).status).toBe(400);
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    expect((await send(bob, png)).status).toBe(403);
    expect((await bob.request("GET", `teams/${team.id}/image`)).status).toBe(404);
    const ear = await bob.ws();
    expect((await send(alice, png)).body).toEqual({ status: "OK" });
    const { last_team_icon_update } = (await ear.next("update_team")).parsed.team as {
      last_team_icon_update: number;
    };
    const url = `${bob.node.url}/api/v4/teams/${team.id}/image`;
    const headers = { authorization: `Bearer ${bob.token}` };
    const icon = await fetch(url, { headers });
    expect(icon.headers.get("content-type")).toBe("image/png");
    expect(icon.headers.get("etag")).toBe(String(last_team_icon_update));
    const bytes = Buffer.from(await icon.arrayBuffer());
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([128, 128]);
    const again = await fetch(url, {
      headers: { ...headers, "if-none-match": String(last_team_icon_update) },
    });
    expect(again.status).toBe(304);
    expect((await carol.request("GET", `teams/${team.id}/image`)).status).toBe(403);
    expect((await alice.request("DELETE", `teams/${team.id}/image`)).status).toBe(200);
    expect((await bob.request("GET", `teams/${team.id}/image`)).status).toBe(404);
  });
});
