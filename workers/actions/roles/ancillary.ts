/** Permissions that a page of the System Console needs besides its own (http-conventions 8, POST /permissions/ancillary). */
const READ: Record<string, string> = {
  user_management_channels:
    "read_public_channel read_channel read_public_channel_groups read_private_channel_groups",
  user_management_users: "read_other_users_teams get_analytics",
  user_management_teams: "list_private_teams list_public_teams view_team",
  environment_elasticsearch: "read_elasticsearch_post_indexing_job read_elasticsearch_post_aggregation_job",
  environment_file_storage: "",
  about_edition_and_license: "read_license_information",
  reporting_site_statistics: "get_analytics",
  reporting_team_statistics: "view_team get_analytics",
  reporting_server_logs: "get_logs",
  authentication_ldap: "test_ldap read_ldap_sync_job",
  authentication_saml: "get_saml_metadata_from_idp get_saml_cert_status",
  compliance_data_retention_policy: "read_data_retention_job",
  compliance_compliance_export: "read_compliance_export_job download_compliance_export_result",
  compliance_compliance_monitoring: "read_audits",
  integrations_integration_management: "",
  user_management_groups: "list_public_teams list_private_teams read_ldap_sync_job",
};

const WRITE: Record<string, string> = {
  user_management_users: "edit_other_users demote_to_guest promote_guest",
  user_management_channels:
    "manage_team manage_public_channel_properties manage_private_channel_properties manage_private_channel_members manage_public_channel_members delete_private_channel delete_public_channel manage_channel_roles convert_public_channel_to_private convert_private_channel_to_public",
  user_management_teams:
    "manage_team manage_team_roles remove_user_from_team join_private_teams join_public_teams add_user_to_team",
  user_management_groups:
    "manage_team add_user_to_team convert_public_channel_to_private convert_private_channel_to_public",
  environment_web_server: "test_site_url reload_config invalidate_caches",
  environment_database: "recycle_database_connections",
  environment_elasticsearch:
    "test_elasticsearch create_elasticsearch_post_indexing_job create_elasticsearch_post_aggregation_job purge_elasticsearch_indexes",
  environment_file_storage: "test_s3",
  environment_smtp: "test_email",
  about_edition_and_license: "manage_license_information",
  authentication_signup: "invalidate_email_invite",
  authentication_ldap:
    "create_ldap_sync_job add_ldap_public_cert remove_ldap_public_cert add_ldap_private_cert remove_ldap_private_cert",
  authentication_saml:
    "add_saml_public_cert add_saml_private_cert add_saml_idp_cert remove_saml_public_cert remove_saml_private_cert remove_saml_idp_cert get_saml_cert_status",
  compliance_data_retention_policy: "create_data_retention_job",
  compliance_compliance_export: "create_compliance_export_job",
  integrations_integration_management: "manage_outgoing_oauth_connections",
  site_customization: "edit_brand",
};

/** `permissions` with what their System Console pages need besides, each once. */
export function withAncillary(permissions: readonly string[]): string[] {
  const all = new Set(permissions);
  for (const permission of permissions) {
    const match = /^sysconsole_(read|write)_(.+)$/.exec(permission);
    const more = match && (match[1] === "read" ? READ : WRITE)[match[2]!];
    if (more) for (const name of more.split(" ")) all.add(name);
  }
  return [...all];
}
