// Rows of `systems` that a real Mattermost looks for when it starts.

import { generateKeyPairSync, randomBytes } from "node:crypto";

/**
 * Markers of one-time steps, value "true". A real server runs each step that has no marker, so these may be
 * written only together with the final built-in roles, never into an install that keeps its own.
 * Absent on purpose: content_flagging_setup_done (the original makes its property fields itself) and
 * FirstAdminSetupComplete (written when a team exists).
 */
export const startUpMarkers = `
    CRTChannelMembershipCountsMigrationComplete CRTThreadCountsAndUnreadsMigrationComplete
    AdvancedPermissionsMigrationComplete EmojisPermissionsMigrationComplete
    GuestRolesCreationMigrationComplete SystemConsoleRolesCreationMigrationComplete
    CustomGroupAdminRoleCreationMigrationComplete SharedChannelManagerRoleCreationMigrationComplete
    SecureConnectionManagerRoleCreationMigrationComplete PlaybookRolesCreationMigrationComplete
    emoji_permissions_split webhook_permissions_split integrations_own_permissions
    list_join_public_private_teams remove_permanent_delete_user add_bot_permissions
    apply_channel_manage_delete_to_channel_user remove_channel_manage_delete_from_team_user
    view_members_new_permission add_manage_guests_permissions channel_moderations_permissions
    add_use_group_mentions_permission add_system_console_permissions add_convert_channel_permissions
    manage_shared_channel_permissions manage_secure_connections_permissions add_system_roles_permissions
    add_billing_permissions download_compliance_export_results experimental_subsection_permissions
    authentication_subsection_permissions integrations_subsection_permissions site_subsection_permissions
    compliance_subsection_permissions environment_subsection_permissions about_subsection_permissions
    reporting_subsection_permissions test_email_ancillary_permission playbooks_permissions
    custom_groups_permissions playbooks_manage_roles products_boards custom_groups_permission_restore
    read_channel_content_permissions add_ip_filtering_permissions add_outgoing_oauth_connections_permissions
    add_channel_bookmarks_permissions add_manage_jobs_ancillary_permissions add_upload_file_permission
    restrict_access_to_channel_conversion_to_public_permissions fix_read_audits_permission
    remove_get_analytics_permission add_sysconsole_mobile_security_permission add_channel_banner_permissions
    add_channel_access_rules_permission add_channel_auto_translation_permissions
    shared_channel_manager_permissions secure_connection_manager_permissions restore_manage_oauth_permission
    ContentExtractionConfigDefaultTrueMigrationComplete PostPriorityConfigDefaultTrueMigrationComplete
    RemainingSchemaMigrations migration_advanced_permissions_phase_2 delete_empty_drafts_migration
    delete_orphan_drafts_migration delete_dms_preferences_migration`
  .split(/\s+/)
  .filter(Boolean);

/** The server's own rows, each made only when it is absent. `oldest`: the time of the first user, or now. */
export const dataRows: Record<string, (oldest: number, now: number) => string> = {
  DiagnosticId: () => newId(),
  InstallationDate: (oldest) => String(oldest),
  FirstServerRunTimestamp: (_oldest, now) => String(now),
  AsymmetricSigningKey: () => signingKey(),
  PostActionCookieSecret: () => JSON.stringify({ key: randomBytes(32).toString("base64") }),
  ActiveLicenseId: () => "",
};

/** A random 26-character id in Mattermost's alphabet. */
export function newId(): string {
  const alphabet = "ybndrfg8ejkmcpqxot1uwisza345h769";
  return Array.from(randomBytes(26), (byte) => alphabet[byte & 31]).join("");
}

/** The integers are far beyond 2^53, so this is written as text: JSON.stringify knows no big integers. */
function signingKey(): string {
  const jwk = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  const integer = (base64url: string) => BigInt(`0x${Buffer.from(base64url, "base64url").toString("hex")}`);
  const part = (name: "x" | "y" | "d") => `"${name}":${integer(jwk[name]!)}`;
  return `{"ecdsa_key":{"curve":"P-256",${part("x")},${part("y")},${part("d")}}}`;
}
