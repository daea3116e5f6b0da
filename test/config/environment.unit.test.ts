import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../workers/config/defaults/index.ts";
import { parseSetting } from "../../workers/config/environment.ts";
import { loadConfig } from "../../workers/config/load.ts";
import { leaves } from "../../workers/config/shape.ts";

const load = (environment: Record<string, string>) => loadConfig({ environment });

describe("environment (7.3)", () => {
  it("reads each type", () => {
    const { config, environmentKeys, problems } = load({
      MM_SERVICESETTINGS_SITEURL: "https://chat.example.com",
      MM_TEAMSETTINGS_ENABLEOPENSERVER: "t",
      MM_FILESETTINGS_MAXFILESIZE: "1234567890123",
      MM_SERVICESETTINGS_TRUSTEDPROXYIPHEADER: "X-Forwarded-For X-Real-IP",
      MM_PLUGINSETTINGS_PLUGINSTATES: '{"calls":{"Enable":true}}',
      MM_AUTOTRANSLATIONSETTINGS_LIBRETRANSLATE_APIKEY: "key",
      MM_FEATUREFLAGS_CJKSEARCH: "true",
    });
    expect(problems).toEqual([]);
    expect(config.ServiceSettings.SiteURL).toBe("https://chat.example.com");
    expect(config.TeamSettings.EnableOpenServer).toBe(true);
    expect(config.FileSettings.MaxFileSize).toBe(1234567890123);
    expect(config.ServiceSettings.TrustedProxyIPHeader).toEqual(["X-Forwarded-For", "X-Real-IP"]);
    expect(config.PluginSettings.PluginStates).toEqual({ calls: { Enable: true } });
    expect(config.AutoTranslationSettings.LibreTranslate.APIKey).toBe("key");
    expect(config.FeatureFlags.CJKSearch).toBe(true);
    expect(environmentKeys).toEqual({
      ServiceSettings: { SiteURL: true, TrustedProxyIPHeader: true },
      TeamSettings: { EnableOpenServer: true },
      FileSettings: { MaxFileSize: true },
      PluginSettings: { PluginStates: true },
      AutoTranslationSettings: { LibreTranslate: { APIKey: true } },
      FeatureFlags: { CJKSearch: true },
    });
  });

  it.each(["1", "t", "T", "TRUE", "true", "True"])("takes %s as true", (text) => {
    expect(parseSetting("boolean", text)).toBe(true);
  });

  it.each(["0", "f", "F", "FALSE", "false", "False"])("takes %s as false", (text) => {
    expect(parseSetting("boolean", text)).toBe(false);
  });

  it.each(["", "yes", "on", "tRUE", " true"])("takes %j as no truth value", (text) => {
    expect(parseSetting("boolean", text)).toBeUndefined();
  });

  it.each([
    ["10", 10],
    ["-1", -1],
    ["+3", 3],
    ["", undefined],
    ["1.5", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["99999999999999999999", undefined],
  ])("takes %j as the number %s", (text, value) => {
    expect(parseSetting("int", text)).toBe(value);
  });

  it("splits lists on single spaces, and takes text as it is", () => {
    expect(parseSetting("strings", "a  b")).toEqual(["a", "", "b"]);
    expect(parseSetting("strings", "")).toEqual([]);
    expect(parseSetting("string", " a b ")).toBe(" a b ");
    expect(parseSetting("string", "")).toBe("");
  });

  it("ignores what does not parse, and says so once without the value", () => {
    const { config, environmentKeys, problems } = load({
      MM_TEAMSETTINGS_ENABLEOPENSERVER: "hunter2",
      MM_TEAMSETTINGS_MAXUSERSPERTEAM: "hunter2",
      MM_PLUGINSETTINGS_PLUGINS: "{hunter2",
      MM_PLUGINSETTINGS_PLUGINSTATES: "[1]",
    });
    expect(config).toEqual(defaultConfig());
    expect(environmentKeys).toEqual({});
    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toContain("hunter2");
    expect(problems[0]).toBe("environment: MM_TEAMSETTINGS_ENABLEOPENSERVER must be true or false; ignored");
  });

  it("passes over other variables and names in small letters", () => {
    const { config, problems } = load({
      MM_CONFIG: "x",
      PATH: "/bin",
      MM_NOSUCH_KEY: "1",
      mm_teamsettings_sitename: "x",
    });
    expect(config).toEqual(defaultConfig());
    expect(problems).toEqual([]);
  });

  it("gives each setting a name of its own", () => {
    const names = leaves().map(({ path }) => path.join("_").toUpperCase());
    expect(new Set(names).size).toBe(names.length);
  });
});
