import { departures } from "./departures.ts";
import { exportSettings, fileSettings, importSettings } from "./files.ts";
import { featureFlags } from "./flags.ts";
import * as licensed from "./licensed.ts";
import { serviceSettings } from "./service.ts";
import * as site from "./site.ts";
import * as sso from "./sso.ts";
import * as system from "./system.ts";

/** Every section and key of config.json (http-conventions 7.4) with Mattermost's own default. */
export const mattermostDefaults = {
  ServiceSettings: serviceSettings,
  TeamSettings: site.teamSettings,
  ClientRequirements: site.clientRequirements,
  SqlSettings: system.sqlSettings,
  LogSettings: system.logSettings,
  ExperimentalAuditSettings: licensed.experimentalAuditSettings,
  PasswordSettings: site.passwordSettings,
  FileSettings: fileSettings,
  EmailSettings: site.emailSettings,
  RateLimitSettings: system.rateLimitSettings,
  PrivacySettings: site.privacySettings,
  SupportSettings: site.supportSettings,
  AnnouncementSettings: site.announcementSettings,
  ThemeSettings: site.themeSettings,
  GitLabSettings: sso.gitLabSettings,
  GoogleSettings: sso.googleSettings,
  Office365Settings: sso.office365Settings,
  OpenIdSettings: sso.openIdSettings,
  LdapSettings: sso.ldapSettings,
  ComplianceSettings: licensed.complianceSettings,
  LocalizationSettings: site.localizationSettings,
  SamlSettings: sso.samlSettings,
  NativeAppSettings: site.nativeAppSettings,
  IntuneSettings: licensed.intuneSettings,
  CacheSettings: system.cacheSettings,
  ClusterSettings: system.clusterSettings,
  MetricsSettings: system.metricsSettings,
  ExperimentalSettings: system.experimentalSettings,
  AnalyticsSettings: system.analyticsSettings,
  ElasticsearchSettings: licensed.elasticsearchSettings,
  DataRetentionSettings: licensed.dataRetentionSettings,
  MessageExportSettings: licensed.messageExportSettings,
  JobSettings: system.jobSettings,
  PluginSettings: system.pluginSettings,
  DisplaySettings: site.displaySettings,
  GuestAccountsSettings: site.guestAccountsSettings,
  ImageProxySettings: system.imageProxySettings,
  CloudSettings: licensed.cloudSettings,
  FeatureFlags: featureFlags,
  ImportSettings: importSettings,
  ExportSettings: exportSettings,
  WranglerSettings: system.wranglerSettings,
  ConnectedWorkspacesSettings: licensed.connectedWorkspacesSettings,
  AccessControlSettings: system.accessControlSettings,
  ContentFlaggingSettings: licensed.contentFlaggingSettings,
  AutoTranslationSettings: licensed.autoTranslationSettings,
  MobileEphemeralModeSettings: licensed.mobileEphemeralModeSettings,
};

export type Config = typeof mattermostDefaults;

/** A fresh configuration, the caller's to change: Mattermost's defaults with the departures applied. */
export function defaultConfig(): Config {
  const config = structuredClone(mattermostDefaults);
  const sections = config as unknown as Record<string, Record<string, unknown>>;
  for (const { path, value } of departures) {
    const [section = "", key = ""] = path.split(".");
    sections[section]![key] = value;
  }
  return config;
}
