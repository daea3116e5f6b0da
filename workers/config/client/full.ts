import { mattermostDefaults } from "../defaults/index.ts";
import type { ClientFacts, Config, Values } from "./value.ts";

/** The keys of section 5 that only a session gets. */
export function full(config: Config, facts: ClientFacts): Values {
  return {
    ...posts(config),
    ...people(config),
    ...channels(config),
    ...integrations(config),
    ...operation(config, facts),
    ...fixed,
  };
}

function posts(config: Config): Values {
  const { ServiceSettings: service, DisplaySettings: display, FileSettings: files } = config;
  return {
    PostEditTimeLimit: service.PostEditTimeLimit,
    MinimumHashtagLength: service.MinimumHashtagLength,
    MaxPostSize: 16383,
    EnableLinkPreviews: service.EnableLinkPreviews,
    EnablePermalinkPreviews: service.EnablePermalinkPreviews,
    EnableSVGs: service.EnableSVGs,
    EnableLatex: service.EnableLatex,
    EnableInlineLatex: service.EnableInlineLatex,
    MaxMarkdownNodes: display.MaxMarkdownNodes,
    CustomUrlSchemes: display.CustomURLSchemes,
    YoutubeReferrerPolicy: config.ExperimentalSettings.YoutubeReferrerPolicy,
    EnableEmojiPicker: service.EnableEmojiPicker,
    // Mattermost's own builds bring a key along; without one the picker finds nothing.
    EnableGifPicker: service.EnableGifPicker && service.GiphySdkKey !== "",
    GiphySdkKey: service.GiphySdkKey,
    GoogleDeveloperKey: service.GoogleDeveloperKey,
    UniqueEmojiReactionLimitPerPost: service.UniqueEmojiReactionLimitPerPost,
    AllowSyncedDrafts: service.AllowSyncedDrafts,
    CollapsedThreads: service.CollapsedThreads,
    PostPriority: service.PostPriority,
    AllowPersistentNotificationsForGuests: service.AllowPersistentNotificationsForGuests,
    PersistentNotificationMaxCount: service.PersistentNotificationMaxCount,
    PersistentNotificationIntervalMinutes: service.PersistentNotificationIntervalMinutes,
    PersistentNotificationMaxRecipients: service.PersistentNotificationMaxRecipients,
    BurnOnReadDurationSeconds: service.BurnOnReadDurationSeconds,
    BurnOnReadMaximumTimeToLiveSeconds: service.BurnOnReadMaximumTimeToLiveSeconds,
    EnableCrossTeamSearch: service.EnableCrossTeamSearch,
    EnableFileAttachments: files.EnableFileAttachments,
    EnablePublicLink: files.EnablePublicLink,
    MaxFileSize: files.MaxFileSize,
  };
}

function people(config: Config): Values {
  const { EmailSettings: email, ServiceSettings: service, TeamSettings: team } = config;
  return {
    RequireEmailVerification: email.RequireEmailVerification,
    EnableEmailInvitations: service.EnableEmailInvitations,
    ExperimentalEnableAuthenticationTransfer: service.ExperimentalEnableAuthenticationTransfer,
    DeleteAccountLink: service.DeleteAccountLink,
    EnableCustomUserStatuses: team.EnableCustomUserStatuses,
    EnableLastActiveTime: team.EnableLastActiveTime,
    EnableUserDeactivation: team.EnableUserDeactivation,
    ShowEmailAddress: config.PrivacySettings.ShowEmailAddress,
    ShowFullName: config.PrivacySettings.ShowFullName,
    UseAnonymousURLs: config.PrivacySettings.UseAnonymousURLs,
    TeammateNameDisplay: team.TeammateNameDisplay,
    LockTeammateNameDisplay: team.LockTeammateNameDisplay,
    RestrictDirectMessage: team.RestrictDirectMessage,
    UsersStatusAndProfileFetchingPollIntervalMilliseconds:
      config.ExperimentalSettings.UsersStatusAndProfileFetchingPollIntervalMilliseconds,
    EnableUserTypingMessages: service.EnableUserTypingMessages,
    TimeBetweenUserTypingUpdatesMilliseconds: service.TimeBetweenUserTypingUpdatesMilliseconds,
    ExperimentalEnableAutomaticReplies: team.ExperimentalEnableAutomaticReplies,
    EnableUserManagedAttributes: config.AccessControlSettings.EnableUserManagedAttributes,
    SendEmailNotifications: email.SendEmailNotifications,
    SendPushNotifications: email.SendPushNotifications,
    EnableEmailBatching: email.EnableEmailBatching,
    EmailNotificationContentsType: email.EmailNotificationContentsType,
    EnablePreviewModeBanner: email.EnablePreviewModeBanner,
  };
}

function channels(config: Config): Values {
  const { ExperimentalSettings: experimental, ServiceSettings: service, TeamSettings: team } = config;
  return {
    AvailableLocales: config.LocalizationSettings.AvailableLocales,
    EnableExperimentalLocales: config.LocalizationSettings.EnableExperimentalLocales,
    ExperimentalPrimaryTeam: team.ExperimentalPrimaryTeam,
    ExperimentalEnableDefaultChannelLeaveJoinMessages:
      service.ExperimentalEnableDefaultChannelLeaveJoinMessages,
    ExperimentalGroupUnreadChannels: service.ExperimentalGroupUnreadChannels,
    ExperimentalChannelCategorySorting: experimental.ExperimentalChannelCategorySorting,
    DelayChannelAutocomplete: experimental.DelayChannelAutocomplete,
    EnableConfirmNotificationsToChannel: team.EnableConfirmNotificationsToChannel,
    MaxNotificationsPerChannel: team.MaxNotificationsPerChannel,
    EnableChannelViewedMessages: service.EnableChannelViewedMessages,
    ScheduledPosts: service.ScheduledPosts,
  };
}

function integrations(config: Config): Values {
  const { PluginSettings: plugins, ServiceSettings: service, WranglerSettings: wrangler } = config;
  return {
    EnableIncomingWebhooks: service.EnableIncomingWebhooks,
    EnableOutgoingWebhooks: service.EnableOutgoingWebhooks,
    EnableCommands: service.EnableCommands,
    EnableOAuthServiceProvider: service.EnableOAuthServiceProvider,
    EnablePostUsernameOverride: service.EnablePostUsernameOverride,
    EnablePostIconOverride: service.EnablePostIconOverride,
    EnableUserAccessTokens: service.EnableUserAccessTokens,
    IsDefaultMarketplace: plugins.MarketplaceURL === mattermostDefaults.PluginSettings.MarketplaceURL,
    DisableAppBar: config.ExperimentalSettings.DisableAppBar,
    WranglerPermittedWranglerRoles: wrangler.PermittedWranglerRoles,
    WranglerAllowedEmailDomain: wrangler.AllowedEmailDomain,
    WranglerMoveThreadMaxCount: wrangler.MoveThreadMaxCount,
    WranglerMoveThreadToAnotherTeamEnable: wrangler.MoveThreadToAnotherTeamEnable,
    WranglerMoveThreadFromPrivateChannelEnable: wrangler.MoveThreadFromPrivateChannelEnable,
    WranglerMoveThreadFromDirectMessageChannelEnable: wrangler.MoveThreadFromDirectMessageChannelEnable,
    WranglerMoveThreadFromGroupMessageChannelEnable: wrangler.MoveThreadFromGroupMessageChannelEnable,
  };
}

function operation(config: Config, facts: ClientFacts): Values {
  const { ExperimentalSettings: experimental, ServiceSettings: service } = config;
  return {
    SQLDriverName: config.SqlSettings.DriverName,
    RunJobs: config.JobSettings.RunJobs,
    // Neither needs a licence here.
    EnableCluster: config.ClusterSettings.Enable,
    EnableMetrics: config.MetricsSettings.Enable,
    ManagedResourcePaths: service.ManagedResourcePaths,
    EnableTutorial: service.EnableTutorial,
    EnableOnboardingFlow: service.EnableOnboardingFlow,
    EnableTesting: service.EnableTesting,
    EnableDeveloper: service.EnableDeveloper,
    EnableClientPerformanceDebugging: service.EnableClientPerformanceDebugging,
    ExtendSessionLengthWithActivity: service.ExtendSessionLengthWithActivity,
    DisableRefetchingOnBrowserFocus: experimental.DisableRefetchingOnBrowserFocus,
    DisableWakeUpReconnectHandler: experimental.DisableWakeUpReconnectHandler,
    InstallationDate: facts.installationDate,
    SchemaVersion: facts.schemaVersion,
    UpgradedFromTE: false,
  };
}

/** Fixed without a licence (client-flows 23), or because no client may see the feature here. */
const fixed: Values = {
  EnableCompliance: false,
  CWSMock: false,
  LdapNicknameAttributeSet: false,
  LdapFirstNameAttributeSet: false,
  LdapLastNameAttributeSet: false,
  LdapPictureAttributeSet: false,
  LdapPositionAttributeSet: false,
  SamlFirstNameAttributeSet: false,
  SamlLastNameAttributeSet: false,
  SamlNicknameAttributeSet: false,
  SamlPositionAttributeSet: false,
  EnableMobileFileDownload: true,
  EnableMobileFileUpload: true,
  EnableThemeSelection: true,
  DefaultTheme: "",
  AllowCustomThemes: true,
  AllowedThemes: "",
  EnableBanner: false,
  BannerText: "",
  BannerColor: "",
  BannerTextColor: "",
  AllowBannerDismissal: false,
  EnableAttributeBasedAccessControl: false,
  ExperimentalSharedChannels: false,
  EnableCustomGroups: false,
  EnableOutgoingOAuthConnections: false,
  DataRetentionEnableMessageDeletion: false,
  DataRetentionMessageRetentionHours: 0,
  DataRetentionEnableFileDeletion: false,
  DataRetentionFileRetentionHours: 0,
  ExperimentalEnablePostMetadata: true,
  ExperimentalTimezone: true,
  FeatureFlagExperimentalCrossTeamSearch: true,
  // Departures: mobile reads the first without its feature flag; the second has nothing to install from; a message that
  // asks for the third is refused (semantics 1.4).
  EnableBurnOnRead: false,
  EnableMarketplace: false,
  AllowPersistentNotifications: false,
};
