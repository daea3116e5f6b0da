import type { Entry } from "./catalogue.ts";

export const drafts = {
  "api.drafts.disabled.app_error": [501, "Drafts are not kept on this server."],
  "api.draft.create_draft.can_not_draft_to_deleted.error": [400, "This channel is archived."],
  "model.draft.is_valid.message_length.app_error": [400, "The message is too long."],
  "model.draft.is_valid.props.app_error": [400, "The properties are too large."],
  "model.draft.is_valid.file_ids.app_error": [400, "These are too many files."],
  "model.draft.is_valid.priority.app_error": [400, "The priority is not one that there is."],
} as const satisfies Record<string, Entry>;
