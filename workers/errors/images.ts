import type { Entry } from "./catalogue.ts";

export const images = {
  "api.image.get.app_error": [404, "The image could not be had."],
} as const satisfies Record<string, Entry>;
