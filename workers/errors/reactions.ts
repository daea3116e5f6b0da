import type { Entry } from "./catalogue.ts";

export const reactions = {
  "api.reaction.save_reaction.user_id.app_error": [403, "A reaction can only be added in one's own name."],
  "api.reaction.save.archived_channel.app_error": [403, "Reacting in an archived channel is not possible."],
  "api.reaction.delete.archived_channel.app_error": [
    403,
    "Removing a reaction in an archived channel is not possible.",
  ],
  "app.reaction.save.save.too_many_reactions": [400, "This post has too many different reactions."],
  "app.emoji.get_by_name.no_result": [404, "There is no such emoji."],
} as const satisfies Record<string, Entry>;
