import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../workers/config/defaults/index.ts";
import { mergeConfig } from "../../workers/config/load.ts";
import { validateConfig } from "../../workers/config/validate.ts";

function ids(patch: Record<string, Record<string, unknown>>): string[] {
  const { config, problems } = mergeConfig(defaultConfig(), patch);
  expect(problems).toEqual([]);
  return validateConfig(config).map(({ id }) => id.replace(/^model\.config\.is_valid\.|\.app_error$/g, ""));
}

const site = { SiteURL: "https://chat.example.com" };

describe("validateConfig (7.5)", () => {
  it("gives id and message", () => {
    const { config } = mergeConfig(defaultConfig(), { TeamSettings: { SiteName: "x".repeat(31) } });
    expect(validateConfig(config)).toEqual([
      {
        id: "model.config.is_valid.sitename_length.app_error",
        message: "The site name is longer than 30 characters.",
      },
    ]);
  });

  it.each<[string, Record<string, Record<string, unknown>>]>([
    ["site_url", { ServiceSettings: { SiteURL: "chat.example.com" } }],
    ["site_url", { ServiceSettings: { SiteURL: "http:chat" } }],
    ["site_url", { ServiceSettings: { SiteURL: "ftp://chat" } }],
    ["websocket_url", { ServiceSettings: { WebsocketURL: "nonsense" } }],
    ["max_users", { TeamSettings: { MaxUsersPerTeam: 0 } }],
    ["max_channels", { TeamSettings: { MaxChannelsPerTeam: -1 } }],
    ["max_notify_per_channel", { TeamSettings: { MaxNotificationsPerChannel: 0 } }],
    ["user_status_away_timeout", { TeamSettings: { UserStatusAwayTimeout: 0 } }],
    ["restrict_direct_message", { TeamSettings: { RestrictDirectMessage: "none" } }],
    ["teammate_name_display", { TeamSettings: { TeammateNameDisplay: "" } }],
    ["experimental_view_archived_channels", { TeamSettings: { ExperimentalViewArchivedChannels: false } }],
    ["client_side_cert_enable", { ExperimentalSettings: { ClientSideCertEnable: true } }],
    ["password_length", { PasswordSettings: { MinimumLength: 4 } }],
    ["password_length", { PasswordSettings: { MinimumLength: 73 } }],
    ["time_between_user_typing", { ServiceSettings: { TimeBetweenUserTypingUpdatesMilliseconds: 999 } }],
    ["max_payload_size", { ServiceSettings: { MaximumPayloadSizeBytes: 0 } }],
    ["max_url_length", { ServiceSettings: { MaximumURLLength: 0 } }],
    ["read_timeout", { ServiceSettings: { ReadTimeout: 0 } }],
    ["write_timeout", { ServiceSettings: { WriteTimeout: 0 } }],
    ["login_attempts", { ServiceSettings: { MaximumLoginAttempts: 0 } }],
    ["sql_driver", { SqlSettings: { DriverName: "mysql" } }],
    ["rate_mem", { RateLimitSettings: { MemoryStoreSize: 0 } }],
    ["rate_sec", { RateLimitSettings: { PerSec: 0 } }],
    ["max_burst", { RateLimitSettings: { MaxBurst: 0 } }],
    ["encrypt_sql", { SqlSettings: { AtRestEncryptKey: "short" } }],
    ["file_salt", { FileSettings: { PublicLinkSalt: "short" } }],
    ["file_driver", { FileSettings: { DriverName: "azure" } }],
    ["directory", { FileSettings: { Directory: "" } }],
    ["email_security", { EmailSettings: { ConnectionSecurity: "SSL" } }],
    ["email_batching_interval", { EmailSettings: { EmailBatchingInterval: 29 } }],
    ["site_url_email_batching", { EmailSettings: { EnableEmailBatching: true } }],
    [
      "cluster_email_batching",
      {
        ServiceSettings: site,
        EmailSettings: { EnableEmailBatching: true },
        ClusterSettings: { Enable: true },
      },
    ],
    ["webserver_security", { ServiceSettings: { ConnectionSecurity: "STARTTLS" } }],
    ["listen_address", { ServiceSettings: { ListenAddress: "" } }],
    ["listen_address", { ServiceSettings: { ListenAddress: ":99999" } }],
    ["collapsed_threads", { ServiceSettings: { CollapsedThreads: "on" } }],
    ["collapsed_threads.autofollow", { ServiceSettings: { ThreadAutoFollow: false } }],
    ["group_unread_channels", { ServiceSettings: { ExperimentalGroupUnreadChannels: "on" } }],
    ["allow_cookies_for_subdomains", { ServiceSettings: { AllowCookiesForSubdomains: true } }],
    ["cache_type", { CacheSettings: { CacheType: "memcached" } }],
    ["empty_redis_address", { CacheSettings: { CacheType: "redis", RedisDB: 0 } }],
    ["invalid_redis_db", { CacheSettings: { CacheType: "redis", RedisAddress: "redis:6379" } }],
    ["persistent_notifications_interval", { ServiceSettings: { PersistentNotificationIntervalMinutes: 1 } }],
    [
      "metrics_client_side_user_ids",
      { MetricsSettings: { ClientSideUserIds: ["1", "2", "3", "4", "5", "6"] } },
    ],
    ["display.custom_url_schemes", { DisplaySettings: { CustomURLSchemes: ["git", "1x"] } }],
  ])("finds %s", (id, patch) => {
    expect(ids(patch)).toEqual([id]);
  });

  it.each<[string, Record<string, Record<string, unknown>>]>([
    ["a sub-path", { ServiceSettings: { SiteURL: "http://localhost:8065/chat" } }],
    ["a WebSocket URL", { ServiceSettings: { WebsocketURL: "wss://chat.example.com" } }],
    ["an IPv6 listener", { ServiceSettings: { ListenAddress: "[::1]:8065" } }],
    ["no threads", { ServiceSettings: { CollapsedThreads: "disabled", ThreadAutoFollow: false } }],
    [
      "Redis and a cluster without a licence",
      {
        ClusterSettings: { Enable: true },
        CacheSettings: { CacheType: "redis", RedisAddress: "redis:6379", RedisDB: 0 },
      },
    ],
    ["S3 without a directory", { FileSettings: { DriverName: "amazons3", Directory: "" } }],
    ["batching", { ServiceSettings: site, EmailSettings: { EnableEmailBatching: true } }],
    ["schemes", { DisplaySettings: { CustomURLSchemes: ["git", "svn+ssh", "x-1.2"] } }],
  ])("accepts %s", (_name, patch) => {
    expect(ids(patch)).toEqual([]);
  });
});
