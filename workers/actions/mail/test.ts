import { type Config, mergeConfig } from "../../config/load.ts";
import { MASK } from "../../config/mask.ts";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { createMail } from "../../ports/mail/create.ts";
import { MailError } from "../../ports/mail/mail.ts";
import { render } from "./layout.ts";

/**
 * Sends a test to `to`, by the EmailSettings of `patch` (a configuration as the console edits it) over the current ones.
 * A masked password is the current one, and is never sent to another server than it is for.
 * Throws 400 for missing settings, 500 with the reason where the server would not take it.
 */
export async function doTestEmail(ctx: Context, to: string, patch: unknown): Promise<void> {
  const config = merged(ctx.config, patch);
  const mail = createMail(config);
  if (!mail.configured) throw fail("api.admin.test_email.missing_server");
  const letter = {
    subject: `[${config.TeamSettings.SiteName}] Test e-mail`,
    title: "It works",
    paragraphs: ["This server can send e-mail with these settings."],
  };
  try {
    await mail.send({ to, ...render(config, letter) });
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    throw fail("api.admin.test_email.send.app_error", { reason: error.reason, message: error.message });
  }
}

function merged(current: Config, patch: unknown): Config {
  const { EmailSettings } = (patch ?? {}) as { EmailSettings?: unknown };
  const { config } = mergeConfig(current, { EmailSettings });
  const [email, stored] = [config.EmailSettings, current.EmailSettings];
  if (email.SMTPPassword !== MASK) return config;
  const same = (["SMTPServer", "SMTPPort", "SMTPUsername"] as const).every(
    (key) => email[key] === stored[key],
  );
  if (email.EnableSMTPAuth && !same) throw fail("api.admin.test_email.reenter_password");
  email.SMTPPassword = stored.SMTPPassword;
  return config;
}
