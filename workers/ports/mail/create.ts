import type { Config } from "../../config/load.ts";
import { compose } from "./compose.ts";
import { type Mail, MailError, type Message } from "./mail.ts";
import { type SmtpServer, SmtpSession } from "./smtp.ts";

/** The mail port of a configuration. Nothing is connected before something is sent. */
export function createMail(config: Config): Mail {
  const sendAll = async (messages: Message[]): Promise<(MailError | undefined)[]> => {
    const server = serverOf(config);
    if (!server) return messages.map(() => new MailError("unset", "no mail server is set"));
    let session: SmtpSession | undefined;
    const results: (MailError | undefined)[] = [];
    for (const message of messages) {
      try {
        const envelope = await compose(config, message);
        session ??= await SmtpSession.open(server);
        await session.send(envelope);
        results.push(undefined);
      } catch (error) {
        const failure = mailError(error, config);
        results.push(failure);
        if (failure.reason === "refused") continue;
        // The rest would fail alike.
        while (results.length < messages.length) results.push(failure);
        await session?.abort();
        return results;
      }
    }
    await session?.close();
    return results;
  };
  return {
    get configured() {
      return isSet(config);
    },
    sendAll,
    async send(message) {
      const [failure] = await sendAll([message]);
      if (failure) throw failure;
    },
  };
}

/** Mattermost's default is a server for its developers, that nobody else has. */
function isSet({ EmailSettings: { SMTPServer, SMTPPort } }: Config): boolean {
  return SMTPServer !== "" && !(SMTPServer === "localhost" && SMTPPort === "10025");
}

function serverOf(config: Config): SmtpServer | undefined {
  if (!isSet(config)) return undefined;
  const { EmailSettings: email, ServiceSettings: service } = config;
  const { SMTPServer, SMTPPort, ConnectionSecurity } = email;
  const security =
    ConnectionSecurity === "TLS" || ConnectionSecurity === "STARTTLS" ? ConnectionSecurity : "";
  return {
    host: SMTPServer,
    port: Number(SMTPPort) || 25,
    security,
    ...(email.EnableSMTPAuth
      ? { credentials: { username: email.SMTPUsername, password: email.SMTPPassword } }
      : {}),
    timeoutMs: Math.max(email.SMTPServerTimeout, 1) * 1000,
    helloName: URL.canParse(service.SiteURL) ? new URL(service.SiteURL).hostname : "localhost",
  };
}

function mailError(error: unknown, { EmailSettings }: Config): MailError {
  if (!(error instanceof MailError)) return new MailError("refused", "the message could not be composed");
  if (error.reason === "tls" && EmailSettings.SkipServerCertificateVerification)
    return new MailError("tls", `${error.message}; certificates are always verified here`);
  return error;
}
