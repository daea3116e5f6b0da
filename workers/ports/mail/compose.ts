import type { Config } from "../../config/load.ts";
import { MailError, type Message } from "./mail.ts";
import type { Envelope } from "./smtp.ts";

/**
 * The message as it goes over the wire. Nodemailer's composer encodes what is not ASCII and takes line breaks out of
 * headers. Automatic messages say so, so that nothing answers them (RFC 3834). Throws MailError for an address that is none.
 */
export async function compose({ EmailSettings: email }: Config, message: Message): Promise<Envelope> {
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const { to, subject, text, html, messageId, inReplyTo } = message;
  for (const address of [email.FeedbackEmail, to]) {
    if (!/^[^\s<>@,;:"()[\]\\]+@[^\s<>@,;:"()[\]\\]+$/.test(address))
      throw new MailError("refused", "this is no valid address");
  }
  const compiled = new MailComposer({
    from: { name: email.FeedbackName, address: email.FeedbackEmail },
    to: { name: "", address: to },
    ...(email.ReplyToAddress ? { replyTo: { name: email.FeedbackName, address: email.ReplyToAddress } } : {}),
    subject,
    text,
    html,
    ...(messageId ? { messageId } : {}),
    ...(inReplyTo ? { inReplyTo, references: [inReplyTo] } : {}),
    headers: { "Auto-Submitted": "auto-generated", Precedence: "bulk" },
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: "windows",
  }).compile();
  const data = await compiled.build();
  const { from, to: receivers } = compiled.getEnvelope();
  return { from: from || email.FeedbackEmail, to: receivers[0] ?? to, data: data.toString("latin1") };
}
