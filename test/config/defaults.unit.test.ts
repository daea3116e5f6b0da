import type { AdminConfig } from "@mattermost/types/config";
import { describe, expect, expectTypeOf, it } from "vitest";
import { departures } from "../../workers/config/defaults/departures.ts";
import { type Config, defaultConfig, mattermostDefaults } from "../../workers/config/defaults/index.ts";
import { at, isObject, leaves, type Section } from "../../workers/config/shape.ts";
import { validateConfig } from "../../workers/config/validate.ts";

/** The console derives these two from PushNotificationServer. */
type Derived = "PushNotificationServerType" | "PushNotificationServerLocation";

type Missing = {
  [S in keyof AdminConfig]: string extends keyof AdminConfig[S]
    ? never
    : Exclude<keyof AdminConfig[S], S extends keyof Config ? keyof Config[S] | Derived : never>;
}[keyof AdminConfig];

describe("defaults", () => {
  it("have every section and key of AdminConfig", () => {
    expectTypeOf<Missing>().toEqualTypeOf<never>();
    expectTypeOf<Exclude<keyof AdminConfig, keyof Config>>().toEqualTypeOf<never>();
  });

  it("have the number of keys of http-conventions 7.4, and AdminConfig's later ones", () => {
    const size = (section: keyof Config) => Object.keys(mattermostDefaults[section]).length;
    expect(size("ServiceSettings")).toBe(126 + 1);
    expect(size("FileSettings")).toBe(43 + 1);
    expect(size("TeamSettings")).toBe(23 + 1);
    expect(size("SqlSettings")).toBe(15 + 1);
    expect(size("EmailSettings")).toBe(30);
    expect(size("ExperimentalSettings")).toBe(12 + 1);
    expect(size("PluginSettings")).toBe(15);
    expect(Object.keys(mattermostDefaults)).toHaveLength(47);
  });

  it("hold text, truth values, whole numbers, lists or maps only", () => {
    const kinds: Record<string, (value: unknown) => boolean> = {
      string: (value) => typeof value === "string",
      boolean: (value) => typeof value === "boolean",
      int: Number.isSafeInteger,
      strings: Array.isArray,
      objects: Array.isArray,
      map: isObject,
    };
    for (const { path, kind } of leaves())
      expect(kinds[kind]?.(at(mattermostDefaults, path)), path.join(".")).toBe(true);
  });

  it("are valid, and fresh at each call", () => {
    const config = defaultConfig();
    expect(validateConfig(config)).toEqual([]);
    config.TeamSettings.SiteName = "changed";
    config.DisplaySettings.CustomURLSchemes.push("x");
    expect(defaultConfig().TeamSettings.SiteName).toBe("Edgemost");
    expect(defaultConfig().DisplaySettings.CustomURLSchemes).toEqual([]);
  });

  it("keep an open server and random secrets off", () => {
    const config = defaultConfig();
    expect(config.TeamSettings.EnableOpenServer).toBe(false);
    expect(config.FileSettings.PublicLinkSalt).toBe("");
    expect(config.SqlSettings.AtRestEncryptKey).toBe("");
  });
});

describe("departures", () => {
  it("name an existing setting once, change it, keep its type and say why", () => {
    expect(new Set(departures.map(({ path }) => path)).size).toBe(departures.length);
    for (const { path, value, reason } of departures) {
      const original = at(mattermostDefaults, path.split("."));
      expect(typeof original, path).toBe(typeof value);
      expect(original, path).not.toBe(value);
      expect(at(defaultConfig(), path.split(".")), path).toBe(value);
      expect(reason.length, path).toBeGreaterThan(10);
    }
  });

  it("are the only differences from Mattermost's defaults", () => {
    const listed = new Set(departures.map(({ path }) => path));
    const config = defaultConfig() as Section;
    for (const { path } of leaves())
      if (!listed.has(path.join(".")))
        expect(at(config, path), path.join(".")).toEqual(at(mattermostDefaults, path));
  });

  it("leave no link to Mattermost's sites in what clients show", () => {
    const { SupportSettings, NativeAppSettings, AnnouncementSettings } = defaultConfig();
    expect(JSON.stringify({ SupportSettings, NativeAppSettings, AnnouncementSettings })).not.toContain(
      "mattermost.com",
    );
  });
});
