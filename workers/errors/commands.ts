import type { Entry } from "./catalogue.ts";

export const commands = {
  "api.command.disabled.app_error": [501, "Custom slash commands are turned off."],
  "api.command.execute_command.start.app_error": [400, "A command begins with a slash and has a name."],
  "api.command.execute_command.deleted.error": [400, "This channel is archived."],
  "api.command.execute_command.not_found.app_error": [404, "There is no command /{trigger}."],
} as const satisfies Record<string, Entry>;
