/** One e-mail to one address, as text and as HTML. Lengths and characters are not limited: headers are encoded. */
export interface Message {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** `<id@host>`; a random one where absent. */
  messageId?: string;
  /** The first message of the conversation (In-Reply-To and References). */
  inReplyTo?: string;
}

/**
 * "unset": no server is configured; "unreachable": no connection, or one that broke; "tls": no secure connection;
 * "auth": the credentials were refused; "refused": the server would not take the message.
 */
export type MailReason = "unset" | "unreachable" | "timeout" | "tls" | "auth" | "refused";

export class MailError extends Error {
  override name = "MailError";
  readonly reason: MailReason;

  /** `message` holds no secrets and no text of the mail: it may reach a log or an administrator. */
  constructor(reason: MailReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Outgoing e-mail by the server of EmailSettings. */
export interface Mail {
  /** Whether a server is set. */
  readonly configured: boolean;
  /** Sends one message. Throws MailError. */
  send(message: Message): Promise<void>;
  /** Sends messages over one connection; answers at each place why that one was not sent, undefined where it was. */
  sendAll(messages: Message[]): Promise<(MailError | undefined)[]>;
}
