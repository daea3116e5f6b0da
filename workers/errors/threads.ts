import type { Entry } from "./catalogue.ts";

export const threads = {
  "app.thread.get_membership.not_found.app_error": [404, "The user does not follow this thread."],
  "api.thread.list.both_only.app_error": [400, "Only one of totalsOnly and threadsOnly can be asked for."],
  "api.thread.list.before_after.app_error": [400, "Only one of before and after can be given."],
} as const satisfies Record<string, Entry>;
