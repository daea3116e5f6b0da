import type { Entry } from "./catalogue.ts";

export const emoji = {
  "api.emoji.disabled.app_error": [501, "Custom emoji are turned off."],
  "api.emoji.create.parse.app_error": [400, "The form could not be read, or has no emoji or no image."],
  "api.emoji.create.other_user.app_error": [403, "An emoji is created in one's own name only."],
  "api.emoji.create.duplicate.app_error": [400, "There is an emoji of that name."],
  "api.emoji.create.too_large.app_error": [400, "The image is larger than 512 KiB."],
  "api.emoji.upload.image.app_error": [400, "The file is no image that can be read."],
  "api.emoji.upload.large_image.too_large.app_error": [400, "The image has more than 1028 x 1028 pixels."],
  "model.emoji.name.app_error": [
    400,
    "The name has 1 to 64 letters, digits, hyphens, underscores or plus signs.",
  ],
  "model.emoji.system_emoji_name.app_error": [400, "The name is that of a built-in emoji."],
  "app.emoji.get.no_result": [404, "There is no such emoji."],
  "api.emoji.get_image.read.app_error": [404, "The image of this emoji is missing."],
  "api.emoji.get_multiple_by_name_too_many.request_error": [400, "Ask for at most {max} emoji at a time."],
} as const satisfies Record<string, Entry>;
