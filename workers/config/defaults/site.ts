/** What members of the site see, as in a fresh Mattermost 11.6 (http-conventions 7.4). */

export const teamSettings = {
  SiteName: "Mattermost",
  MaxUsersPerTeam: 50,
  EnableJoinLeaveMessageByDefault: true,
  EnableUserCreation: true,
  EnableOpenServer: false,
  EnableUserDeactivation: false,
  RestrictCreationToDomains: "",
  EnableCustomUserStatuses: true,
  EnableCustomBrand: false,
  CustomBrandText: "",
  CustomDescriptionText: "",
  RestrictDirectMessage: "any",
  EnableLastActiveTime: true,
  UserStatusAwayTimeout: 300,
  MaxChannelsPerTeam: 2000,
  MaxNotificationsPerChannel: 1000,
  EnableConfirmNotificationsToChannel: true,
  TeammateNameDisplay: "username",
  ExperimentalViewArchivedChannels: true,
  ExperimentalEnableAutomaticReplies: false,
  LockTeammateNameDisplay: false,
  ExperimentalPrimaryTeam: "",
  ExperimentalDefaultChannels: [] as string[],
  // later than 11.6: listed by AdminConfig
  EnableChannelCategorySorting: false,
};

export const supportSettings = {
  TermsOfServiceLink: "https://mattermost.com/pl/terms-of-use/",
  PrivacyPolicyLink: "https://mattermost.com/pl/privacy-policy/",
  AboutLink: "https://mattermost.com/pl/about-mattermost",
  HelpLink: "https://mattermost.com/pl/help/",
  ReportAProblemLink: "https://mattermost.com/pl/report-a-bug",
  ReportAProblemType: "default",
  ReportAProblemMail: "",
  AllowDownloadLogs: true,
  ForgotPasswordLink: "",
  SupportEmail: "",
  CustomTermsOfServiceEnabled: false,
  CustomTermsOfServiceReAcceptancePeriod: 365,
  EnableAskCommunityLink: true,
};

export const announcementSettings = {
  EnableBanner: false,
  BannerText: "",
  BannerColor: "#f2a93b",
  BannerTextColor: "#333333",
  AllowBannerDismissal: true,
  AdminNoticesEnabled: true,
  UserNoticesEnabled: true,
  NoticesURL: "https://notices.mattermost.com/",
  NoticesFetchFrequency: 3600,
  NoticesSkipCache: false,
};

export const themeSettings = {
  EnableThemeSelection: true,
  DefaultTheme: "default",
  AllowCustomThemes: true,
  AllowedThemes: [] as string[],
};

export const localizationSettings = {
  DefaultServerLocale: "en",
  DefaultClientLocale: "en",
  AvailableLocales: "",
  EnableExperimentalLocales: false,
};

export const nativeAppSettings = {
  AppCustomURLSchemes: ["mmauth://", "mmauthbeta://"],
  AppDownloadLink: "https://mattermost.com/pl/download-apps",
  AndroidAppDownloadLink: "https://mattermost.com/pl/android-app/",
  IosAppDownloadLink: "https://mattermost.com/pl/ios-app/",
  MobileExternalBrowser: false,
  MobileEnableBiometrics: false,
  MobilePreventScreenCapture: false,
  MobileJailbreakProtection: false,
  MobileEnableSecureFilePreview: false,
  MobileAllowPdfLinkNavigation: false,
  EnableIntuneMAM: false,
};

export const displaySettings = {
  CustomURLSchemes: [] as string[],
  MaxMarkdownNodes: 0,
};

export const guestAccountsSettings = {
  Enable: false,
  HideTags: false,
  AllowEmailAccounts: true,
  EnforceMultifactorAuthentication: false,
  RestrictCreationToDomains: "",
  EnableGuestMagicLink: false,
};

export const privacySettings = {
  ShowEmailAddress: true,
  ShowFullName: true,
  UseAnonymousURLs: false,
};

export const passwordSettings = {
  MinimumLength: 8,
  Lowercase: false,
  Number: false,
  Uppercase: false,
  Symbol: false,
  EnableForgotLink: true,
};

export const emailSettings = {
  EnableSignUpWithEmail: true,
  EnableSignInWithEmail: true,
  EnableSignInWithUsername: true,
  SendEmailNotifications: true,
  UseChannelInEmailNotifications: false,
  RequireEmailVerification: false,
  FeedbackName: "",
  FeedbackEmail: "test@example.com",
  ReplyToAddress: "test@example.com",
  FeedbackOrganization: "",
  EnableSMTPAuth: false,
  SMTPUsername: "",
  SMTPPassword: "",
  SMTPServer: "localhost",
  SMTPPort: "10025",
  SMTPServerTimeout: 10,
  ConnectionSecurity: "",
  SendPushNotifications: true,
  PushNotificationServer: "https://push-test.mattermost.com",
  PushNotificationContents: "full",
  PushNotificationBuffer: 1000,
  EnableEmailBatching: false,
  EmailBatchingBufferSize: 256,
  EmailBatchingInterval: 30,
  EnablePreviewModeBanner: true,
  SkipServerCertificateVerification: false,
  EmailNotificationContentsType: "full",
  LoginButtonColor: "#0000",
  LoginButtonBorderColor: "#2389D7",
  LoginButtonTextColor: "#2389D7",
};

/** Listed by AdminConfig; part of the client configuration (section 5, "Apps"). */
export const clientRequirements = {
  AndroidLatestVersion: "",
  AndroidMinVersion: "",
  IosLatestVersion: "",
  IosMinVersion: "",
};
