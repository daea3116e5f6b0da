import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MASK } from "../../workers/config/mask.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, makeUser, type Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

describe("the configuration", () => {
  let node: OwnNode;
  let admin: Person;
  let user: Person;

  beforeAll(async () => {
    node = await ownNode({ env: { MM_TEAMSETTINGS_CUSTOMBRANDTEXT: "from the environment" } });
    admin = adminOf(node);
    user = await makeUser({ node });
  });
  afterAll(() => node.stop());

  const patch = (body: object, who = admin) => who.request("PUT", "config/patch", body);

  it("is shown without its secrets, and with what the environment decides", async () => {
    const answer = await admin.request("GET", "config");
    expect(answer.headers.get("cache-control")).toBe("no-cache, no-store, must-revalidate");
    expect(answer.body.FileSettings.PublicLinkSalt).toBe(MASK);
    expect(answer.body.TeamSettings.CustomBrandText).toBe("from the environment");
    expect((await admin.request("GET", "config/environment")).body).toEqual({
      TeamSettings: { CustomBrandText: true },
    });
    const bare = (await admin.request("GET", "config?remove_masked=true&remove_defaults=true")).body;
    expect(bare).toEqual({ TeamSettings: { CustomBrandText: "from the environment" } });
  });

  it("changes at once, for clients too, and is stored", async () => {
    const ear = await user.ws();
    const before = await user.request("GET", "config/client");
    const answer = await patch({
      TeamSettings: { SiteName: "Other", CustomBrandText: "ignored" },
      ServiceSettings: { EnableLatex: true },
    });
    expect(answer.body.TeamSettings).toMatchObject({
      SiteName: "Other",
      CustomBrandText: "from the environment",
    });
    const heard = await ear.next("config_changed");
    expect(heard.data.config).toMatchObject({ SiteName: "Other", EnableLatex: "true" });
    const after = await user.request("GET", "config/client");
    expect(after.body).toEqual(heard.data.config);
    expect(after.headers.get("x-version-id")).not.toBe(before.headers.get("x-version-id"));
    const [row] = await database(node)`select value, sha, length(id) as id from configurations where active`;
    const stored = JSON.parse(row!.value);
    expect(stored.TeamSettings).toMatchObject({ SiteName: "Other", CustomBrandText: "" });
    expect(stored.FeatureFlags).toBeUndefined();
    expect(row).toMatchObject({ id: 26 });
    expect(row!.sha).toMatch(/^[0-9a-f]{64}$/);
    // Nothing changed, nothing told.
    await patch({ TeamSettings: { SiteName: "Other" } });
    await ear.none("config_changed");
  });

  it("keeps masked secrets, and refuses what is not valid", async () => {
    await patch({ EmailSettings: { SMTPPassword: "secret" } });
    const whole = (await admin.request("GET", "config")).body;
    expect(whole.EmailSettings.SMTPPassword).toBe(MASK);
    whole.TeamSettings.SiteName = "Third";
    const put = await admin.request("PUT", "config", whole);
    expect([put.status, put.body.TeamSettings.SiteName]).toEqual([200, "Third"]);
    const [row] = await database(node)`select value from configurations where active`;
    expect(JSON.parse(row!.value).EmailSettings.SMTPPassword).toBe("secret");
    const refused = async (body: object) => (await patch(body)).body.id;
    expect(await refused({ TeamSettings: { MaxUsersPerTeam: 0 } })).toBe(
      "model.config.is_valid.max_users.app_error",
    );
    expect(await refused({ TeamSettings: { MaxUsersPerTeam: "many" } })).toBe(
      "api.context.invalid_body_param.app_error",
    );
    expect(await refused({ PluginSettings: { EnableUploads: true } })).toBe(
      "api.config.update_config.not_allowed_security.app_error",
    );
    await patch({ ServiceSettings: { SiteURL: "http://chat.example.com/" } });
    expect(await refused({ ServiceSettings: { SiteURL: "" } })).toBe(
      "api.config.update_config.clear_siteurl.app_error",
    );
    expect((await admin.request("PUT", "config/patch", "[]")).status).toBe(400);
  });

  it("is taken from the database when somebody else has written it", async () => {
    const sql = database(node);
    await sql`update configurations set value = jsonb_set(value::jsonb, '{TeamSettings,SiteName}', '"Elsewhere"')::text where active`;
    const ear = await user.ws();
    expect((await admin.request("POST", "config/reload")).body).toEqual({ status: "OK" });
    expect((await ear.next("config_changed")).data.config.SiteName).toBe("Elsewhere");
    expect((await user.request("GET", "config/client")).body.SiteName).toBe("Elsewhere");
  });

  it("opens to delegated administrators page by page", async () => {
    const [clerk] = await database(node)`select id from roles where name = 'system_user_manager'`;
    expect(clerk).toBeDefined();
    await admin.request("PUT", `users/${user.id}/roles`, { roles: "system_user system_read_only_admin" });
    const seen = await user.request("GET", "config");
    expect(seen.status).toBe(200);
    expect(seen.body.TeamSettings.SiteName).toBe("Elsewhere");
    expect((await patch({ TeamSettings: { SiteName: "x" } }, user)).status).toBe(403);
    await admin.request("PUT", `users/${user.id}/roles`, { roles: "system_user system_manager" });
    // May change this page, and not that one.
    const answer = await patch(
      { TeamSettings: { SiteName: "By a manager" }, LdapSettings: { BaseDN: "dc=x" } },
      user,
    );
    expect(answer.status).toBe(200);
    const now = (await admin.request("GET", "config")).body;
    expect([now.TeamSettings.SiteName, now.LdapSettings.BaseDN]).toEqual(["By a manager", ""]);
  });

  // Of the node, and here because nothing on the shared node may find its caches empty.
  it("aside, there are caches to empty and connections to replace, and all goes on", async () => {
    const invalidated = await admin.request("POST", "caches/invalidate");
    expect(invalidated.body).toEqual({ status: "OK" });
    // http-conventions 4.3
    expect(invalidated.headers.get("cache-control")).toBe("no-cache, no-store, must-revalidate");
    expect((await user.request("GET", "users/me")).status).toBe(200);
    const busy = Promise.all(Array.from({ length: 20 }, () => admin.request("GET", "audits?per_page=5")));
    expect((await admin.request("POST", "database/recycle")).body).toEqual({ status: "OK" });
    for (const answer of await busy) expect(answer.status).toBe(200);
  });

  it("limits the members of a team, also for many at once", async () => {
    await patch({ TeamSettings: { MaxUsersPerTeam: 3 } });
    const owner = await makeUser({ node });
    const others = await Promise.all(Array.from({ length: 4 }, () => makeUser({ node })));
    const created = await owner.request("POST", "teams", {
      name: `t${owner.id}`,
      display_name: "T",
      type: "O",
      allow_open_invite: true,
    });
    const answers = await Promise.all(
      others.map((who) =>
        who.request("POST", `teams/${created.body.id}/members`, {
          team_id: created.body.id,
          user_id: who.id,
        }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 201, 400, 400]);
    expect(answers.find((answer) => answer.status === 400)!.body.id).toBe(
      "app.team.join_user_to_team.max_accounts.app_error",
    );
    await patch({
      TeamSettings: { MaxUsersPerTeam: 100 },
      ServiceSettings: { EnableEmailInvitations: true },
    });
    const invited = await owner.request("POST", `teams/${created.body.id}/invite/email?graceful=true`, [
      "x@example.com",
      "nonsense",
    ]);
    expect(invited.body).toMatchObject([
      {
        email: "x@example.com",
        error: { id: "api.team.invite_members.unable_to_send_email_with_defaults.app_error" },
      },
      { email: "nonsense", error: { id: "api.team.invite_members.invalid_email.app_error" } },
    ]);
    await patch({ ServiceSettings: { EnableAPITeamDeletion: true } });
    expect((await admin.request("DELETE", `teams/${created.body.id}?permanent=true`)).status).toBe(200);
    expect((await admin.request("GET", `teams/${created.body.id}`)).status).toBe(404);
  });
});
