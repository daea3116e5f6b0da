import type { Entry } from "./catalogue.ts";

export const bots = {
  "api.bot.create_disabled": [403, "Making bots is turned off."],
  "store.sql_bot.get.missing.app_error": [404, "There is no such bot."],
  "model.bot.is_valid.description.app_error": [400, "The description is too long."],
  "api.bot.is_bot_already": [400, "This account is a bot already."],
} as const satisfies Record<string, Entry>;
