import type { Context } from "../../context.ts";

export interface Mail {
  to: string;
  kind: "verify_email" | "password_recovery" | "password_changed" | "welcome";
  /** For the link in it. */
  token?: string;
}

/** Whether an SMTP server was set: Mattermost's default is one for developers, that nobody has. */
export function mailConfigured(ctx: Pick<Context, "config">): boolean {
  const { SMTPServer, SMTPPort } = ctx.config.EmailSettings;
  return SMTPServer !== "" && !(SMTPServer === "localhost" && SMTPPort === "10025");
}

/**
 * Hands a message to the mail port. True if it was taken on, false where no e-mail is configured.
 * PLACEHOLDER: the mail port does not exist yet; nothing is sent.
 */
export async function sendMail(ctx: Context, _mail: Mail): Promise<boolean> {
  return mailConfigured(ctx);
}
