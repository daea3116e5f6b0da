import type { Entry } from "./catalogue.ts";

export const roles = {
  "app.role.get.app_error": [404, "There is no such role."],
  "app.role.get_by_name.app_error": [404, "There is no role of that name."],
  "api.roles.get_multiple_by_name_too_many.request_error": [
    400,
    "Too many role names: no more than {max} at once.",
  ],
  "api.roles.patch_roles.not_allowed_permission.error": [
    501,
    "The permission {name} cannot be given or taken.",
  ],
  "api.roles.patch_roles.license.error": [
    501,
    "The permissions of guests cannot be changed without a licence.",
  ],
  "app.scheme.get.app_error": [404, "There is no such scheme."],
} as const satisfies Record<string, Entry>;
