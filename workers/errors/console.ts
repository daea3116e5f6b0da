import type { Entry } from "./catalogue.ts";

/** Of plugins, and of what the System Console tries out. */
export const consoleTests = {
  "app.plugin.disabled.app_error": [
    501,
    "This server runs no plugins: they are native programs, which its runtime cannot load.",
  ],
  "api.admin.test_s3.missing_s3_bucket": [400, "The name of the S3 bucket is missing."],
  "api.admin.test_s3.reenter_secret": [
    400,
    "The endpoint or the key has changed: enter the secret access key again.",
  ],
  "api.file.test_connection.app_error": [400, "The bucket cannot be reached with these settings."],
  "app.admin.test_site_url.failure": [400, "This is not the address of a running server: {reason}."],
} as const satisfies Record<string, Entry>;
