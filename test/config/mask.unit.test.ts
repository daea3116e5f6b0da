import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../workers/config/defaults/index.ts";
import {
  MASK,
  restoreSecrets,
  sanitizeConfig,
  withoutDefaults,
  withoutMasked,
} from "../../workers/config/mask.ts";
import { at, put, type Section } from "../../workers/config/shape.ts";

const texts = [
  "LdapSettings.BindPassword",
  "FileSettings.PublicLinkSalt",
  "FileSettings.AmazonS3SecretAccessKey",
  "FileSettings.ExportAmazonS3SecretAccessKey",
  "EmailSettings.SMTPPassword",
  "GitLabSettings.Secret",
  "GoogleSettings.Secret",
  "Office365Settings.Secret",
  "OpenIdSettings.Secret",
  "SqlSettings.DataSource",
  "SqlSettings.AtRestEncryptKey",
  "ElasticsearchSettings.Password",
  "MessageExportSettings.GlobalRelaySettings.SMTPPassword",
  "ServiceSettings.SplitKey",
  "CacheSettings.RedisPassword",
  "AutoTranslationSettings.LibreTranslate.APIKey",
];

function full() {
  const config = defaultConfig();
  for (const path of texts) put(config as Section, path.split("."), `secret of ${path}`);
  config.SqlSettings.DataSourceReplicas = ["secret one", "secret two"];
  config.SqlSettings.DataSourceSearchReplicas = ["secret three"];
  config.SqlSettings.ReplicaLagSettings = [
    { DataSource: "secret four", QueryAbsoluteLag: "select 1", QueryTimeLag: "select 2" },
  ];
  config.PluginSettings.Plugins = { calls: { key: "secret five" } };
  return config;
}

describe("sanitizeConfig", () => {
  it("masks every secret with 32 asterisks, on a copy", () => {
    const config = full();
    const sanitized = sanitizeConfig(config);
    for (const path of texts) expect(at(sanitized, path.split(".")), path).toBe(MASK);
    expect(MASK).toBe("********************************");
    expect(sanitized.SqlSettings.DataSourceReplicas).toEqual([MASK, MASK]);
    expect(sanitized.SqlSettings.DataSourceSearchReplicas).toEqual([MASK]);
    expect(sanitized.SqlSettings.ReplicaLagSettings[0]).toEqual({
      DataSource: MASK,
      QueryAbsoluteLag: "select 1",
      QueryTimeLag: "select 2",
    });
    expect(JSON.stringify(sanitized)).not.toContain("secret");
    expect(config).toEqual(full());
  });

  it("shows that a secret is not set, except for the server's own", () => {
    const sanitized = sanitizeConfig(defaultConfig());
    expect(sanitized.EmailSettings.SMTPPassword).toBe("");
    expect(sanitized.SqlSettings.DataSource).toBe(MASK);
    expect(sanitized.FileSettings.PublicLinkSalt).toBe(MASK);
  });
});

describe("restoreSecrets", () => {
  it("undoes the masking", () => {
    expect(restoreSecrets(sanitizeConfig(full()), full())).toEqual(full());
    expect(restoreSecrets(sanitizeConfig(defaultConfig()), defaultConfig())).toEqual(defaultConfig());
  });

  it("takes new secrets and leaves absent ones absent", () => {
    const incoming = {
      EmailSettings: { SMTPPassword: "new" },
      SqlSettings: { DataSourceReplicas: [MASK, "new"] },
      PluginSettings: { Plugins: { other: { a: 1 } } },
    };
    expect(restoreSecrets(incoming, full())).toEqual({
      EmailSettings: { SMTPPassword: "new" },
      SqlSettings: { DataSourceReplicas: ["secret one", "new"] },
      PluginSettings: { Plugins: { calls: { key: "secret five" }, other: { a: 1 } } },
    });
    expect(incoming.SqlSettings.DataSourceReplicas[0]).toBe(MASK);
  });

  it("clears a secret that is sent empty, and stores no asterisks", () => {
    const incoming = {
      EmailSettings: { SMTPPassword: "" },
      SqlSettings: {
        DataSourceReplicas: [MASK, MASK, MASK],
        ReplicaLagSettings: [{ DataSource: MASK }, { DataSource: MASK }],
      },
    };
    const restored = restoreSecrets(incoming, full());
    expect(restored.EmailSettings.SMTPPassword).toBe("");
    expect(JSON.stringify(restored)).not.toContain("*");
  });

  it("never crashes on what a client may send", () => {
    for (const junk of [
      null,
      1,
      "x",
      [],
      {},
      { SqlSettings: 1 },
      { SqlSettings: { ReplicaLagSettings: [1] } },
    ])
      expect(restoreSecrets<unknown>(junk, full())).toEqual(junk);
  });
});

describe("GET /config filters", () => {
  it("drops masked settings, and nothing else", () => {
    const kept = withoutMasked(sanitizeConfig(full()));
    expect(JSON.stringify(kept)).not.toContain(MASK);
    expect(kept.EmailSettings).not.toHaveProperty("SMTPPassword");
    expect(kept.TeamSettings).toEqual(defaultConfig().TeamSettings);
  });

  it("drops defaults", () => {
    const config = defaultConfig();
    config.TeamSettings.SiteName = "Other";
    config.AutoTranslationSettings.LibreTranslate.URL = "http://translate";
    expect(withoutDefaults(config as Section, defaultConfig())).toEqual({
      TeamSettings: { SiteName: "Other" },
      AutoTranslationSettings: { LibreTranslate: { URL: "http://translate" } },
    });
  });
});
