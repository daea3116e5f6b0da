import type { Entry } from "./catalogue.ts";

export const brand = {
  "api.admin.get_brand_image.storage.app_error": [404, "There is no brand image."],
  "api.admin.upload_brand_image.no_file.app_error": [400, "The form has no image in its field “image”."],
  "api.admin.upload_brand_image.decode.app_error": [400, "This is no image that can be read."],
  "api.admin.upload_brand_image.too_large.app_error": [413, "The image is too large."],
} as const satisfies Record<string, Entry>;
