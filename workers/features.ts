import type { Env } from "./env.ts";

type Profile = Env["PROFILE"];

/** What Edgemost itself provides, free, although clients show it to users of licensed servers only. */
export interface Feature {
  /** In the words of the System Console. */
  name: string;
  /** The key of the client licence that is "true" for it; without one, `IsLicensed` is enough. */
  license?: string;
  /** Keys of the client configuration that clients ask for besides. */
  config: string[];
  profiles: readonly Profile[];
}

const SELF_HOSTED = ["single", "cluster"] as const;
const EVERYWHERE = [...SELF_HOSTED, "edge"] as const;

/**
 * The one list of what is announced. A row is added when the feature is built, never before: what is not here is "false",
 * and clients hide it. None of this is a licence of Mattermost's.
 */
export const FEATURES: readonly Feature[] = [
  {
    name: "High availability: several nodes as one server",
    license: "Cluster",
    config: ["EnableCluster"],
    profiles: ["cluster"],
  },
  {
    name: "Performance monitoring: metrics for Prometheus",
    license: "Metrics",
    config: ["EnableMetrics"],
    profiles: SELF_HOSTED,
  },
  {
    name: "E-mail notifications that do not hold the message",
    license: "EmailNotificationContents",
    config: ["EmailNotificationContentsType"],
    profiles: EVERYWHERE,
  },
  { name: "Channel bookmarks", config: ["FeatureFlagChannelBookmarks"], profiles: EVERYWHERE },
  { name: "Scheduled messages", config: ["ScheduledPosts"], profiles: EVERYWHERE },
];

/** Keys of a client licence that say whether there is a feature. */
const LICENSE_FEATURES = [
  "Announcement",
  "AutoTranslation",
  "Cloud",
  "Cluster",
  "Compliance",
  "CustomPermissionsSchemes",
  "CustomTermsOfService",
  "DataRetention",
  "Elasticsearch",
  "EmailNotificationContents",
  "GoogleOAuth",
  "GuestAccounts",
  "GuestAccountsPermissions",
  "IDLoadedPushNotifications",
  "IsGovSku",
  "IsTrial",
  "LDAP",
  "LDAPGroups",
  "LockTeammateNameDisplay",
  "MFA",
  "MHPNS",
  "MessageExport",
  "Metrics",
  "Office365OAuth",
  "OpenId",
  "OutgoingOAuthConnections",
  "RemoteClusterService",
  "SAML",
  "SharedChannels",
];

/** 2024-01-01 and 2100-01-01, ms. */
const SINCE = 1_704_067_200_000;
const UNTIL = 4_102_444_800_000;

/**
 * GET /api/v4/license/client, the same for everybody: clients decide by it what to show. Its dates and its number of users
 * are such that no client warns of an end or of too many; without an edition's name (SkuShortName) nothing is shown that
 * belongs to one (client-flows 19.1).
 */
export function clientLicense(profile: Profile): Record<string, string> {
  const announced = new Set(
    FEATURES.filter(({ profiles }) => profiles.includes(profile)).map(({ license }) => license),
  );
  return {
    IsLicensed: "true",
    Id: "edgemost",
    Name: "Edgemost's own features. This is not a Mattermost licence.",
    Company: "",
    Email: "",
    PhoneNumber: "",
    SkuName: "",
    SkuShortName: "",
    IssuedAt: String(SINCE),
    StartsAt: String(SINCE),
    ExpiresAt: String(UNTIL),
    Users: "1000000000",
    ...Object.fromEntries(LICENSE_FEATURES.map((key) => [key, String(announced.has(key))])),
  };
}
