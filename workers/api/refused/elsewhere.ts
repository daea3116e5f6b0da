import { may, mayUnrestricted, nobody, session } from "./access.ts";
import type { Refusals } from "./refused.ts";

const readBilling = may("sysconsole_read_billing");
const writeBilling = may("sysconsole_write_billing");
const admin = may("manage_system");
const licence = mayUnrestricted("manage_license_information");

/** What only exists on Mattermost's own cloud, on a server's local socket, with a plugin, or in the description alone. */
export const elsewhere: Refusals = [
  [
    "api.server.cws.needs_enterprise_edition",
    nobody,
    "CheckCWSConnection LoginByCwsToken PostEndpointForCwsWebhooks",
  ],
  [
    "api.server.cws.needs_enterprise_edition",
    readBilling,
    "GetCloudCustomer GetCloudProducts GetSubscription GetInvoicesForSubscription GetInvoiceForSubscriptionAsPdf",
  ],
  ["api.server.cws.needs_enterprise_edition", writeBilling, "UpdateCloudCustomer UpdateCloudCustomerAddress"],
  [
    "api.server.cws.needs_enterprise_edition",
    writeBilling,
    "POST/api/v4/cloud/validate-workspace-business-email",
  ],
  [
    "api.server.cws.needs_enterprise_edition",
    may("sysconsole_read_site_ip_filters"),
    "GetEndpointForInstallationInformation",
  ],
  [
    "api.server.cws.needs_enterprise_edition",
    session,
    "GetCloudLimits POST/api/v4/cloud/validate-business-email",
  ],
  ["app.cloud.preview_modal_bucket_url_not_configured", session, "GetPreviewModalData"],
  ["api.server.hosted_signup_unavailable.error", session, "GET/api/v4/hosted_customer/signup_available"],
  [
    "api.license.upgrade_needed.app_error",
    licence,
    "UploadLicenseFile RemoveLicenseFile RequestTrialLicense",
  ],
  [
    "api.upgrade_to_enterprise.app_error",
    admin,
    "UpgradeToEnterprise IsAllowedToUpgradeToEnterprise UpgradeToEnterpriseStatus",
  ],
  ["api.restart_server.app_error", admin, "RestartServer"],
  [
    // Mattermost's own releases are not this server's, and those are announced nowhere that a server could ask.
    "api.latest_version.not_available.app_error",
    mayUnrestricted("manage_system"),
    "GET/api/v4/latest_version",
  ],
  ["api.notify_admin.not_available.app_error", session, "POST/api/v4/users/notify-admin"],
  ["api.notify_admin.not_available.app_error", admin, "POST/api/v4/users/trigger-notify-admin-posts"],
  ["app.agents.bridge.not_available.plugin_env_not_initialized", session, "RewriteMessage"],
  [
    // Where browsers come and go for a login by another service.
    "api.user.get_authorization_code.unsupported.app_error",
    nobody,
    "GET/oauth/{service}/login GET/oauth/{service}/signup GET/oauth/{service}/mobile_login GET/oauth/{service}/complete",
    "GET/api/v3/oauth/{service}/complete GET/login/{service}/complete GET/signup/{service}/complete LoginIntune",
  ],
  ["api.admin.saml.not_available.app_error", nobody, "GET/login/sso/saml POST/login/sso/saml"],
  ["api.license_error", nobody, "GET/login/one_time_link"],
  [
    "api.recap.disabled.app_error",
    session,
    "GetRecapsForUser CreateRecap GetRecap DeleteRecap MarkRecapAsRead RegenerateRecap",
  ],
  [
    // For other servers, which say who they are by a token of their own.
    "api.remote_cluster.service_not_enabled.app_error",
    nobody,
    "POST/api/v4/remotecluster/confirm_invite POST/api/v4/remotecluster/msg POST/api/v4/remotecluster/ping",
    "POST/api/v4/remotecluster/upload/{upload_id} POST/api/v4/remotecluster/{user_id}/image",
  ],
  [
    // Described, but not served by any release.
    "api.context.not_offered.app_error",
    nobody,
    "GetAIAgents GetAIServices PurgeBleveIndexes GetBotIconImage SetBotIconImage DeleteBotIconImage CreateCustomerPayment",
    "ConfirmCustomerPayment RequestLicenseRenewalLink CheckUserMfa GetThreadMentionCountsByChannel",
  ],
  [
    // On the local socket of a Mattermost server only.
    "api.context.not_offered.app_error",
    nobody,
    "CheckIntegrity PermanentDeleteAllUsers POST/api/v4/config/migrate POST/api/v4/plugins/reattach",
    "POST/api/v4/plugins/{plugin_id}/detach",
  ],
];
