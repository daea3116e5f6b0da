import type { Entry } from "./catalogue.ts";

export const tokens = {
  "app.user_access_token.disabled": [501, "Personal access tokens are turned off."],
  "app.user_access_token.get_by_user.app_error": [404, "There is no such token."],
  "model.user_access_token.is_valid.description.app_error": [400, "The description is too long."],
} as const satisfies Record<string, Entry>;
