import type { Context } from "../../context.ts";
import { log } from "../../log/log.ts";
import { MailError } from "../../ports/mail/mail.ts";
import { type AccountMail, accountLetter } from "../mail/account.ts";
import { render } from "../mail/layout.ts";

export type Mail = { to: string } & AccountMail;

/** Sends a mail about an account now. False where it could not be sent, which is logged. */
export async function sendMail(ctx: Context, { to, ...mail }: Mail): Promise<boolean> {
  try {
    const letter = accountLetter(ctx.config, to, mail as AccountMail);
    await ctx.mail.send({ to, ...render(ctx.config, letter) });
    return true;
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    logUnsent(mail.kind, error);
    return false;
  }
}

/** The same after the answer: what it tells has happened, whether or not the mail arrives. */
export function sendMailLater(ctx: Context, mail: Mail): void {
  if (ctx.mail.configured) ctx.background(sendMail(ctx, mail));
}

/** A line for the administrator; no address, for logs are read by others. */
export function logUnsent(kind: string, { reason, message }: MailError): void {
  log.warn("e-mail not sent", { kind, reason, error: message });
}
