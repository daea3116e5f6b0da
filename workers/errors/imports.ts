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
  "api.team.import_team.parse.app_error": [400, "The form of the import cannot be read."],
  "api.team.import_team.no_import_from.app_error": [400, "An import says in importFrom where it is from."],
  "api.team.import_team.unknown_import_from.app_error": [400, "Teams are imported from slack only."],
  "api.team.import_team.unavailable.app_error": [400, "An import says in filesize how large its file is."],
  "api.team.import_team.integer.app_error": [400, "filesize is no number of bytes."],
  "api.team.import_team.no_file.app_error": [400, "The form has no file."],
  "api.team.import_team.too_large.app_error": [400, "The file is larger than {limit} bytes."],
  "api.slackimport.slack_import.zip.app_error": [400, "The Slack export cannot be read: {reason}."],
  "api.slackimport.slack_import.json.app_error": [400, "{name} is not as in a Slack export: {reason}."],
  "api.slackimport.slack_import.too_large.app_error": [
    400,
    "The Slack export has {what}. Convert it to the format of bulk imports, and import it with a job import_process.",
  ],
  "api.slackimport.slack_import.convert.app_error": [400, "The Slack export cannot be imported: {reason}."],
  "api.slackimport.slack_import.concurrent.app_error": [
    400,
    "Somebody else has changed the same at the same time. Import the file again: what is there already stays as it is.",
  ],
} as const satisfies Record<string, Entry>;
