import type { Entry } from "./catalogue.ts";

export const files = {
  "api.file.attachments.disabled.app_error": [501, "File attachments are switched off on this server."],
  "api.file.upload_file.too_large_detailed.app_error": [
    413,
    "{name} is too large: at most {limit} bytes are allowed.",
  ],
  "api.file.upload_file.large_image_detailed.app_error": [
    400,
    "{name} has {width} x {height} pixels, which is more than allowed.",
  ],
  "api.file.upload_file.read_request.app_error": [400, "The upload cannot be read: {reason}."],
  "api.file.upload_file.multiple_channel_ids.app_error": [400, "An upload names one channel only."],
  "api.file.upload_file.incorrect_number_of_client_ids.app_error": [
    400,
    "An upload has either one client id per file, or none.",
  ],
  "api.file.upload_file.incorrect_number_of_files.app_error": [
    400,
    "An upload has between 1 and {limit} files.",
  ],
  "api.file.upload_file.direct_restricted.app_error": [400, "The people of this conversation share no team."],
  "api.file.get_file_thumbnail.no_thumbnail.app_error": [400, "This file has no thumbnail."],
  "api.file.get_file_preview.no_preview.app_error": [400, "This file has no preview."],
  "api.file.get_public_link.disabled.app_error": [501, "Public links are switched off on this server."],
  "api.file.get_public_link.no_post.app_error": [400, "Only the file of a post can have a public link."],
  "api.file.get_file.public_invalid.app_error": [400, "This public link is not valid."],
  "api.file.range_not_satisfiable.app_error": [416, "The file has no such range."],
  "app.upload.get.app_error": [404, "There is no such upload."],
  "app.upload.create.upload_too_large.app_error": [
    413,
    "The file is too large: at most {limit} bytes are allowed.",
  ],
  "app.upload.upload_data.concurrent.app_error": [400, "This upload is receiving data already."],
  "app.upload.upload_data.first_part_too_small.app_error": [
    400,
    "The first part of an upload has at least {limit} bytes.",
  ],
  "app.upload.upload_data.large.app_error": [400, "More data than the upload has said to be."],
  "app.file_info.get.app_error": [404, "There is no such file."],
  "app.files.unavailable.app_error": [
    503,
    "The file store does not answer as it should right now, please try again.",
  ],
  "app.files.not_configured.app_error": [501, "This server has no file store."],
} as const satisfies Record<string, Entry>;
