// The System Console (client-flows 19, 19.1): what it reads before its first page shows, how it saves, its buttons, and the page
// of a server that is one node.

import type { AdminConfig } from "@mattermost/types/config";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mattermostDefaults } from "../../../workers/config/defaults/index.ts";
import { MASK } from "../../../workers/config/mask.ts";
import { at, leaves, put, type Section } from "../../../workers/config/shape.ts";
import { failureOf } from "../../harness/client.ts";
import { type OwnNode, ownNode } from "../../harness/node.ts";
import { adminOf, makeUser, type Person } from "../../harness/people.ts";
import { database } from "../../harness/sql.ts";
import { type MailServer, mailServer } from "../../mail/server.ts";
import { type S3Server, startS3 } from "../../ports/s3-server.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { closeTabs } from "../support/web-client.ts";

const OK = { status: "OK" };
/** The console stays blank until it has all of them. */
const ROLES =
  "channel_user channel_admin team_user team_admin system_user system_admin system_user_manager system_custom_group_admin system_read_only_admin system_manager shared_channel_manager secure_connection_manager".split(
    " ",
  );
const S3 = { accessKeyId: "key", secretAccessKey: "secret", region: "us-east-1" };

let node: OwnNode;
let mail: MailServer;
let s3: S3Server;
let root: Person;
let admin: Tab;
let user: Tab;

beforeAll(async () => {
  [mail, s3] = await Promise.all([mailServer(), startS3({ buckets: ["files"], ...S3 })]);
  node = await ownNode({ env: { MM_TEAMSETTINGS_CUSTOMBRANDTEXT: "from the environment" } });
  root = adminOf(node);
  [admin, user] = await Promise.all([openTab(root), openTab(await makeUser({ node }))]);
});
afterAll(async () => {
  closeTabs();
  await node?.stop();
  await Promise.all([mail?.stop(), s3?.stop()]);
});

/** A page's save: the whole configuration as it was read, with what the page has changed. */
async function save(changes: Record<string, unknown>): Promise<AdminConfig> {
  const whole = structuredClone(await admin.client.getConfig()) as unknown as Section;
  for (const [path, value] of Object.entries(changes)) put(whole, path.split("."), value);
  return admin.client.patchConfig(whole as never) as Promise<AdminConfig>;
}

/** Of two configurations, the settings that differ. */
const differing = (a: unknown, b: unknown) =>
  leaves()
    .map(({ path }) => path)
    .filter((path) => JSON.stringify(at(a as Section, path)) !== JSON.stringify(at(b as Section, path)))
    .map((path) => path.join("."));

describe("before its first page", () => {
  it("reads the whole configuration, typed, what the environment decides, and all roles", async () => {
    const [config, environment, roles, license] = await Promise.all([
      admin.client.getConfig(),
      admin.client.getEnvironmentConfig(),
      admin.client.getRolesByNames(ROLES),
      admin.client.getClientLicenseOld(),
    ]);
    // A page whose section or key is missing crashes.
    for (const { path } of leaves()) {
      const key = path.join(".");
      const value = at(config as never, path);
      const usual = at(mattermostDefaults, path);
      expect([key, typeof value, Array.isArray(value)]).toEqual([key, typeof usual, Array.isArray(usual)]);
    }
    expect(Object.keys(config).sort()).toEqual(Object.keys(mattermostDefaults).sort());
    expect(environment).toEqual({ TeamSettings: { CustomBrandText: true } });
    expect(roles.map(({ name }) => name).sort()).toEqual([...ROLES].sort());
    for (const role of roles)
      expect(role).toMatchObject({
        id: expect.stringMatching(/^[a-z0-9]{26}$/),
        display_name: expect.any(String),
        description: expect.any(String),
        permissions: expect.any(Array),
        scheme_managed: expect.any(Boolean),
        built_in: true,
      });
    const own = roles.find(({ name }) => name === "system_admin")!.permissions;
    // Sections of the console are computed from these.
    for (const page of [
      "environment_web_server",
      "user_management_users",
      "about_edition_and_license",
      "reporting_server_logs",
    ])
      for (const what of ["read", "write"]) expect(own).toContain(`sysconsole_${what}_${page}`);
    expect(license).toMatchObject({ IsLicensed: "true", Cluster: "false", SkuShortName: "" });
  });

  it("is told that there are no plugins, if it asks", async () => {
    const asked = await Promise.all([admin.ask("GET", "plugins"), admin.ask("GET", "plugins/statuses")]);
    for (const { status, data } of asked)
      expect([status, data.id]).toEqual([501, "app.plugin.disabled.app_error"]);
  });

  it("is for those who may read a page", async () => {
    expect((await failureOf(user.client.getConfig())).status_code).toBe(403);
    expect(await user.client.getEnvironmentConfig()).toEqual({});
  });
});

describe("saving a page", () => {
  const secrets = {
    "EmailSettings.SMTPPassword": "mail secret",
    "FileSettings.AmazonS3SecretAccessKey": "file secret",
    "GitLabSettings.Secret": "gitlab secret",
  };

  it("changes what was changed, keeps each masked secret, and tells every client", async () => {
    const first = await save(secrets);
    for (const path of Object.keys(secrets)) expect(at(first as never, path.split("."))).toBe(MASK);
    await admin.next("config_changed");
    await user.next("config_changed");
    const pages: Record<string, unknown>[] = [
      { "ServiceSettings.SiteURL": node.url },
      { "TeamSettings.SiteName": "Engines", "TeamSettings.MaxUsersPerTeam": 5_000 },
      { "ServiceSettings.EnableLatex": true, "ServiceSettings.MaximumLoginAttempts": 7 },
      { "DisplaySettings.CustomURLSchemes": ["git", "smtp"] },
      { "PasswordSettings.MinimumLength": 10, "PasswordSettings.Symbol": true },
      { "LocalizationSettings.AvailableLocales": "de,en,fr" },
      { "SupportSettings.HelpLink": "https://help.example.com" },
      { "ExperimentalSettings.UsersStatusAndProfileFetchingPollIntervalMilliseconds": 5_000 },
      { "LogSettings.ConsoleLevel": "ERROR", "PrivacySettings.ShowEmailAddress": false },
    ];
    let before = await admin.client.getConfig();
    for (const changes of pages) {
      const answered = await save(changes);
      expect(differing(before, answered).sort()).toEqual(Object.keys(changes).sort());
      for (const [path, value] of Object.entries(changes))
        expect(at(answered as never, path.split("."))).toEqual(value);
      const read = await admin.client.getConfig();
      expect(read).toEqual(answered);
      before = read;
    }
    const [row] = await database(node)`select value from configurations where active`;
    const stored = JSON.parse(row!.value) as Section;
    for (const [path, secret] of Object.entries(secrets)) expect(at(stored, path.split("."))).toBe(secret);
    expect(row!.value).not.toContain(MASK);

    const shown = await user.client.getClientConfig();
    expect(shown).toMatchObject({
      SiteURL: node.url,
      SiteName: "Engines",
      EnableLatex: "true",
      CustomUrlSchemes: "git,smtp",
      PasswordMinimumLength: "10",
      PasswordRequireSymbol: "true",
      ShowEmailAddress: "false",
    });
    const version = user.last.headers.get("x-version-id");
    for (const tab of [admin, user]) {
      const heard = await tab.next("config_changed", ({ data }) => data.config.ShowEmailAddress === "false");
      expect(heard.data.config).toEqual(shown);
      expect([heard.broadcast.user_id, heard.broadcast.team_id]).toEqual(["", ""]);
    }
    // The client knows by it that it has the configuration of old.
    await admin.client.getMe();
    expect(admin.last.headers.get("x-version-id")).toBe(version);
  });

  it("tells nobody where nothing has changed", async () => {
    const before = await admin.client.getConfig();
    const told = user.events.length;
    expect(await save({})).toEqual(before);
    await user.send("ping");
    expect(user.events.slice(told).map(({ event }) => event)).toEqual([]);
  });

  it("leaves alone what the environment decides, and shows in words what is not valid", async () => {
    const kept = await save({ "TeamSettings.CustomBrandText": "of the page" });
    expect(kept.TeamSettings.CustomBrandText).toBe("from the environment");
    const before = await admin.client.getConfig();
    const wrong: Record<string, unknown>[] = [
      { "ServiceSettings.SiteURL": "no address" },
      { "TeamSettings.MaxUsersPerTeam": 0 },
      { "ServiceSettings.CollapsedThreads": "sometimes" },
      { "PasswordSettings.MinimumLength": 1 },
      { "EmailSettings.ConnectionSecurity": "SSLv2" },
    ];
    for (const changes of wrong) {
      const failure = await failureOf(save(changes));
      expect([changes, failure.status_code]).toEqual([changes, 400]);
      expect(failure.message).toMatch(/\w+ \w+/);
    }
    expect(await admin.client.getConfig()).toEqual(before);
  });
});

it("has no High Availability page on one node, and an empty table where the setting is on", async () => {
  const { client } = admin;
  const [license, config, status] = await Promise.all([
    client.getClientLicenseOld(),
    client.getConfig(),
    client.getClusterStatus(),
  ]);
  expect([license.IsLicensed, license.Cluster, config.ClusterSettings.Enable]).toEqual([
    "true",
    "false",
    false,
  ]);
  expect(status).toEqual([]);
  // Its presence would show a banner.
  expect(admin.last.headers.has("x-cluster-id")).toBe(false);
  expect(config.ClusterSettings).toMatchObject({
    ClusterName: expect.any(String),
    OverrideHostname: expect.any(String),
    UseIPAddress: expect.any(Boolean),
    EnableGossipEncryption: expect.any(Boolean),
    EnableGossipCompression: expect.any(Boolean),
    GossipPort: 8074,
  });
  const on = { "ClusterSettings.Enable": true, "ClusterSettings.ReadOnlyConfig": false };
  expect((await save(on)).ClusterSettings.Enable).toBe(true);
  expect(await client.getClusterStatus()).toEqual([]);
  await save({ "ClusterSettings.Enable": false });
  expect((await failureOf(user.client.getClusterStatus())).status_code).toBe(403);
});

it("lets a delegated administrator save what is shown to him, whole, and nothing else", async () => {
  await admin.client.updateUserRoles(user.id, "system_user system_manager");
  const before = await admin.client.getConfig();
  const shown = (await user.client.getConfig()) as AdminConfig;
  shown.TeamSettings.SiteName = "Managers";
  const answered = (await user.client.patchConfig(shown)) as AdminConfig;
  expect(answered.TeamSettings.SiteName).toBe("Managers");
  expect(differing(before, await admin.client.getConfig())).toEqual(["TeamSettings.SiteName"]);
  await admin.client.updateUserRoles(user.id, "system_user");
  expect((await failureOf(user.client.patchConfig(shown))).status_code).toBe(403);
});

describe("its buttons", () => {
  it("answer OK where what is tried works, and say why not", async () => {
    const { client } = admin;
    const config = await client.getConfig();
    config.EmailSettings = {
      ...config.EmailSettings,
      SMTPServer: "127.0.0.1",
      SMTPPort: String(mail.port),
      EnableSMTPAuth: false,
      SMTPPassword: "",
      FeedbackEmail: "chat@example.com",
      SendEmailNotifications: true,
    };
    expect(await client.testEmail(config)).toEqual(OK);
    const { mail: sent } = await mail.next("sysadmin@example.com");
    expect(sent.text).toMatch(/\w+ \w+/);
    config.EmailSettings.SMTPPort = "1";
    const unsent = await failureOf(client.testEmail(config));
    expect([unsent.status_code >= 400, unsent.message.length > 10]).toEqual([true, true]);

    expect(await client.testSiteURL(node.url)).toEqual(OK);
    expect((await failureOf(client.testSiteURL("http://127.0.0.1:1"))).status_code).toBe(400);

    config.FileSettings = {
      ...config.FileSettings,
      DriverName: "amazons3",
      AmazonS3Endpoint: `127.0.0.1:${s3.port}`,
      AmazonS3SSL: false,
      AmazonS3Region: S3.region,
      AmazonS3Bucket: "files",
      AmazonS3AccessKeyId: S3.accessKeyId,
      AmazonS3SecretAccessKey: S3.secretAccessKey,
    };
    expect(await client.testS3Connection(config as never)).toEqual(OK);
    config.FileSettings.AmazonS3Bucket = "other";
    expect((await failureOf(client.testS3Connection(config as never))).message).toMatch(/\w+ \w+/);

    expect(await client.reloadConfig()).toEqual(OK);
    expect(await client.invalidateCaches()).toEqual(OK);
    expect(await client.recycleDatabase()).toEqual(OK);
    const search = await failureOf(client.testElasticsearch(config));
    expect([search.status_code, search.message.length > 10]).toEqual([501, true]);
    expect(await client.revokeSessionsForAllUsers()).toEqual(OK);
    user.mayEnd = true;
    expect((await failureOf(user.client.getMe())).status_code).toBe(401);
  });
});
