import { BUILD_DATE, BUILD_HASH, BUILD_NUMBER, SERVER_VERSION } from "../version.ts";
import type { ClientFacts, Config, Values } from "./value.ts";

/** The keys tagged L in section 5: sent whether or not there is a session. */
export function limited(config: Config, facts: ClientFacts): Values {
  return { ...identity(config, facts), ...signIn(config), ...brand(config), ...unlicensed };
}

function identity(config: Config, facts: ClientFacts): Values {
  const { ServiceSettings: service, ImageProxySettings: proxy, LogSettings: log } = config;
  return {
    Version: SERVER_VERSION,
    BuildNumber: BUILD_NUMBER,
    BuildDate: BUILD_DATE,
    BuildHash: BUILD_HASH,
    BuildHashEnterprise: "none",
    BuildEnterpriseReady: false,
    ServiceEnvironment: "production",
    IsFipsEnabled: false,
    TelemetryId: facts.diagnosticId,
    DiagnosticId: facts.diagnosticId,
    NoAccounts: facts.noAccounts,
    AsymmetricSigningPublicKey: facts.asymmetricPublicKey,
    // Whatever a configuration brought from elsewhere says: true makes web load a vendor's telemetry.
    DiagnosticsEnabled: false,
    EnableDiagnostics: false,
    EnableClientMetrics: config.MetricsSettings.EnableClientMetrics,
    SiteURL: service.SiteURL,
    SiteName: config.TeamSettings.SiteName,
    WebsocketURL: service.WebsocketURL,
    WebsocketPort: service.WebsocketPort,
    WebsocketSecurePort: service.WebsocketSecurePort,
    EnableDesktopLandingPage: service.EnableDesktopLandingPage,
    EnableUserStatuses: service.EnableUserStatuses,
    EnableJoinLeaveMessageByDefault: config.TeamSettings.EnableJoinLeaveMessageByDefault,
    EnableCustomEmoji: service.EnableCustomEmoji,
    HasImageProxy: proxy.Enable,
    EnableBotAccountCreation: service.EnableBotAccountCreation,
    PluginsEnabled: config.PluginSettings.Enable,
    AppsPluginEnabled: false,
    DefaultClientLocale: config.LocalizationSettings.DefaultClientLocale,
    EnableFile: log.EnableFile,
    FileLevel: log.FileLevel,
  };
}

function signIn(config: Config): Values {
  const { EmailSettings: email, PasswordSettings: password, TeamSettings: team } = config;
  return {
    EnableUserCreation: team.EnableUserCreation,
    EnableOpenServer: team.EnableOpenServer,
    EnableSignUpWithEmail: email.EnableSignUpWithEmail,
    EnableSignInWithEmail: email.EnableSignInWithEmail,
    EnableSignInWithUsername: email.EnableSignInWithUsername,
    EmailLoginButtonColor: email.LoginButtonColor,
    EmailLoginButtonBorderColor: email.LoginButtonBorderColor,
    EmailLoginButtonTextColor: email.LoginButtonTextColor,
    EnableMultifactorAuthentication: config.ServiceSettings.EnableMultifactorAuthentication,
    PasswordMinimumLength: password.MinimumLength,
    PasswordRequireLowercase: password.Lowercase,
    PasswordRequireUppercase: password.Uppercase,
    PasswordRequireNumber: password.Number,
    PasswordRequireSymbol: password.Symbol,
    PasswordEnableForgotLink: password.EnableForgotLink,
    ForgotPasswordLink: config.SupportSettings.ForgotPasswordLink,
  };
}

function brand(config: Config): Values {
  const { ClientRequirements: apps, NativeAppSettings: native, SupportSettings: support } = config;
  return {
    EnableCustomBrand: config.TeamSettings.EnableCustomBrand,
    CustomBrandText: config.TeamSettings.CustomBrandText,
    CustomDescriptionText: config.TeamSettings.CustomDescriptionText,
    TermsOfServiceLink: support.TermsOfServiceLink,
    PrivacyPolicyLink: support.PrivacyPolicyLink,
    AboutLink: support.AboutLink,
    HelpLink: support.HelpLink,
    ReportAProblemType: support.ReportAProblemType,
    ReportAProblemLink: support.ReportAProblemLink,
    ReportAProblemMail: support.ReportAProblemMail,
    AllowDownloadLogs: support.AllowDownloadLogs,
    SupportEmail: support.SupportEmail,
    EnableAskCommunityLink: support.EnableAskCommunityLink,
    AppDownloadLink: native.AppDownloadLink,
    AndroidAppDownloadLink: native.AndroidAppDownloadLink,
    IosAppDownloadLink: native.IosAppDownloadLink,
    MobileExternalBrowser: native.MobileExternalBrowser,
    AndroidLatestVersion: apps.AndroidLatestVersion,
    AndroidMinVersion: apps.AndroidMinVersion,
    IosLatestVersion: apps.IosLatestVersion,
    IosMinVersion: apps.IosMinVersion,
  };
}

/** Fixed without a licence, whatever the configuration says. */
const unlicensed: Values = {
  EnableComplianceExport: false,
  CWSURL: "",
  EnforceMultifactorAuthentication: false,
  EnableSignUpWithGoogle: false,
  EnableSignUpWithOffice365: false,
  EnableSignUpWithOpenId: false,
  OpenIdButtonText: "",
  OpenIdButtonColor: "",
  EnableLdap: false,
  LdapLoginFieldName: "",
  LdapLoginButtonColor: "",
  LdapLoginButtonBorderColor: "",
  LdapLoginButtonTextColor: "",
  EnableSaml: false,
  SamlLoginButtonText: "",
  SamlLoginButtonColor: "",
  SamlLoginButtonBorderColor: "",
  SamlLoginButtonTextColor: "",
  EnableGuestAccounts: false,
  HideGuestTags: false,
  GuestAccountsEnforceMultifactorAuthentication: false,
  EnableGuestMagicLink: false,
};
