import type { Entry } from "./catalogue.ts";

export const status = {
  "api.status.user_not_found.app_error": [404, "There is no such user."],
} as const satisfies Record<string, Entry>;
