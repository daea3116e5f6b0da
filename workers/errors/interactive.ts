import type { Entry } from "./catalogue.ts";

export const interactive = {
  "api.post.do_action.action_id.app_error": [404, "There is no such action."],
  "api.post.do_action.action_integration.app_error": [400, "The integration of the action failed."],
  "interactive_message.decode_trigger_id.missing_data": [400, "The trigger id is not one of this server's."],
  "interactive_message.decode_trigger_id.expired": [400, "The trigger id has expired."],
  "interactive_message.decode_trigger_id.verify_signature_failed": [
    400,
    "The trigger id is not one of this server's.",
  ],
} as const satisfies Record<string, Entry>;
