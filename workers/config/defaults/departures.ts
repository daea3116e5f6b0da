export interface Departure {
  /** Section.Key */
  path: string;
  value: string | number | boolean;
  reason: string;
}

const vendor = "Mattermost's value leads to pages or services of Mattermost, Inc.";
const absent = "Edgemost does not have this feature; the flag would show its controls (client-flows 23)";

/** Every default that is not Mattermost's own. The other files here hold Mattermost's; this table overrides them. */
export const departures: Departure[] = [
  { path: "TeamSettings.SiteName", value: "Edgemost", reason: "Mattermost is another product's name" },
  { path: "SupportSettings.TermsOfServiceLink", value: "", reason: vendor },
  { path: "SupportSettings.PrivacyPolicyLink", value: "", reason: vendor },
  { path: "SupportSettings.AboutLink", value: "", reason: vendor },
  { path: "SupportSettings.HelpLink", value: "", reason: vendor },
  { path: "SupportSettings.ReportAProblemLink", value: "", reason: vendor },
  { path: "SupportSettings.ReportAProblemType", value: "hidden", reason: vendor },
  { path: "SupportSettings.EnableAskCommunityLink", value: false, reason: vendor },
  { path: "NativeAppSettings.AppDownloadLink", value: "", reason: vendor },
  { path: "NativeAppSettings.AndroidAppDownloadLink", value: "", reason: vendor },
  { path: "NativeAppSettings.IosAppDownloadLink", value: "", reason: vendor },
  { path: "AnnouncementSettings.NoticesURL", value: "", reason: vendor },
  { path: "ServiceSettings.EnableSecurityFixAlert", value: false, reason: vendor },
  {
    path: "EmailSettings.PushNotificationServer",
    value: "",
    reason: "people's messages go to somebody else's server only where an administrator decides so",
  },
  { path: "LogSettings.EnableDiagnostics", value: false, reason: "no telemetry is collected (section 5)" },
  { path: "LogSettings.EnableSentry", value: false, reason: "no telemetry is collected (section 5)" },
  {
    path: "ServiceSettings.EnableDesktopLandingPage",
    value: false,
    reason: "a first visit goes straight to sign-up or login (client-flows 3)",
  },
  {
    path: "TeamSettings.MaxUsersPerTeam",
    value: 100000,
    reason: "no cap on users is wanted; Mattermost's 50 is for trial use",
  },
  {
    path: "MetricsSettings.EnableClientMetrics",
    value: false,
    reason: "else every client posts performance reports that nobody reads (section 5)",
  },
  {
    path: "SqlSettings.DataSource",
    value: "",
    reason: "empty means: the database that the profile brings (embedded, or bound as DATABASE_URL)",
  },
  {
    path: "PluginSettings.Enable",
    value: false,
    reason: "server plugins are native executables, which do not run in workerd",
  },
  { path: "PluginSettings.EnableMarketplace", value: false, reason: "there are no plugins to install" },
  { path: "PluginSettings.EnableRemoteMarketplace", value: false, reason: "there are no plugins to install" },
  { path: "FeatureFlags.EnableSharedChannelsPlugins", value: false, reason: absent },
  { path: "FeatureFlags.NotificationMonitoring", value: false, reason: absent },
  { path: "FeatureFlags.ExperimentalAuditSettingsSystemConsoleUI", value: false, reason: absent },
  { path: "FeatureFlags.CustomProfileAttributes", value: false, reason: absent },
  { path: "FeatureFlags.AttributeBasedAccessControl", value: false, reason: absent },
  { path: "FeatureFlags.ContentFlagging", value: false, reason: absent },
  { path: "FeatureFlags.EnableMattermostEntry", value: false, reason: absent },
  { path: "FeatureFlags.AutoTranslation", value: false, reason: absent },
  { path: "FeatureFlags.BurnOnRead", value: false, reason: absent },
];
