// A new server (client-flows 3 and 4): the web client's first load without accounts, the first sign-up, and the wizard.

import type { Team } from "@mattermost/types/teams";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientLicense } from "../../../workers/features.ts";
import { newId } from "../../../workers/model/id.ts";
import { failureOf } from "../../harness/client.ts";
import { watchNode } from "../../harness/watch.ts";
import { type Edgemost, startEdgemost } from "../../launcher/start.ts";
import { makeClient } from "../../web/client-fixture.ts";
import { closeTabs, WebTab } from "../support/web-client.ts";

let node: Edgemost;
let tab: WebTab;
const files = makeClient();
const site = (path: string) => fetch(`${node.url}${path}`);

beforeAll(async () => {
  node = await startEdgemost({ env: { CLIENT_DIR: files.dir } });
  watchNode(node.url);
  tab = new WebTab(node, "de");
});
afterAll(async () => {
  closeTabs();
  await node?.stop();
  files.remove();
});

/** Keys without which the login page has no way in, or the boot goes wrong (client-flows 0, 3). */
const ALWAYS = [
  "EnableSignInWithEmail EnableSignInWithUsername EnableSignUpWithEmail EnableUserCreation EnableOpenServer NoAccounts",
  "EnableSignUpWithGoogle EnableSignUpWithOffice365 EnableSignUpWithOpenId EnableLdap EnableSaml",
  "PasswordMinimumLength PasswordRequireLowercase PasswordRequireUppercase PasswordRequireNumber PasswordRequireSymbol",
  "SiteName CustomDescriptionText CustomBrandText EnableCustomBrand TermsOfServiceLink PrivacyPolicyLink HelpLink AboutLink",
  "ForgotPasswordLink PasswordEnableForgotLink EnableGuestMagicLink DefaultClientLocale",
  "AsymmetricSigningPublicKey Version BuildNumber BuildDate BuildHash BuildHashEnterprise BuildEnterpriseReady",
  "ServiceEnvironment IsFipsEnabled SiteURL WebsocketURL WebsocketPort WebsocketSecurePort EnableFile FileLevel",
  "EnableBotAccountCreation EnableJoinLeaveMessageByDefault AndroidLatestVersion AndroidMinVersion IosLatestVersion",
  "IosMinVersion EnableDiagnostics EnableClientMetrics EnableComplianceExport EmailLoginButtonColor SupportEmail",
  "EmailLoginButtonBorderColor EmailLoginButtonTextColor ReportAProblemType ReportAProblemLink ReportAProblemMail",
  "AllowDownloadLogs EnableAskCommunityLink EnableCustomEmoji EnableUserStatuses AppDownloadLink AndroidAppDownloadLink",
  "IosAppDownloadLink MobileExternalBrowser DiagnosticId TelemetryId DiagnosticsEnabled HasImageProxy PluginsEnabled",
  "AppsPluginEnabled LdapLoginButtonColor LdapLoginButtonBorderColor LdapLoginButtonTextColor SamlLoginButtonColor",
  "SamlLoginButtonBorderColor SamlLoginButtonTextColor OpenIdButtonText OpenIdButtonColor CWSURL",
  "EnableMultifactorAuthentication EnforceMultifactorAuthentication EnableGuestAccounts HideGuestTags",
  "GuestAccountsEnforceMultifactorAuthentication EnableDesktopLandingPage",
].flatMap((line) => line.split(" "));

describe("the first load, by nobody", () => {
  it("has the page and its files at every address", async () => {
    for (const path of ["/", "/login", "/signup_user_complete", "/preparing-workspace"]) {
      const page = await site(path);
      expect([path, page.status, page.headers.get("content-type")]).toEqual([path, 200, "text/html"]);
      expect(page.headers.get("content-security-policy")).toMatch(/script-src 'self'/);
    }
    // The client reads translations as it reads the API: text would leave it without words.
    const words = await tab.client.getTranslations(`${node.url}/static/i18n/de.5e6f.json`);
    expect([tab.last.status, typeof words]).toEqual([200, "object"]);
    expect(tab.last.headers.get("cache-control")).toBe("max-age=31556926, public");
    expect((await site("/static/missing.js")).status).toBe(404);
    expect((await site("/static/plugins/missing.js")).status).toBe(404);
  });

  it("gets configuration and licence, flat and of text, and the server's version", async () => {
    const { client } = tab;
    const [config, license] = await Promise.all([client.getClientConfig(), client.getClientLicenseOld()]);
    for (const object of [config, license])
      for (const [key, value] of Object.entries(object)) expect([key, typeof value]).toEqual([key, "string"]);
    expect(ALWAYS.filter((key) => !(key in config))).toEqual([]);
    expect(Object.keys(config).filter((key) => key.startsWith("FeatureFlag")).length).toBeGreaterThan(5);
    expect(config).toMatchObject({
      NoAccounts: "true",
      EnableSignInWithEmail: "true",
      EnableSignInWithUsername: "true",
      EnableSignUpWithEmail: "true",
      EnableUserCreation: "true",
      EnableOpenServer: "false",
      EnableLdap: "false",
      EnableSaml: "false",
      EnableGuestMagicLink: "false",
      BuildEnterpriseReady: "false",
      WebsocketURL: "",
    });
    expect(Number.parseInt(config.PasswordMinimumLength!, 10)).toBe(8);
    expect([config.WebsocketPort, config.WebsocketSecurePort]).toEqual(["80", "443"]);
    expect(license).toEqual(clientLicense("single"));
    expect(client.getServerVersion()).toMatch(/^11\.6\.0\..+\.[0-9a-f]{64}\.true$/);
    if ((config as { PluginsEnabled?: string }).PluginsEnabled === "true")
      expect(await client.getWebappPlugins()).toEqual([]);
    expect([...tab.cookies.keys()]).toEqual([]);
  });

  it("is told what there is not", async () => {
    expect((await tab.ask("GET", "brand/image?t=1")).status).toBe(404);
    const failure = await failureOf(tab.client.getTeamInviteInfo(newId()));
    expect(failure.status_code).toBe(404);
    expect((await tab.ask("GET", "no/such/path")).data).toMatchObject({
      id: "api.context.404.app_error",
      status_code: 404,
    });
    // A session's configuration is not given away.
    expect((await failureOf(tab.client.getMe())).status_code).toBe(401);
  });
});

describe("the first account and the wizard", () => {
  const account = { email: "first@example.com", username: "first", password: "Secret-pass-1" };
  let team: Team;

  it("signs up, and is told what is wrong with the form", async () => {
    const { client } = tab;
    const weak = await failureOf(client.createUser({ ...account, password: "short" } as never, "", "", ""));
    expect(weak).toMatchObject({
      status_code: 400,
      server_error_id: "model.user.is_valid.pwd_min_length.app_error",
    });
    const user = await client.createUser(account as never, "", "", "");
    expect(tab.last.status).toBe(201);
    expect(user).toMatchObject({
      id: expect.stringMatching(/^[a-z0-9]{26}$/),
      email: account.email,
      roles: "system_admin system_user",
      delete_at: 0,
    });
    const again = await failureOf(client.createUser(account as never, "", "", ""));
    expect(again.server_error_id).toBe("api.user.create_user.no_open_server");
    const me = await client.loginById(user.id, account.password, "");
    expect([tab.last.status, me.id, tab.readable.get("MMUSERID")]).toEqual([200, user.id, user.id]);
  });

  it("loads itself", async () => {
    const { client } = tab;
    const [config, license, me, preferences, teams, members] = await Promise.all([
      client.getClientConfig(),
      client.getClientLicenseOld(),
      client.getMe(),
      client.getMyPreferences(),
      client.getMyTeams(),
      client.getMyTeamMembers(),
    ]);
    expect(config).toMatchObject({ NoAccounts: "false", EnableOnboardingFlow: "true", MaxPostSize: "16383" });
    expect(license).toEqual(clientLicense("single"));
    expect(me).toMatchObject({ username: account.username, roles: "system_admin system_user", locale: "en" });
    for (const preference of preferences as unknown as unknown[])
      expect(preference).toEqual({
        user_id: me.id,
        category: expect.any(String),
        name: expect.any(String),
        value: expect.any(String),
      });
    expect([teams, members]).toEqual([[], []]);
    const [unreads, { data: limits }, roles] = await Promise.all([
      client.getMyTeamUnreads(true),
      client.getServerLimits(),
      client.getRolesByNames(me.roles.split(" ")),
      tab.connect(),
    ]);
    expect(unreads).toEqual([]);
    // The client takes the version from either, and fetches its configuration afresh where they differ.
    const hello = tab.events.find(({ event }) => event === "hello")!;
    expect(hello.data.server_version).toBe(client.getServerVersion());
    expect(limits).toMatchObject({ activeUserCount: 1, maxUsersLimit: 0, postHistoryLimit: 0 });
    expect(roles.map(({ name }) => name).sort()).toEqual(["system_admin", "system_user"]);
    for (const role of roles) expect(role.permissions.length).toBeGreaterThan(0);
  });

  it("is led to the wizard, makes the team, and is through with it", async () => {
    const { client } = tab;
    const setup = await client.getFirstAdminSetupComplete();
    expect(setup.name).toBe("FirstAdminSetupComplete");
    expect(JSON.parse(setup.value)).toBe(false);
    const admins = await client.getProfiles(0, 100, { roles: "system_admin" } as never);
    expect(admins).toHaveLength(1);
    expect(admins[0]).toMatchObject({ create_at: expect.any(Number), roles: "system_admin system_user" });

    expect(await client.checkIfTeamExists("acme-ltd")).toEqual({ exists: false });
    // As an empty team is made of: with what the server decides, too.
    const empty = { id: "", create_at: 0, update_at: 0, delete_at: 0, email: "", description: "" };
    const rules = {
      company_name: "",
      allowed_domains: "",
      allow_open_invite: false,
      group_constrained: false,
    };
    const typed = { name: "acme-ltd", display_name: "Acme Ltd", type: "O", invite_id: "", scheme_id: "" };
    team = await client.createTeam({ ...empty, ...rules, ...typed } as Team);
    expect(tab.last.status).toBe(201);
    expect(team).toMatchObject({
      name: "acme-ltd",
      delete_at: 0,
      invite_id: expect.stringMatching(/^[a-z0-9]{26}$/),
    });
    await tab.next("added_to_team", ({ data }) => data.team_id === team.id);
    expect(await client.checkIfTeamExists("acme-ltd")).toEqual({ exists: true });
    const renamed = await client.updateTeam({ ...team, display_name: "Acme plc" });
    expect(renamed).toMatchObject({ id: team.id, display_name: "Acme plc", invite_id: team.invite_id });
    await tab.next("update_team", ({ parsed }) => parsed.team.display_name === "Acme plc");

    const done = await client.completeSetup({ organization: "Acme plc", install_plugins: [] });
    expect(done).toEqual({ status: "OK" });
    expect(JSON.parse((await client.getFirstAdminSetupComplete()).value)).toBe(true);
    const me = client.getMe();
    const saved = ["recommended_next_steps", "onboarding_task_list", "tutorial_step"].map((category) => ({
      user_id: admins[0]!.id,
      category,
      name: category === "tutorial_step" ? admins[0]!.id : "x",
      value: "1",
    }));
    expect(await client.savePreferences((await me).id, saved)).toEqual({ status: "OK" });
    await tab.next("preferences_changed", ({ parsed }) => parsed.preferences.length === saved.length);
  });

  it("lands in the town square", async () => {
    const { client } = tab;
    const [channels, members] = await Promise.all([
      client.getMyChannels(team.id),
      client.getMyChannelMembers(team.id),
    ]);
    expect(channels.map(({ name }) => name).sort()).toEqual(["off-topic", "town-square"]);
    const town = await client.getChannelByNameAndTeamName(team.name, "town-square", true);
    expect(town).toMatchObject({ type: "O", delete_at: 0, team_id: team.id });
    expect(members.find(({ channel_id }) => channel_id === town.id)!.roles).toBe(
      "channel_user channel_admin",
    );
    expect(await client.getMyTeamMembers()).toMatchObject([
      {
        team_id: team.id,
        roles: "team_user team_admin",
        delete_at: 0,
        scheme_user: true,
        scheme_admin: true,
      },
    ]);
  });
});
