/**
 * Which page of the System Console each setting belongs to: `sysconsole_read_<page>` shows it, `sysconsole_write_<page>`
 * changes it (http-conventions 7.1). Setting or section to page; the longest match decides. What is not listed is for
 * manage_system alone.
 */
const PAGES: Record<string, string> = {
  environment_web_server: `ServiceSettings.SiteURL ServiceSettings.WebsocketURL ServiceSettings.WebsocketPort
    ServiceSettings.WebsocketSecurePort ServiceSettings.ListenAddress ServiceSettings.ConnectionSecurity ServiceSettings.TLSCertFile
    ServiceSettings.TLSKeyFile ServiceSettings.TLSMinVer ServiceSettings.TLSStrictTransport ServiceSettings.TLSStrictTransportMaxAge
    ServiceSettings.TLSOverwriteCiphers ServiceSettings.UseLetsEncrypt ServiceSettings.LetsEncryptCertificateCacheFile
    ServiceSettings.Forward80To443 ServiceSettings.TrustedProxyIPHeader ServiceSettings.ReadTimeout ServiceSettings.WriteTimeout
    ServiceSettings.IdleTimeout ServiceSettings.WebserverMode ServiceSettings.ManagedResourcePaths ServiceSettings.FrameAncestors
    ServiceSettings.MaximumPayloadSizeBytes ServiceSettings.MaximumURLLength ServiceSettings.EnableInsecureOutgoingConnections`,
  environment_database:
    "SqlSettings ServiceSettings.EnablePostSearch ServiceSettings.EnableFileSearch ServiceSettings.MinimumHashtagLength",
  environment_elasticsearch: "ElasticsearchSettings",
  environment_file_storage: "FileSettings",
  environment_image_proxy: "ImageProxySettings",
  environment_smtp: `EmailSettings.SMTPUsername EmailSettings.SMTPPassword EmailSettings.SMTPServer EmailSettings.SMTPPort
    EmailSettings.SMTPServerTimeout EmailSettings.EnableSMTPAuth EmailSettings.ConnectionSecurity
    EmailSettings.SkipServerCertificateVerification ServiceSettings.EnableSecurityFixAlert`,
  environment_push_notification_server: `EmailSettings.SendPushNotifications EmailSettings.PushNotificationServer
    EmailSettings.PushNotificationBuffer TeamSettings.MaxNotificationsPerChannel`,
  environment_high_availability: "ClusterSettings",
  environment_rate_limiting: "RateLimitSettings",
  environment_logging: "LogSettings",
  environment_session_lengths: `ServiceSettings.SessionLengthWebInDays ServiceSettings.SessionLengthWebInHours
    ServiceSettings.SessionLengthMobileInDays ServiceSettings.SessionLengthMobileInHours ServiceSettings.SessionLengthSSOInDays
    ServiceSettings.SessionLengthSSOInHours ServiceSettings.SessionCacheInMinutes ServiceSettings.SessionIdleTimeoutInMinutes
    ServiceSettings.ExtendSessionLengthWithActivity ServiceSettings.TerminateSessionsOnPasswordChange`,
  environment_performance_monitoring: "MetricsSettings",
  environment_developer: `ServiceSettings.EnableTesting ServiceSettings.EnableDeveloper ServiceSettings.DeveloperFlags
    ServiceSettings.EnableClientPerformanceDebugging ServiceSettings.AllowedUntrustedInternalConnections`,
  environment_mobile_security: `NativeAppSettings.MobileEnableBiometrics NativeAppSettings.MobilePreventScreenCapture
    NativeAppSettings.MobileJailbreakProtection NativeAppSettings.MobileEnableSecureFilePreview
    NativeAppSettings.MobileAllowPdfLinkNavigation NativeAppSettings.EnableIntuneMAM IntuneSettings MobileEphemeralModeSettings`,
  site_customization: `TeamSettings.SiteName TeamSettings.EnableCustomBrand TeamSettings.CustomBrandText TeamSettings.CustomDescriptionText
    SupportSettings NativeAppSettings ServiceSettings.EnableDesktopLandingPage ServiceSettings.MinimumDesktopAppVersion ThemeSettings`,
  site_localization: "LocalizationSettings",
  site_users_and_teams: `TeamSettings.MaxUsersPerTeam TeamSettings.MaxChannelsPerTeam TeamSettings.EnableJoinLeaveMessageByDefault
    TeamSettings.RestrictDirectMessage TeamSettings.TeammateNameDisplay TeamSettings.LockTeammateNameDisplay
    TeamSettings.ExperimentalViewArchivedChannels TeamSettings.EnableCustomUserStatuses TeamSettings.EnableLastActiveTime
    TeamSettings.UserStatusAwayTimeout TeamSettings.EnableUserDeactivation TeamSettings.ExperimentalPrimaryTeam PrivacySettings
    ServiceSettings.EnableCustomGroups ServiceSettings.EnableUserStatuses`,
  site_notifications: `TeamSettings.EnableConfirmNotificationsToChannel EmailSettings.SendEmailNotifications
    EmailSettings.UseChannelInEmailNotifications EmailSettings.EnablePreviewModeBanner EmailSettings.EnableEmailBatching
    EmailSettings.EmailBatchingBufferSize EmailSettings.EmailBatchingInterval EmailSettings.EmailNotificationContentsType
    EmailSettings.FeedbackName EmailSettings.FeedbackEmail EmailSettings.ReplyToAddress EmailSettings.FeedbackOrganization
    EmailSettings.PushNotificationContents SupportSettings.SupportEmail`,
  site_announcement_banner: `AnnouncementSettings.EnableBanner AnnouncementSettings.BannerText AnnouncementSettings.BannerColor
    AnnouncementSettings.BannerTextColor AnnouncementSettings.AllowBannerDismissal`,
  site_notices: "AnnouncementSettings",
  site_emoji: "ServiceSettings.EnableEmojiPicker ServiceSettings.EnableCustomEmoji",
  site_posts: `ServiceSettings.ThreadAutoFollow ServiceSettings.CollapsedThreads ServiceSettings.PostPriority
    ServiceSettings.AllowPersistentNotifications ServiceSettings.AllowPersistentNotificationsForGuests
    ServiceSettings.PersistentNotificationMaxRecipients ServiceSettings.PersistentNotificationIntervalMinutes
    ServiceSettings.PersistentNotificationMaxCount ServiceSettings.EnableLinkPreviews ServiceSettings.RestrictLinkPreviews
    ServiceSettings.EnablePermalinkPreviews ServiceSettings.EnableSVGs ServiceSettings.EnableLatex ServiceSettings.EnableInlineLatex
    ServiceSettings.GoogleDeveloperKey ServiceSettings.UniqueEmojiReactionLimitPerPost ServiceSettings.AllowSyncedDrafts
    ServiceSettings.ScheduledPosts ServiceSettings.EnableBurnOnRead ServiceSettings.BurnOnReadDurationSeconds
    ServiceSettings.BurnOnReadMaximumTimeToLiveSeconds ServiceSettings.PostEditTimeLimit DisplaySettings WranglerSettings`,
  site_file_sharing_and_downloads:
    "FileSettings.EnableFileAttachments FileSettings.EnableMobileUpload FileSettings.EnableMobileDownload",
  site_public_links: "FileSettings.EnablePublicLink FileSettings.PublicLinkSalt",
  authentication_signup: `TeamSettings.EnableUserCreation TeamSettings.RestrictCreationToDomains TeamSettings.EnableOpenServer
    ServiceSettings.EnableEmailInvitations`,
  authentication_email: `EmailSettings.EnableSignUpWithEmail EmailSettings.EnableSignInWithEmail EmailSettings.EnableSignInWithUsername
    EmailSettings.RequireEmailVerification EmailSettings.LoginButtonColor EmailSettings.LoginButtonBorderColor
    EmailSettings.LoginButtonTextColor`,
  authentication_password: "PasswordSettings ServiceSettings.MaximumLoginAttempts",
  authentication_mfa:
    "ServiceSettings.EnableMultifactorAuthentication ServiceSettings.EnforceMultifactorAuthentication",
  authentication_ldap: "LdapSettings",
  authentication_saml: "SamlSettings",
  authentication_openid: "OpenIdSettings GitLabSettings GoogleSettings Office365Settings",
  authentication_guest_access: "GuestAccountsSettings",
  plugins: "PluginSettings",
  integrations_integration_management: `ServiceSettings.EnableIncomingWebhooks ServiceSettings.EnableOutgoingWebhooks
    ServiceSettings.EnableCommands ServiceSettings.EnableOAuthServiceProvider ServiceSettings.EnableDynamicClientRegistration
    ServiceSettings.DCRRedirectURIAllowlist ServiceSettings.EnableOutgoingOAuthConnections
    ServiceSettings.OutgoingIntegrationRequestsTimeout ServiceSettings.EnablePostUsernameOverride
    ServiceSettings.EnablePostIconOverride ServiceSettings.EnableUserAccessTokens`,
  integrations_bot_accounts:
    "ServiceSettings.EnableBotAccountCreation ServiceSettings.DisableBotsWhenOwnerIsDeactivated",
  integrations_gif: "ServiceSettings.EnableGifPicker ServiceSettings.GiphySdkKey",
  integrations_cors: `ServiceSettings.AllowCorsFrom ServiceSettings.CorsExposedHeaders ServiceSettings.CorsAllowCredentials
    ServiceSettings.CorsDebug ServiceSettings.AllowCookiesForSubdomains`,
  compliance_data_retention_policy: "DataRetentionSettings",
  compliance_compliance_export: "MessageExportSettings",
  compliance_compliance_monitoring: "ComplianceSettings ExperimentalAuditSettings",
  compliance_custom_terms_of_service:
    "SupportSettings.CustomTermsOfServiceEnabled SupportSettings.CustomTermsOfServiceReAcceptancePeriod",
  experimental_features: `ExperimentalSettings ServiceSettings.ExperimentalEnableDefaultChannelLeaveJoinMessages
    ServiceSettings.ExperimentalGroupUnreadChannels ServiceSettings.ExperimentalEnableAuthenticationTransfer
    ServiceSettings.ExperimentalEnableHardenedMode ServiceSettings.ExperimentalStrictCSRFEnforcement ServiceSettings.EnableTutorial
    ServiceSettings.EnableOnboardingFlow ServiceSettings.EnableUserTypingMessages
    ServiceSettings.TimeBetweenUserTypingUpdatesMilliseconds ServiceSettings.EnableChannelViewedMessages
    TeamSettings.ExperimentalEnableAutomaticReplies TeamSettings.ExperimentalDefaultChannels`,
  experimental_feature_flags: "FeatureFlags",
  reporting_site_statistics: "AnalyticsSettings",
};

const pageOfPath = new Map(
  Object.entries(PAGES).flatMap(([page, paths]) => paths.split(/\s+/).map((path) => [path, page] as const)),
);

/** The page of a setting; undefined where none shows it. */
export function pageOf(path: readonly string[]): string | undefined {
  for (let length = path.length; length > 0; length--) {
    const page = pageOfPath.get(path.slice(0, length).join("."));
    if (page) return page;
  }
  return undefined;
}

export const CONFIG_PAGES = Object.keys(PAGES);
