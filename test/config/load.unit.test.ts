import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../workers/config/defaults/index.ts";
import { loadConfig, mergeConfig, toStored } from "../../workers/config/load.ts";

describe("loadConfig", () => {
  it("gives the defaults where nothing is given", () => {
    const expected = { config: defaultConfig(), environmentKeys: {}, problems: [] };
    expect(loadConfig({})).toMatchObject(expected);
    expect(loadConfig({ file: null, stored: undefined, environment: {} })).toMatchObject(expected);
  });

  it("lets stored override file, and the environment override both", () => {
    const { config, problems } = loadConfig({
      file: { TeamSettings: { SiteName: "file", MaxUsersPerTeam: 7, CustomBrandText: "file" } },
      stored: { TeamSettings: { SiteName: "stored", MaxUsersPerTeam: 8 } },
      environment: { MM_TEAMSETTINGS_SITENAME: "environment" },
    });
    expect(config.TeamSettings).toMatchObject({
      SiteName: "environment",
      MaxUsersPerTeam: 8,
      CustomBrandText: "file",
    });
    expect(problems).toEqual([]);
  });

  it("passes over unknown keys and nulls without a word", () => {
    const { config, problems } = loadConfig({
      file: JSON.parse(
        '{"Gone":{"A":1},"TeamSettings":{"Old":true,"SiteName":null,"__proto__":{"x":1}},"toString":1,"SqlSettings":null}',
      ),
    });
    expect(config).toEqual(defaultConfig());
    expect(problems).toEqual([]);
  });

  it("reports wrong types with one line each, without the value", () => {
    const { config, problems } = loadConfig({
      file: {
        TeamSettings: { SiteName: 5, MaxUsersPerTeam: "many", EnableOpenServer: "true" },
        ServiceSettings: { ReadTimeout: 1.5, TrustedProxyIPHeader: [1] },
        EmailSettings: "hunter2",
        PluginSettings: { Plugins: [] },
        SqlSettings: { ReplicaLagSettings: ["hunter2"] },
      },
      stored: ["hunter2"],
    });
    expect(config).toEqual(defaultConfig());
    expect(problems.join("\n")).not.toContain("hunter2");
    expect(problems).toHaveLength(9);
    expect(problems).toContain("config.json: TeamSettings.SiteName must be text; ignored");
    expect(problems).toContain("config.json: ServiceSettings.ReadTimeout must be a whole number; ignored");
    expect(problems).toContain("config.json: EmailSettings must be an object of settings; ignored");
    expect(problems).toContain("stored configuration: must be an object of settings; ignored");
  });

  it("never crashes, whatever the sources are", () => {
    for (const junk of [0, "", "text", true, [], [[]], { TeamSettings: [] }, { FeatureFlags: 1 }, () => 1])
      expect(loadConfig({ file: junk, stored: junk }).config).toEqual(defaultConfig());
  });

  it("takes nested sections by key, and lists and maps whole", () => {
    const { config } = loadConfig({
      file: {
        PluginSettings: { Plugins: { one: { a: 1 } } },
        DisplaySettings: { CustomURLSchemes: ["git"] },
        AutoTranslationSettings: { LibreTranslate: { URL: "http://translate" } },
      },
      stored: { PluginSettings: { Plugins: { two: {} } }, DisplaySettings: { CustomURLSchemes: ["ssh"] } },
    });
    expect(config.PluginSettings.Plugins).toEqual({ two: {} });
    expect(config.DisplaySettings.CustomURLSchemes).toEqual(["ssh"]);
    expect(config.AutoTranslationSettings.LibreTranslate).toEqual({ URL: "http://translate", APIKey: "" });
  });

  it("shares nothing with its sources", () => {
    const file = { DisplaySettings: { CustomURLSchemes: ["git"] } };
    const { config, withoutEnvironment } = loadConfig({ file });
    config.DisplaySettings.CustomURLSchemes.push("ssh");
    expect(file.DisplaySettings.CustomURLSchemes).toEqual(["git"]);
    expect(withoutEnvironment.DisplaySettings.CustomURLSchemes).toEqual(["git"]);
  });

  it("repairs the site URL, the directory and unsupported locales", () => {
    const { config } = loadConfig({
      file: {
        ServiceSettings: { SiteURL: "https://chat.example.com/sub/" },
        FileSettings: { Directory: "/mattermost/data" },
        LocalizationSettings: {
          DefaultServerLocale: "tlh",
          DefaultClientLocale: "de",
          AvailableLocales: "de,tlh, en",
        },
      },
    });
    expect(config.ServiceSettings.SiteURL).toBe("https://chat.example.com/sub");
    expect(config.FileSettings.Directory).toBe("/mattermost/data/");
    expect(config.LocalizationSettings).toMatchObject({
      DefaultServerLocale: "en",
      DefaultClientLocale: "de",
      AvailableLocales: "de,en",
    });
  });
});

describe("mergeConfig", () => {
  it("patches a copy and reports what does not fit", () => {
    const base = defaultConfig();
    const { config, problems } = mergeConfig(base, {
      TeamSettings: { SiteName: "new", MaxUsersPerTeam: "x" },
    });
    expect(config.TeamSettings.SiteName).toBe("new");
    expect(base.TeamSettings.SiteName).toBe("Edgemost");
    expect(problems).toEqual(["request: TeamSettings.MaxUsersPerTeam must be a whole number; ignored"]);
  });
});

describe("toStored", () => {
  const raw = { TeamSettings: { SiteName: "old", FromTheFuture: 1 }, NewerSettings: { A: 1 } };
  const loaded = loadConfig({ stored: raw, environment: { MM_TEAMSETTINGS_SITENAME: "environment" } });

  it("writes changes, but not what the environment overrides, nor feature flags", () => {
    const { config } = mergeConfig(loaded.config, { TeamSettings: { CustomBrandText: "new" } });
    const stored = toStored(config, loaded, { ...raw, FeatureFlags: { X: true } });
    expect(stored.TeamSettings).toMatchObject({ SiteName: "old", CustomBrandText: "new" });
    expect(stored).not.toHaveProperty("FeatureFlags");
    expect(loadConfig({ stored }).problems).toEqual([]);
  });

  it("keeps settings that only another version knows", () => {
    const stored = toStored(loaded.config, loaded, raw);
    expect(stored).toMatchObject({ NewerSettings: { A: 1 }, TeamSettings: { FromTheFuture: 1 } });
  });
});
