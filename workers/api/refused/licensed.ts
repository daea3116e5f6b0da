import { inChannel, inTeam, may, mayUnrestricted, nobody, self, session } from "./access.ts";
import type { Refusals } from "./refused.ts";

const admin = may("manage_system");
const policies = may("manage_system", "manage_channel_access_rules");
const readRetention = may("sysconsole_read_compliance_data_retention_policy");
const writeRetention = may("sysconsole_write_compliance_data_retention_policy");
const writeSchemes = may("sysconsole_write_user_management_permissions");

/** What Mattermost has for licensed servers only: error, who is told so, and the operations (client-flows 22). */
export const licensed: Refusals = [
  [
    "app.pap.not_initialized.app_error",
    policies,
    "CreateAccessControlPolicy UpdateAccessControlPoliciesActive GetAccessControlPolicyAutocompleteFields",
    "CheckAccessControlPolicyExpression TestAccessControlPolicyExpression ValidateExpressionAgainstRequester GetCELVisualAST",
  ],
  [
    "app.pap.not_initialized.app_error",
    admin,
    "SearchAccessControlPolicies GetAccessControlPolicy DeleteAccessControlPolicy UpdateAccessControlPolicyActiveStatus",
    "AssignAccessControlPolicyToChannels GetChannelsForAccessControlPolicy SearchChannelsForAccessControlPolicy",
    "UnassignAccessControlPolicyFromChannels",
  ],
  [
    "api.audit_logs.license_error",
    may("sysconsole_write_experimental_features"),
    "AddAuditLogCertificate RemoveAuditLogCertificate",
  ],
  [
    "ent.compliance.licence_disable.app_error",
    may("read_compliance_export_job"),
    "GetComplianceReports GetComplianceReport",
  ],
  ["ent.compliance.licence_disable.app_error", may("create_compliance_export_job"), "CreateComplianceReport"],
  [
    "ent.compliance.licence_disable.app_error",
    may("download_compliance_export_result"),
    "DownloadComplianceReport",
  ],
  ["app.job.download_export_results_not_enabled", may("download_compliance_export_result"), "DownloadJob"],
  ["api.data_spillage.error.license", admin, "GetCFConfig UpdateCFConfig"],
  [
    "api.data_spillage.error.license",
    session,
    "GetCFFields GetCFFlagConfig GetCFPost PostCFPostReviewer GetCFPostFieldValues PostCFPostFlag KeepCFPost RemoveCFPost",
    "SearchCFTeamReviewers",
  ],
  ["api.data_spillage.error.license", inTeam("view_team"), "GetCFTeamStatus"],
  ["api.custom_profile_attributes.license_error", admin, "CreateCPAField PatchCPAField DeleteCPAField"],
  ["api.custom_profile_attributes.license_error", session, "GetCPAGroup PatchCPAValues ListCPAValues"],
  ["api.custom_profile_attributes.license_error", self, "PatchCPAValuesForUser"],
  [
    "ent.data_retention.generic.license.error",
    readRetention,
    "GetDataRetentionPolicies GetDataRetentionPolicyByID GetChannelsForRetentionPolicy SearchChannelsForRetentionPolicy",
    "GetTeamsForRetentionPolicy SearchTeamsForRetentionPolicy GetDataRetentionPoliciesCount",
  ],
  [
    "ent.data_retention.generic.license.error",
    writeRetention,
    "CreateDataRetentionPolicy PatchDataRetentionPolicy DeleteDataRetentionPolicy AddChannelsToRetentionPolicy",
    "RemoveChannelsFromRetentionPolicy AddTeamsToRetentionPolicy RemoveTeamsFromRetentionPolicy",
  ],
  ["ent.data_retention.generic.license.error", session, "GetDataRetentionPolicy"],
  ["ent.data_retention.generic.license.error", admin, "GetChannelPoliciesForUser GetTeamPoliciesForUser"],
  [
    "ent.elasticsearch.test_config.license.error",
    mayUnrestricted("purge_elasticsearch_indexes"),
    "PurgeElasticsearchIndexes",
  ],
  ["ent.elasticsearch.test_config.license.error", mayUnrestricted("test_elasticsearch"), "TestElasticsearch"],
  [
    "api.license_error",
    // The licence is asked for first, before any permission.
    session,
    "CreateGroup GetGroup DeleteGroup GetGroupSyncablesChannels GetGroupSyncableForChannelId LinkGroupSyncableForChannel",
    "UnlinkGroupSyncableForChannel PatchGroupSyncableForChannel GetGroupUsers AddGroupMembers DeleteGroupMembers PatchGroup",
    "RestoreGroup GetGroupStats GetGroupSyncablesTeams GetGroupSyncableForTeamId LinkGroupSyncableForTeam",
    "UnlinkGroupSyncableForTeam PatchGroupSyncableForTeam GetLdapGroups GetGroupsByTeam GetGroupsAssociatedToChannelsByTeam",
  ],
  ["api.license_error", may("sysconsole_read_user_management_groups"), "TeamMembersMinusGroupMembers"],
  [
    "api.context.ip_filtering.not_available.app_error",
    may("sysconsole_read_site_ip_filters"),
    "GetIPFilters",
  ],
  [
    "api.context.ip_filtering.not_available.app_error",
    may("sysconsole_write_site_ip_filters"),
    "ApplyIPFilters",
  ],
  ["api.context.ip_filtering.not_available.app_error", session, "MyIP"],
  ["api.admin.ldap.not_available.app_error", may("add_ldap_private_cert"), "UploadLdapPrivateCertificate"],
  ["api.admin.ldap.not_available.app_error", may("remove_ldap_private_cert"), "DeleteLdapPrivateCertificate"],
  ["api.admin.ldap.not_available.app_error", may("add_ldap_public_cert"), "UploadLdapPublicCertificate"],
  ["api.admin.ldap.not_available.app_error", may("remove_ldap_public_cert"), "DeleteLdapPublicCertificate"],
  [
    "api.ldap_groups.license_error",
    may("sysconsole_write_user_management_groups"),
    "LinkLdapGroup UnlinkLdapGroup AddUserToGroupSyncables",
  ],
  ["api.ldap_groups.license_error", admin, "MigrateIdLdap"],
  ["api.ldap_groups.license_error", may("create_ldap_sync_job"), "SyncLdap"],
  ["api.ldap_groups.license_error", may("test_ldap"), "TestLdap TestLdapConnection TestLdapDiagnostics"],
  ["api.admin.ldap.not_available.app_error", admin, "MigrateAuthToLdap"],
  ["api.admin.saml.not_available.app_error", admin, "MigrateAuthToSaml ResetSamlAuthDataToEmail"],
  ["api.admin.saml.not_available.app_error", may("add_saml_idp_cert"), "UploadSamlIdpCertificate"],
  ["api.admin.saml.not_available.app_error", may("remove_saml_idp_cert"), "DeleteSamlIdpCertificate"],
  ["api.admin.saml.not_available.app_error", may("add_saml_private_cert"), "UploadSamlPrivateCertificate"],
  ["api.admin.saml.not_available.app_error", may("remove_saml_private_cert"), "DeleteSamlPrivateCertificate"],
  ["api.admin.saml.not_available.app_error", may("add_saml_public_cert"), "UploadSamlPublicCertificate"],
  ["api.admin.saml.not_available.app_error", may("remove_saml_public_cert"), "DeleteSamlPublicCertificate"],
  ["api.admin.saml.not_available.app_error", nobody, "GetSamlMetadata"],
  ["api.admin.saml.not_available.app_error", may("get_saml_metadata_from_idp"), "GetSamlMetadataFromIdp"],
  [
    "api.context.outgoing_oauth_connection.not_available.configuration_disabled",
    may("manage_outgoing_oauth_connections"),
    "ListOutgoingOAuthConnections CreateOutgoingOAuthConnection ValidateOutgoingOAuthConnection GetOutgoingOAuthConnection",
    "UpdateOutgoingOAuthConnection DeleteOutgoingOAuthConnection",
  ],
  ["api.scheme.create_scheme.license.error", writeSchemes, "CreateScheme"],
  ["api.scheme.patch_scheme.license.error", writeSchemes, "PatchScheme"],
  ["api.scheme.delete_scheme.license.error", writeSchemes, "DeleteScheme"],
  ["api.no_license", mayUnrestricted("manage_system"), "GenerateSupportPacket"],
  ["app.report.start_users_batch_export.license_error", admin, "StartBatchUsersExport"],
  ["app.terms_of_service.get.no_rows.app_error", session, "GetTermsOfService"],
  ["api.create_terms_of_service.custom_terms_of_service_disabled.app_error", admin, "CreateTermsOfService"],
  [
    "api.remote_cluster.service_not_enabled.app_error",
    may("manage_secure_connections", "manage_shared_channels"),
    "GetRemoteClusters GetRemoteCluster GetSharedChannelRemotesByRemoteCluster",
  ],
  [
    "api.remote_cluster.service_not_enabled.app_error",
    may("manage_secure_connections"),
    "CreateRemoteCluster AcceptRemoteClusterInvite PatchRemoteCluster DeleteRemoteCluster GenerateRemoteClusterInvite",
  ],
  [
    "api.remote_cluster.service_not_enabled.app_error",
    may("manage_shared_channels"),
    "InviteRemoteClusterToChannel UninviteRemoteClusterToChannel",
  ],
  ["api.remote_cluster.service_not_enabled.app_error", session, "GetRemoteClusterInfo"],
  ["api.remote_cluster.service_not_enabled.app_error", inChannel("read_channel"), "GetSharedChannelRemotes"],
  ["api.remote_cluster.service_not_enabled.app_error", inTeam("view_team"), "GetAllSharedChannels"],
];
