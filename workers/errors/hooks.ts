import type { Entry } from "./catalogue.ts";

export const hooks = {
  "web.incoming_webhook.general.app_error": [400, "{message}"],
  "web.incoming_webhook.disabled.app_error": [501, "Incoming webhooks are turned off."],
  "web.incoming_webhook.invalid.app_error": [400, "There is no such webhook."],
  "web.incoming_webhook.parse.app_error": [400, "The payload could not be read."],
  "web.incoming_webhook.text.app_error": [400, "The payload has neither text nor attachments."],
  "web.incoming_webhook.user.app_error": [403, "The webhook's owner is not there any more."],
  "web.incoming_webhook.channel.app_error": [404, "There is no such channel."],
  "web.incoming_webhook.channel_locked.app_error": [403, "The webhook posts to its own channel only."],
  "web.incoming_webhook.permissions.app_error": [403, "The webhook's owner may not read this channel."],
  "web.incoming_webhook.too_large.app_error": [400, "The attachments are too large."],
  "api.incoming_webhook.disabled.app_error": [501, "Incoming webhooks are turned off."],
  "app.webhooks.get_incoming.app_error": [404, "There is no such webhook."],
  "model.incoming_hook.display_name.app_error": [400, "The display name is too long."],
  "model.incoming_hook.description.app_error": [400, "The description is too long."],
  "model.incoming_hook.username.app_error": [400, "The username is too long."],
  "model.incoming_hook.icon_url.app_error": [400, "The address of the icon is too long."],
  "api.webhook.team_mismatch.app_error": [400, "The channel is of another team."],
} as const satisfies Record<string, Entry>;
