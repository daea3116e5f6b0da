import { describe, expect, it } from "vitest";
import { clientConfig, clientDepartures } from "../../workers/config/client.ts";
import { departures } from "../../workers/config/defaults/departures.ts";
import { type Config, defaultConfig, mattermostDefaults } from "../../workers/config/defaults/index.ts";
import { loadConfig } from "../../workers/config/load.ts";
import { facts } from "./facts.ts";
import { flagsOff, flagsOn, section5 } from "./section5.ts";

const full = (config: Config = defaultConfig()) => clientConfig(config, facts);
const limited = (config: Config = defaultConfig()) => clientConfig(config, { ...facts, loggedIn: false });

const flags = [...flagsOn, ...flagsOff, "TestFeature"].map((name) => `FeatureFlag${name}`);
const computed = ["NoAccounts", "AsymmetricSigningPublicKey"];
const computedFull = ["MaxPostSize", "InstallationDate", "SchemaVersion", "UpgradedFromTE"];

describe("clientConfig", () => {
  it("has exactly the keys of section 5 for a session", () => {
    const expected = [...section5.map(([key]) => key), ...computed, ...computedFull, ...flags];
    expect(Object.keys(full()).sort()).toEqual(expected.sort());
  });

  it("has exactly the L keys, the computed ones and the flags without a session", () => {
    const tagged = section5.filter(([, , isLimited]) => isLimited).map(([key]) => key);
    expect(Object.keys(limited()).sort()).toEqual([...tagged, ...computed, ...flags].sort());
  });

  it("has text only", () => {
    for (const [key, value] of Object.entries(full())) expect(typeof value, key).toBe("string");
  });

  it("has section 5's values with Mattermost's defaults, but for the listed departures", () => {
    const config = full(structuredClone(mattermostDefaults));
    for (const [key, value] of section5)
      if (value !== null && !(key in clientDepartures)) expect(config[key], key).toBe(value);
    for (const name of flagsOn) expect(config[`FeatureFlag${name}`], name).toBe("true");
    for (const name of flagsOff) expect(config[`FeatureFlag${name}`], name).toBe("false");
    expect(config.FeatureFlagTestFeature).toBe("off");
  });

  it("differs under Edgemost's defaults only where a departure is listed", () => {
    const listed = new Set([
      ...Object.keys(clientDepartures),
      ...departures.map(({ path }) => path.replace("FeatureFlags.", "FeatureFlag").replace(/^\w+\./, "")),
      "PluginsEnabled",
    ]);
    const ours = full();
    for (const [key, value] of Object.entries(full(structuredClone(mattermostDefaults))))
      if (!listed.has(key)) expect(ours[key], key).toBe(value);
    for (const key of Object.keys(clientDepartures)) expect(ours[key], key).toBe("false");
  });

  it("offers no feature that is not there", () => {
    const config = full();
    for (const name of [
      "AttributeBasedAccessControl",
      "AutoTranslation",
      "BurnOnRead",
      "ContentFlagging",
      "CustomProfileAttributes",
      "EnableMattermostEntry",
      "NotificationMonitoring",
    ])
      expect(config[`FeatureFlag${name}`], name).toBe("false");
    expect(config).toMatchObject({
      FeatureFlagChannelBookmarks: "true",
      FeatureFlagWebSocketEventScope: "true",
      BuildEnterpriseReady: "false",
      DiagnosticsEnabled: "false",
      EnableClientMetrics: "false",
      Version: "11.6.0",
      BuildNumber: "11.6.0",
    });
  });

  it("carries the facts", () => {
    expect(full()).toMatchObject({
      NoAccounts: "false",
      DiagnosticId: facts.diagnosticId,
      TelemetryId: facts.diagnosticId,
      AsymmetricSigningPublicKey: "MFkw",
      InstallationDate: "1700000000000",
      SchemaVersion: "159",
      MaxPostSize: "16383",
      UpgradedFromTE: "false",
    });
    expect(clientConfig(defaultConfig(), { ...facts, noAccounts: true, loggedIn: false }).NoAccounts).toBe(
      "true",
    );
  });

  it("follows the configuration", () => {
    const { config } = loadConfig({
      file: {
        ServiceSettings: {
          SiteURL: "https://chat.example.com/",
          CollapsedThreads: "default_off",
          GiphySdkKey: "a key",
        },
        MetricsSettings: { EnableClientMetrics: true },
        DisplaySettings: { CustomURLSchemes: ["git", "smtp"] },
        PluginSettings: { MarketplaceURL: "https://market.example.com" },
        TeamSettings: { EnableOpenServer: true },
      },
    });
    expect(full(config)).toMatchObject({
      SiteURL: "https://chat.example.com",
      CollapsedThreads: "default_off",
      EnableClientMetrics: "true",
      CustomUrlSchemes: "git,smtp",
      EnableGifPicker: "true",
      IsDefaultMarketplace: "false",
      EnableOpenServer: "true",
    });
  });

  it("fixes what a licence would unlock, and telemetry, whatever the configuration says", () => {
    const { config } = loadConfig({
      file: {
        LogSettings: { EnableDiagnostics: true },
        GuestAccountsSettings: { Enable: true },
        ThemeSettings: { EnableThemeSelection: false },
        LdapSettings: { Enable: true },
      },
    });
    expect(full(config)).toMatchObject({
      DiagnosticsEnabled: "false",
      EnableDiagnostics: "false",
      EnableGuestAccounts: "false",
      EnableThemeSelection: "true",
      EnableLdap: "false",
    });
  });

  it("never holds a secret", () => {
    const { config } = loadConfig({
      environment: {
        MM_SQLSETTINGS_DATASOURCE: "hunter2",
        MM_FILESETTINGS_PUBLICLINKSALT: "hunter2",
        MM_EMAILSETTINGS_SMTPPASSWORD: "hunter2",
        MM_CACHESETTINGS_REDISPASSWORD: "hunter2",
      },
    });
    expect(JSON.stringify(full(config))).not.toContain("hunter2");
  });
});
