import type { Config } from "./defaults/index.ts";

export interface Invalid {
  id: string;
  message: string;
}

/** [holds, id between `model.config.is_valid.` and `.app_error`, message] */
type Rule = [boolean, string, string];

/**
 * The rules of 7.5; an empty list means valid. Edgemost differs in two: Redis needs no licence, and DataSource may be
 * empty, which means the database of the profile.
 */
export function validateConfig(config: Config): Invalid[] {
  return [...site(config), ...listener(config), ...storage(config), ...posts(config), ...clients(config)]
    .filter(([holds]) => !holds)
    .map(([, id, message]) => ({ id: `model.config.is_valid.${id}.app_error`, message }));
}

function site({ TeamSettings: team, PasswordSettings: password, ...config }: Config): Rule[] {
  return [
    [[...team.SiteName].length <= 30, "sitename_length", "The site name is longer than 30 characters."],
    positive(team.MaxUsersPerTeam, "max_users", "The maximum number of users per team"),
    positive(team.MaxChannelsPerTeam, "max_channels", "The maximum number of channels per team"),
    positive(
      team.MaxNotificationsPerChannel,
      "max_notify_per_channel",
      "The maximum number of notifications per channel",
    ),
    positive(team.UserStatusAwayTimeout, "user_status_away_timeout", "The away timeout"),
    oneOf(team.RestrictDirectMessage, "any team", "restrict_direct_message", "RestrictDirectMessage"),
    oneOf(
      team.TeammateNameDisplay,
      "username nickname_full_name full_name",
      "teammate_name_display",
      "TeammateNameDisplay",
    ),
    [
      team.ExperimentalViewArchivedChannels,
      "experimental_view_archived_channels",
      "Viewing of archived channels can no longer be switched off.",
    ],
    [
      !config.ExperimentalSettings.ClientSideCertEnable,
      "client_side_cert_enable",
      "Login by client-side certificates is not supported.",
    ],
    [
      password.MinimumLength >= 5 && password.MinimumLength <= 72,
      "password_length",
      "The minimum password length must be between 5 and 72.",
    ],
  ];
}

function listener({ ServiceSettings: service }: Config): Rule[] {
  return [
    [
      service.SiteURL === "" || isUrl(service.SiteURL, ["http:", "https:"]),
      "site_url",
      "The site URL must be a valid URL that starts with http:// or https://.",
    ],
    [
      service.WebsocketURL === "" || isUrl(service.WebsocketURL, ["ws:", "wss:", "http:", "https:"]),
      "websocket_url",
      "The WebSocket URL must be a valid URL that starts with ws:// or wss://.",
    ],
    positive(service.MaximumPayloadSizeBytes, "max_payload_size", "The maximum payload size"),
    positive(service.MaximumURLLength, "max_url_length", "The maximum URL length"),
    positive(service.ReadTimeout, "read_timeout", "The read timeout"),
    positive(service.WriteTimeout, "write_timeout", "The write timeout"),
    positive(service.MaximumLoginAttempts, "login_attempts", "The maximum number of login attempts"),
    oneOf(service.ConnectionSecurity, " TLS", "webserver_security", "ServiceSettings.ConnectionSecurity"),
    [
      isListenAddress(service.ListenAddress),
      "listen_address",
      "The listen address must be host:port or :port.",
    ],
    [
      !service.AllowCookiesForSubdomains || service.SiteURL !== "",
      "allow_cookies_for_subdomains",
      "Cookies for subdomains need a site URL.",
    ],
  ];
}

function storage({ SqlSettings: sql, FileSettings: files, CacheSettings: cache, ...config }: Config): Rule[] {
  const redis = cache.CacheType === "redis";
  return [
    oneOf(sql.DriverName, "postgres", "sql_driver", "SqlSettings.DriverName"),
    positive(config.RateLimitSettings.MemoryStoreSize, "rate_mem", "RateLimitSettings.MemoryStoreSize"),
    positive(config.RateLimitSettings.PerSec, "rate_sec", "RateLimitSettings.PerSec"),
    positive(config.RateLimitSettings.MaxBurst, "max_burst", "RateLimitSettings.MaxBurst"),
    secret(sql.AtRestEncryptKey, "encrypt_sql", "The at-rest encryption key"),
    secret(files.PublicLinkSalt, "file_salt", "The public link salt"),
    oneOf(files.DriverName, "local amazons3", "file_driver", "FileSettings.DriverName"),
    [
      files.DriverName !== "local" || files.Directory !== "",
      "directory",
      "Local file storage needs a directory.",
    ],
    oneOf(cache.CacheType, "lru redis", "cache_type", "CacheSettings.CacheType"),
    [!redis || cache.RedisAddress !== "", "empty_redis_address", "A Redis cache needs a Redis address."],
    [!redis || cache.RedisDB >= 0, "invalid_redis_db", "A Redis cache needs a Redis database of 0 or more."],
  ];
}

function posts({ ServiceSettings: service, EmailSettings: email, ...config }: Config): Rule[] {
  return [
    [
      service.TimeBetweenUserTypingUpdatesMilliseconds >= 1000,
      "time_between_user_typing",
      "The time between typing updates must be at least 1000 milliseconds.",
    ],
    oneOf(
      service.CollapsedThreads,
      "disabled default_on default_off always_on",
      "collapsed_threads",
      "CollapsedThreads",
    ),
    [
      service.CollapsedThreads === "disabled" || service.ThreadAutoFollow,
      "collapsed_threads.autofollow",
      "Collapsed threads need ThreadAutoFollow.",
    ],
    oneOf(
      service.ExperimentalGroupUnreadChannels,
      "disabled default_on default_off",
      "group_unread_channels",
      "ExperimentalGroupUnreadChannels",
    ),
    [
      service.PersistentNotificationIntervalMinutes >= 2,
      "persistent_notifications_interval",
      "The interval of persistent notifications must be at least 2 minutes.",
    ],
    oneOf(
      email.ConnectionSecurity,
      " PLAIN TLS STARTTLS",
      "email_security",
      "EmailSettings.ConnectionSecurity",
    ),
    [
      email.EmailBatchingInterval >= 30,
      "email_batching_interval",
      "The interval of email batching must be at least 30 seconds.",
    ],
    [
      !email.EnableEmailBatching || service.SiteURL !== "",
      "site_url_email_batching",
      "Email batching needs a site URL.",
    ],
    [
      !email.EnableEmailBatching || !config.ClusterSettings.Enable,
      "cluster_email_batching",
      "Email batching cannot be used in a cluster.",
    ],
  ];
}

function clients({ MetricsSettings: metrics, DisplaySettings: display }: Config): Rule[] {
  return [
    [
      metrics.ClientSideUserIds.length <= 5,
      "metrics_client_side_user_ids",
      "At most 5 users can be measured by id.",
    ],
    [
      display.CustomURLSchemes.every((scheme) => /^[a-z][a-z0-9.+-]*$/i.test(scheme)),
      "display.custom_url_schemes",
      "A custom URL scheme is a letter, then letters, digits, dots, plus signs or hyphens.",
    ],
  ];
}

function positive(value: number, id: string, what: string): Rule {
  return [value > 0, id, `${what} must be greater than 0.`];
}

/** `allowed` is split on spaces, so a leading one allows "". */
function oneOf(value: string, allowed: string, id: string, what: string): Rule {
  const words = allowed.split(" ");
  return [
    words.includes(value),
    id,
    `${what} must be one of: ${words.map((word) => `"${word}"`).join(", ")}.`,
  ];
}

function secret(value: string, id: string, what: string): Rule {
  return [value === "" || value.length >= 32, id, `${what} must be at least 32 characters long.`];
}

function isUrl(text: string, protocols: string[]): boolean {
  if (!text.includes("://") || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.host !== "" && protocols.includes(url.protocol);
}

function isListenAddress(text: string): boolean {
  const port = /^(?:[^:/\s]*|\[[0-9a-fA-F:.%]+\]):(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) <= 65535;
}
