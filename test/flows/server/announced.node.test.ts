// The client configuration and licence (client-flows 23 and the table of 3): what they say is text of the right form, and is
// true: what is announced works, and what does not work is not announced.

import type { Channel } from "@mattermost/types/channels";
import { beforeAll, describe, expect, it } from "vitest";
import { clientLicense, FEATURES } from "../../../workers/features.ts";
import { newId } from "../../../workers/model/id.ts";
import { request } from "../../harness/client.ts";
import { makeWorld, type World } from "../../harness/people.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { type Answer, WebTab } from "../support/web-client.ts";

type Texts = Record<string, string>;

let world: World;
let channel: Channel;
let team: string;
let ada: Tab;
let admin: Tab;
let anonymous: WebTab;
let config: Texts;
let limited: Texts;
let license: Texts;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  ({ channel } = world);
  team = world.team.id;
  anonymous = new WebTab(world.node);
  [ada, admin] = await Promise.all([openTab(world.users[0]!), openTab(world.admin)]);
  const read = (tab: WebTab) => tab.client.getClientConfig() as unknown as Promise<Texts>;
  [config, limited] = await Promise.all([read(ada), read(anonymous)]);
  license = (await ada.client.getClientLicenseOld()) as unknown as Texts;
});

const NUMBER = /^-?\d+$/;
const FLAG = /^(true|false)$/;
/** Forms that clients parse or compare; every other key is text as it is. */
const FORMS: [RegExp, string][] = [
  [/^11\.\d+\.\d+$/, "Version BuildNumber"],
  [/^\S+$/, "BuildHash BuildDate SiteName"],
  [/^[a-z0-9]{26}$/, "DiagnosticId TelemetryId"],
  [/^80$/, "WebsocketPort"],
  [/^443$/, "WebsocketSecurePort"],
  [/^(always_on|default_on|default_off|disabled)$/, "CollapsedThreads"],
  [/^(any|team)$/, "RestrictDirectMessage"],
  [/^(username|nickname_full_name|full_name)$/, "TeammateNameDisplay"],
  [/^(disabled|default_on|default_off)$/, "ExperimentalGroupUnreadChannels"],
  [/^(full|generic)$/, "EmailNotificationContentsType"],
  [/^[A-Za-z0-9+/]+=*$/, "AsymmetricSigningPublicKey"],
  [/^[a-z]{2}(-[A-Z]{2})?$/, "DefaultClientLocale"],
  [
    NUMBER,
    "MaxFileSize MaxPostSize MinimumHashtagLength PostEditTimeLimit MaxNotificationsPerChannel SchemaVersion MaxMarkdownNodes " +
      "TimeBetweenUserTypingUpdatesMilliseconds UniqueEmojiReactionLimitPerPost PasswordMinimumLength " +
      "UsersStatusAndProfileFetchingPollIntervalMilliseconds PersistentNotificationIntervalMinutes",
  ],
];

describe("the configuration", () => {
  it("is text throughout, in the forms that clients parse", () => {
    for (const texts of [config, limited, license])
      for (const [key, value] of Object.entries(texts)) expect([key, typeof value]).toEqual([key, "string"]);
    for (const [form, keys] of FORMS)
      for (const key of keys.split(" "))
        expect([key, config[key]]).toEqual([key, expect.stringMatching(form)]);
    for (const [key, value] of Object.entries(config))
      if (
        /^(Enable|FeatureFlag|Has|Is(?!Fips)|Lock|Show|Require|Allow)/.test(key) &&
        key !== "FeatureFlagTestFeature"
      )
        if (key !== "AllowedThemes") expect([key, value]).toEqual([key, expect.stringMatching(FLAG)]);
    expect(Number(config.MaxFileSize)).toBeGreaterThan(0);
  });

  it("is the same for nobody, but for what a session alone is told", () => {
    for (const [key, value] of Object.entries(limited)) expect([key, config[key]]).toEqual([key, value]);
    for (const key of [
      "MaxPostSize",
      "CollapsedThreads",
      "SQLDriverName",
      "EnableCommands",
      "InstallationDate",
    ])
      expect([key, key in limited, key in config]).toEqual([key, false, true]);
  });

  it("brings up no banner, no offer and no page of a vendor's", () => {
    // The preview bar, the trial, the landing page, the apps' vendor, the marketplace, telemetry.
    expect(config.SendEmailNotifications === "true" || config.EnablePreviewModeBanner === "false").toBe(true);
    expect(config).toMatchObject({
      EnableDesktopLandingPage: "false",
      AppDownloadLink: "",
      BuildEnterpriseReady: "false",
      EnableMarketplace: "false",
      DiagnosticsEnabled: "false",
      EnableClientMetrics: "false",
      EnableAskCommunityLink: "false",
      EnableBanner: "false",
      CWSURL: "",
    });
    expect(JSON.stringify(config)).not.toContain("mattermost.com");
    // Without a key the picker of GIFs stays empty.
    expect(config.EnableGifPicker).toBe(String(config.GiphySdkKey !== ""));
  });
});

describe("the licence", () => {
  it("is that of the table of features, the same with and without a session", async () => {
    expect(license).toEqual(clientLicense("single"));
    expect(await anonymous.client.getClientLicenseOld()).toEqual(license);
    // The last part of the version says so, too; else the client asks for the licence after each answer.
    expect(anonymous.last.headers.get("x-version-id")).toMatch(/\.true$/);
    for (const feature of FEATURES.filter(({ profiles }) => profiles.includes("single"))) {
      if (feature.license) expect([feature.name, license[feature.license]]).toEqual([feature.name, "true"]);
      for (const key of feature.config) expect([feature.name, key in config]).toEqual([feature.name, true]);
    }
  });
});

type Probe = () => Promise<Answer<any>>;
const post = (more: object) => () =>
  ada.ask("POST", "posts", { channel_id: channel.id, message: "a probe", ...more });
const soon = () => Date.now() + 3_600_000;

/** What a client does where a key is "true"; where it is not "true", a client that did it all the same is refused. */
const PROBES: Record<string, Probe> = {
  FeatureFlagChannelBookmarks: () => ada.ask("GET", `channels/${channel.id}/bookmarks`),
  ScheduledPosts: () =>
    ada.ask("POST", "posts/schedule", {
      scheduled_at: soon(),
      channel_id: channel.id,
      user_id: ada.id,
      message: "later",
      root_id: "",
      props: {},
      metadata: {},
      file_ids: [],
    }),
  PostPriority: post({ metadata: { priority: { priority: "urgent", requested_ack: false } } }),
  PostAcknowledgements: post({ metadata: { priority: { priority: "urgent", requested_ack: true } } }),
  AllowPersistentNotifications: post({
    metadata: { priority: { priority: "urgent", persistent_notifications: true } },
  }),
  AllowSyncedDrafts: () =>
    ada.ask("POST", "drafts", {
      user_id: ada.id,
      channel_id: channel.id,
      root_id: "",
      message: "a",
      props: {},
      file_ids: [],
    }),
  EnableCommands: () => ada.ask("GET", `commands?team_id=${team}&custom_only=true`),
  EnableIncomingWebhooks: () => ada.ask("GET", `hooks/incoming?team_id=${team}`),
  EnableOutgoingWebhooks: () => ada.ask("GET", `hooks/outgoing?team_id=${team}`),
  EnableOAuthServiceProvider: () => admin.ask("GET", "oauth/apps?page=0&per_page=10"),
  EnableOutgoingOAuthConnections: () => admin.ask("GET", `oauth/outgoing_connections?team_id=${team}`),
  EnableUserAccessTokens: () => admin.ask("POST", `users/${admin.id}/tokens`, { description: "probe" }),
  EnableBotAccountCreation: () => admin.ask("POST", "bots", { username: `bot${newId()}`, display_name: "" }),
  EnableMultifactorAuthentication: () => ada.ask("POST", "users/me/mfa/generate"),
  EnableCustomUserStatuses: () =>
    ada.ask("PUT", "users/me/status/custom", {
      emoji: "palm_tree",
      text: "away",
      duration: "",
      expires_at: "",
    }),
  EnableUserStatuses: () =>
    ada.ask("PUT", "users/me/status", { user_id: ada.id, status: "away", manual: true }),
  EnableUserTypingMessages: () =>
    ada.ask("POST", "users/me/typing", { channel_id: channel.id, parent_id: "" }),
  EnableCustomEmoji: () => ada.ask("GET", "emoji?page=0&per_page=10&sort=name"),
  EnableCrossTeamSearch: () => ada.ask("POST", "posts/search", { terms: "x", is_or_search: false }),
  EnableEmailInvitations: () => ada.ask("POST", `teams/${team}/invite/email`, ["x@example.com"]),
  EnableGuestAccounts: () =>
    ada.ask("POST", `teams/${team}/invite-guests/email`, {
      emails: ["x@example.com"],
      channels: [channel.id],
    }),
  EnableUserDeactivation: () => ada.ask("PUT", `users/${ada.id}/active`, { active: false }),
  EnableLdap: () => admin.ask("POST", "ldap/sync"),
  EnableSaml: () => admin.ask("GET", "saml/metadata"),
  EnableCustomGroups: () =>
    ada.ask("POST", "groups", { name: "g", display_name: "G", source: "custom", user_ids: [] }),
  EnableCompliance: () => admin.ask("GET", "compliance/reports"),
  PluginsEnabled: () => admin.ask("GET", "plugins"),
  FeatureFlagCustomProfileAttributes: () => ada.ask("GET", "custom_profile_attributes/fields"),
  FeatureFlagContentFlagging: () => ada.ask("GET", "content_flagging/flag/config"),
  FeatureFlagAttributeBasedAccessControl: () =>
    admin.ask("POST", "access_control_policies/search", { term: "" }),
  FeatureFlagEnableAIRecaps: () => ada.ask("GET", "recaps"),
  FeatureFlagMoveThreadsEnabled: async () => {
    const { id } = (await post({})()).data as { id: string };
    return ada.ask("POST", `posts/${id}/move`, { channel_id: channel.id });
  },
};

describe.each(Object.keys(PROBES))("%s", (key) => {
  it("is announced if, and only if, it is there", async () => {
    const { status, data } = await PROBES[key]!();
    if (config[key] === "true")
      expect([status, data?.id]).toEqual([expect.toSatisfy((code) => code < 300), data?.id]);
    else {
      // In words, and not as the end of the session.
      expect([400, 403, 501]).toContain(status);
      expect(data.message).toMatch(/\w+ \w+/);
    }
  });
});

it("what IsLicensed alone makes clients ask for is answered", async () => {
  expect(await ada.client.getGroupsByNames(["nobody", "here"])).toEqual([]);
  expect(await ada.client.getGroupsByUserId(ada.id)).toEqual([]);
  expect(((await admin.client.getAnalytics("extra_counts" as never)) as any).length).toBeGreaterThan(3);
  expect(await ada.client.getChannelBookmarks(channel.id)).toEqual([]);
  const scheduled = await ada.client.getScheduledPosts(team, true);
  expect(Object.keys(scheduled.data)).toContain(team);
});

it("the beacon of performance is taken in the form that a browser sends it in", async () => {
  const answer = await request(world.node, "", "POST", "client_perf", "{}", {
    "content-type": "text/plain;charset=UTF-8",
    cookie: ada.cookies.header,
  });
  expect(answer.status).toBe(200);
});
