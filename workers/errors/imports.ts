import type { Entry } from "./catalogue.ts";

export const imports = {
  "import_process.worker.do_job.missing_file": [
    400,
    "An import job says in import_file which import it is of.",
  ],
  "import_process.worker.do_job.file_exists": [400, "There is no import {name}."],
  "api.import.local_mode.app_error": [
    400,
    "This server imports what is in its file store, not files of the machine it runs on.",
  ],
} as const satisfies Record<string, Entry>;
