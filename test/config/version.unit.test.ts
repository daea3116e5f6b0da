import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { clientConfig } from "../../workers/config/client.ts";
import { defaultConfig } from "../../workers/config/defaults/index.ts";
import { configHash, SCHEMA_VERSION, SERVER_VERSION, versionId } from "../../workers/config/version.ts";
import { facts } from "./facts.ts";

describe("configHash", () => {
  it("does not depend on the order of keys", async () => {
    expect(await configHash({ a: "1", b: "2" })).toBe(await configHash({ b: "2", a: "1" }));
    const expected = createHash("sha256").update('[["a","1"],["b","2"]]').digest("hex");
    expect(await configHash({ b: "2", a: "1" })).toBe(expected);
  });

  it("changes with any value", async () => {
    const config = defaultConfig();
    const before = await configHash(clientConfig(config, facts));
    config.TeamSettings.SiteName = "Other";
    const after = await configHash(clientConfig(config, facts));
    expect(after).not.toBe(before);
    expect(after).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("versionId", () => {
  it("has the format of section 1.1", () => {
    expect(versionId("abc", false)).toBe("11.6.0.11.6.0.abc.false");
    expect(versionId("abc", true)).toBe("11.6.0.11.6.0.abc.true");
    expect([SERVER_VERSION, SCHEMA_VERSION]).toEqual(["11.6.0", "159"]);
  });
});
