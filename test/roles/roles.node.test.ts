import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, makeTeam, makeUser, type Person } from "../harness/people.ts";

describe("roles", () => {
  let node: OwnNode;
  let admin: Person;
  let user: Person;

  beforeAll(async () => {
    node = await ownNode();
    admin = adminOf(node);
    user = await makeUser({ node });
  });
  afterAll(() => node?.stop());

  it("are found by name and id, without asking the database once they are known", async () => {
    await user.request("GET", "roles/name/team_user");
    const answer = await user.request("POST", "roles/names", ["team_user", "channel_user", "no_such_role"]);
    expect(Number(answer.headers.get("x-edgemost-sql"))).toBe(0);
    expect(answer.body.map((role: { name: string }) => role.name).sort()).toEqual([
      "channel_user",
      "team_user",
    ]);
    const role = answer.body.find((each: { name: string }) => each.name === "channel_user");
    expect(role).toMatchObject({ scheme_managed: true, built_in: true, scheme_id: null, delete_at: 0 });
    expect(role.permissions).toContain("create_post");
    expect((await user.request("GET", `roles/${role.id}`)).body).toEqual(role);
    expect((await user.request("GET", "roles/name/no_such_role")).status).toBe(404);
    expect((await user.request("GET", `roles/${"a".repeat(26)}`)).status).toBe(404);
    expect((await user.request("GET", "roles/x")).status).toBe(400);
    expect((await user.request("POST", "roles/names", [])).status).toBe(400);
    expect((await user.request("POST", "roles/names", Array(101).fill("team_user"))).status).toBe(400);
    expect((await user.request("GET", "roles")).status).toBe(403);
    expect((await admin.request("GET", "roles")).body).toHaveLength(25);
    const more = await user.request("POST", "permissions/ancillary", ["sysconsole_write_environment_smtp"]);
    expect(more.body).toEqual(["sysconsole_write_environment_smtp", "test_email"]);
  });

  it("change at once for everyone, and are heard of", async () => {
    const [role] = await user.client.getRolesByNames(["system_user"]);
    const ear = await user.ws();
    const team = { name: `team${user.id}`, display_name: "T", type: "O" };
    const without = role!.permissions.filter((name) => name !== "create_team");
    const patched = await admin.client.patchRole(role!.id, { permissions: without });
    expect(patched.permissions).not.toContain("create_team");
    expect((await ear.next("role_updated")).parsed.role).toMatchObject({
      name: "system_user",
      permissions: patched.permissions,
    });
    expect((await user.request("POST", "teams", team)).status).toBe(403);
    await admin.client.patchRole(role!.id, { permissions: role!.permissions });
    expect((await user.request("POST", "teams", team)).status).toBe(201);
  });

  it("change by those who may, within bounds", async () => {
    await makeTeam(user);
    const roles = await admin.client.getRolesByNames([
      "team_user",
      "team_guest",
      "system_admin",
      "system_manager",
    ]);
    const of = (name: string) => roles.find((role) => role.name === name)!;
    const set = (who: Person, name: string, permissions: string[]) =>
      who.request("PUT", `roles/${of(name).id}/patch`, { permissions });
    expect((await set(user, "team_user", [])).status).toBe(403);
    const more = (name: string, extra: string) => [...of(name).permissions, extra];
    expect((await set(admin, "team_user", more("team_user", "manage_system"))).body.id).toBe(
      "api.roles.patch_roles.not_allowed_permission.error",
    );
    expect((await set(admin, "system_admin", [])).status).toBe(501);
    expect((await set(admin, "team_guest", more("team_guest", "add_reaction"))).body.id).toBe(
      "api.roles.patch_roles.license.error",
    );
    expect((await set(admin, "team_user", ["Not A Permission"])).status).toBe(400);
    await admin.request("PUT", `users/${user.id}/roles`, { roles: "system_user system_manager" });
    // A delegated administrator may change ordinary roles, not those of administrators.
    expect((await set(user, "system_manager", of("system_manager").permissions)).status).toBe(403);
    expect((await set(user, "system_admin", of("system_admin").permissions)).status).toBe(403);
    expect((await set(user, "team_user", of("team_user").permissions)).status).toBe(200);
  });
});
