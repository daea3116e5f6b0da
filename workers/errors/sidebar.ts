import type { Entry } from "./catalogue.ts";

export const sidebar = {
  "api.channel.create_sidebar_category.name.app_error": [
    400,
    "A category needs a name of 1 to 64 characters.",
  ],
  "app.channel.sidebar_categories.app_error": [
    400,
    "The order must list exactly the categories that there are.",
  ],
  "app.channel.sidebar_category.delete.app_error": [400, "Only categories that you made can be deleted."],
} as const satisfies Record<string, Entry>;
