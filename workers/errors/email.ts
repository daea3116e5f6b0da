import type { Entry } from "./catalogue.ts";

export const email = {
  "api.admin.test_email.missing_server": [400, "No SMTP server is set."],
  "api.admin.test_email.reenter_password": [
    400,
    "The SMTP server, port or user name has changed: please enter the SMTP password again.",
  ],
  "api.admin.test_email.send.app_error": [500, "The test e-mail was not sent ({reason}): {message}."],
  "app.email.rate_limit_exceeded.app_error": [413, "These are too many invitations by e-mail in an hour."],
} as const satisfies Record<string, Entry>;
