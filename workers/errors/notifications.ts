import type { Entry } from "./catalogue.ts";

export const notifications = {
  "api.push_notification.disabled.app_error": [501, "Push notifications are turned off."],
} as const satisfies Record<string, Entry>;
