import type { Entry } from "./catalogue.ts";

export const preferences = {
  "api.preference.update_preferences.set.app_error": [403, "These preferences are not of this user."],
  "api.preference.delete_preferences.delete.app_error": [403, "These preferences are not of this user."],
  "api.preference.preferences_category.get.app_error": [404, "There are no preferences of this category."],
  "app.preference.get.app_error": [400, "There is no such preference."],
  "model.preference.is_valid.category.app_error": [400, "The category is missing or too long."],
  "model.preference.is_valid.name.app_error": [400, "The name is too long."],
  "model.preference.is_valid.value.app_error": [400, "The value is too long."],
  "model.preference.is_valid.theme.app_error": [400, "The theme is not a JSON object of strings."],
  "model.preference.is_valid.limit_visible_dms_gms.app_error": [
    400,
    "The number of visible direct messages must be 1 to 40.",
  ],
  "api.preference.flagged_post.not_found.app_error": [404, "There is no such post."],
} as const satisfies Record<string, Entry>;
