import type { Entry } from "./catalogue.ts";

export const bookmarks = {
  "api.channel.bookmark.create_channel_bookmark.deleted_channel.forbidden.app_error": [
    403,
    "The channel is archived.",
  ],
  "app.channel.bookmark.get.app_error": [404, "There is no such bookmark."],
  "app.channel.bookmark.max.app_error": [400, "A channel has at most {limit} bookmarks."],
  "app.channel.bookmark.file.app_error": [
    400,
    "The file is not one that may become this channel's bookmark.",
  ],
  "app.channel.bookmark.update_sort.invalid_input.app_error": [
    400,
    "There is no such place among the bookmarks.",
  ],
  "model.channel_bookmark.is_valid.display_name.app_error": [400, "The name has 1 to 64 characters."],
  "model.channel_bookmark.is_valid.type.app_error": [400, "A bookmark is a link or a file."],
  "model.channel_bookmark.is_valid.link_url.missing_or_invalid.app_error": [
    400,
    "The link is an http or https address of at most 1024 characters.",
  ],
  "model.channel_bookmark.is_valid.image_url.app_error": [
    400,
    "The image is an http or https address of at most 1024 characters.",
  ],
  "model.channel_bookmark.is_valid.file_id.missing_or_invalid.app_error": [400, "The file is missing."],
  "model.channel_bookmark.is_valid.link_file.app_error": [400, "A bookmark is a link or a file, not both."],
  "model.channel_bookmark.is_valid.emoji.app_error": [400, "The emoji's name is too long."],
} as const satisfies Record<string, Entry>;
