import type { Entry } from "./catalogue.ts";

export const system = {
  "api.config.update_config.clear_siteurl.app_error": [400, "The site URL cannot be cleared once it is set."],
  "api.config.update_config.not_allowed_security.app_error": [
    403,
    "{name} cannot be changed here, for safety.",
  ],
  "api.config.update_config.restricted_merge.app_error": [
    409,
    "The configuration was changed by somebody else meanwhile; please load it again.",
  ],
  "api.custom_profile_attributes.license_error": [403, "Custom profile attributes need a licence."],
  "ent.cluster.save_config.error": [
    403,
    "The configuration is read-only in a cluster while ClusterSettings.ReadOnlyConfig is set.",
  ],
  "api.system.recycle_database.app_error": [
    503,
    "The database that SqlSettings.DataSource names cannot be used: {problem}.",
  ],
  "api.license.upgrade_needed.app_error": [403, "This server has no licences."],
  "api.command.team_command.organization.app_error": [400, "The name of the organization is missing."],
  "app.analytics.get.not_found.app_error": [404, "There are no such statistics."],
  "api.server.logs.too_long.app_error": [400, "The log entry is too long."],
} as const satisfies Record<string, Entry>;
