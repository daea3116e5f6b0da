import type { Entry } from "./catalogue.ts";

export const search = {
  "store.sql_post.search.disabled": [501, "Searching messages is switched off."],
  "store.sql_file_info.search.disabled": [501, "Searching files is switched off."],
} as const satisfies Record<string, Entry>;
