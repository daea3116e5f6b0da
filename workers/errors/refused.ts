import type { Entry } from "./catalogue.ts";

/** Of operations that a server without a licence refuses (workers/api/refused). */
export const refused = {
  "api.context.not_offered.app_error": [501, "No server offers this over HTTP."],
  "app.pap.not_initialized.app_error": [501, "The Policy Administration Point is not initialized."],
  "api.audit_logs.license_error": [501, "Audit logs to a remote server need a licence."],
  "api.server.cws.needs_enterprise_edition": [400, "This server is not a Mattermost Cloud workspace."],
  "app.cloud.preview_modal_bucket_url_not_configured": [404, "There is no preview for this server."],
  "ent.compliance.licence_disable.app_error": [501, "Compliance reports need a licence."],
  "api.data_spillage.error.license": [501, "Content flagging needs a licence."],
  "ent.data_retention.generic.license.error": [501, "Data retention needs a licence."],
  "ent.elasticsearch.test_config.license.error": [501, "Elasticsearch needs a licence."],
  "api.server.hosted_signup_unavailable.error": [501, "This server sells nothing."],
  "api.context.ip_filtering.not_available.app_error": [501, "IP filtering is not available."],
  "app.job.download_export_results_not_enabled": [501, "Compliance exports are not enabled."],
  "api.admin.ldap.not_available.app_error": [501, "AD/LDAP is not available."],
  "api.ldap_groups.license_error": [501, "AD/LDAP groups need a licence."],
  "api.admin.saml.not_available.app_error": [501, "SAML is not available."],
  "api.context.outgoing_oauth_connection.not_available.configuration_disabled": [
    501,
    "Outgoing OAuth connections are not available.",
  ],
  "app.agents.bridge.not_available.plugin_env_not_initialized": [
    501,
    "There is no agents plugin on this server.",
  ],
  "api.recap.disabled.app_error": [501, "Recaps are switched off."],
  "api.remote_cluster.service_not_enabled.app_error": [
    501,
    "Connections to other workspaces are switched off.",
  ],
  "app.report.start_users_batch_export.license_error": [
    400,
    "The export of the list of users needs a licence.",
  ],
  "api.restart_server.app_error": [501, "This server is restarted where it was started."],
  "api.upgrade_to_enterprise.app_error": [501, "This server cannot be made a Mattermost Enterprise."],
  "api.scheme.create_scheme.license.error": [501, "Permission schemes need a licence."],
  "api.scheme.patch_scheme.license.error": [501, "Permission schemes need a licence."],
  "api.scheme.delete_scheme.license.error": [501, "Permission schemes need a licence."],
  "api.no_license": [403, "A support packet needs a licence."],
  "app.terms_of_service.get.no_rows.app_error": [404, "There are no terms of service."],
  "api.create_terms_of_service.custom_terms_of_service_disabled.app_error": [
    400,
    "Custom terms of service are switched off.",
  ],
  "api.latest_version.not_available.app_error": [
    501,
    "This server knows of no place that announces its releases.",
  ],
  "api.notify_admin.not_available.app_error": [501, "There is nothing to ask an administrator to buy."],
} as const satisfies Record<string, Entry>;
