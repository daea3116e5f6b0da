import { MailError, type MailReason } from "./mail.ts";
import { Replies, type SmtpReply } from "./replies.ts";

export interface SmtpServer {
  host: string;
  port: number;
  /** "TLS" from the first byte, "STARTTLS" required before anything else is said, "" neither. */
  security: "" | "TLS" | "STARTTLS";
  credentials?: { username: string; password: string };
  /** For connecting, and for each answer; ms. */
  timeoutMs: number;
  /** How this node introduces itself. */
  helloName: string;
}

export interface Envelope {
  from: string;
  to: string;
  /** The message in 7-bit ASCII, lines ended by CRLF. */
  data: string;
}

/**
 * One SMTP session (RFC 5321) over the runtime's sockets. The runtime verifies certificates, always.
 * There is no way back from STARTTLS: a server that does not offer it gets neither credentials nor mail.
 */
export class SmtpSession {
  #server: SmtpServer;
  #socket: Socket;
  #replies: Replies;
  #writer: WritableStreamDefaultWriter<Uint8Array>;
  #offers = new Map<string, string>();

  private constructor(server: SmtpServer, socket: Socket) {
    this.#server = server;
    this.#socket = socket;
    this.#replies = new Replies(socket.readable);
    this.#writer = socket.writable.getWriter();
  }

  /** Connects, secures and logs in. Throws MailError. */
  static async open(server: SmtpServer): Promise<SmtpSession> {
    const { connect } = await import("cloudflare:sockets");
    const secureTransport = ({ "": "off", TLS: "on", STARTTLS: "starttls" } as const)[server.security];
    let socket: Socket;
    try {
      socket = connect(
        { hostname: server.host, port: server.port },
        { secureTransport, allowHalfOpen: false },
      );
      // Its rejection says the same as the reads that fail.
      socket.closed.catch(() => {});
    } catch {
      throw new MailError("unreachable", "the address of the mail server is not valid");
    }
    const session = new SmtpSession(server, socket);
    try {
      await session.#within(
        socket.opened,
        server.security === "TLS" ? "tls" : "unreachable",
        "no connection to the mail server",
      );
      await session.#start();
      return session;
    } catch (error) {
      await session.abort();
      throw error;
    }
  }

  /** Hands over one message. After a MailError "refused" the session goes on. */
  async send({ from, to, data }: Envelope): Promise<void> {
    const utf8 = /[^\x20-\x7e]/.test(from + to) ? " SMTPUTF8" : "";
    if (utf8 && !this.#offers.has("SMTPUTF8"))
      throw new MailError("refused", "the server takes no such address");
    try {
      await this.#command(`MAIL FROM:<${plain(from)}>${utf8}`, "2", "refused");
      await this.#command(`RCPT TO:<${plain(to)}>`, "2", "refused");
      await this.#command("DATA", "354", "refused");
      await this.#command(`${data.replace(/^\./gm, "..").replace(/(\r\n)?$/, "")}\r\n.`, "2", "refused");
    } catch (error) {
      if (error instanceof MailError && error.reason === "refused")
        await this.#command("RSET", "2", "unreachable");
      throw error;
    }
  }

  /** Says goodbye; never throws. */
  async close(): Promise<void> {
    await this.#command("QUIT", "2", "unreachable").catch(() => {});
    await this.abort();
  }

  async abort(): Promise<void> {
    await this.#socket.close().catch(() => {});
  }

  async #start(): Promise<void> {
    this.#expect(await this.#reply(), "220", "unreachable");
    await this.#hello();
    if (this.#server.security === "STARTTLS") {
      if (!this.#offers.has("STARTTLS")) throw new MailError("tls", "the server does not offer STARTTLS");
      await this.#command("STARTTLS", "220", "tls");
      // What came in the clear after it is somebody else's.
      if (this.#replies.pending) throw new MailError("tls", "the server said more than it was asked");
      this.#replies.release();
      this.#writer.releaseLock();
      this.#socket = this.#socket.startTls({ expectedServerHostname: this.#server.host });
      this.#socket.closed.catch(() => {});
      this.#replies = new Replies(this.#socket.readable);
      this.#writer = this.#socket.writable.getWriter();
      await this.#hello("tls");
    }
    await this.#login();
  }

  async #hello(reason: MailReason = "unreachable"): Promise<void> {
    this.#offers.clear();
    const name = plain(this.#server.helloName);
    const { code, lines } = await this.#ask(`EHLO ${name}`, reason);
    if (code === 250) {
      for (const line of lines.slice(1)) {
        const [keyword = "", ...rest] = line.split(/[ =]/);
        this.#offers.set(keyword.toUpperCase(), rest.join(" ").toUpperCase());
      }
    } else await this.#command(`HELO ${name}`, "250", "refused");
  }

  async #login(): Promise<void> {
    const { credentials } = this.#server;
    if (!credentials) return;
    const { username, password } = credentials;
    const ways = (this.#offers.get("AUTH") ?? "").split(" ");
    if (ways.includes("PLAIN"))
      return this.#command(`AUTH PLAIN ${base64(`\0${username}\0${password}`)}`, "235", "auth");
    if (!ways.includes("LOGIN"))
      throw new MailError("auth", "the server offers neither AUTH PLAIN nor LOGIN");
    await this.#command("AUTH LOGIN", "334", "auth");
    await this.#command(base64(username), "334", "auth");
    await this.#command(base64(password), "235", "auth");
  }

  async #command(text: string, expected: string, reason: MailReason): Promise<void> {
    this.#expect(await this.#ask(text), expected, reason);
  }

  /** Only the code is told: what a server says may repeat addresses or credentials. */
  #expect({ code }: SmtpReply, expected: string, reason: MailReason): void {
    if (code === 421) throw new MailError("unreachable", "the server ends the connection (421)");
    if (!String(code).startsWith(expected)) throw new MailError(reason, `the server answered ${code}`);
  }

  async #ask(text: string, reason: MailReason = "unreachable"): Promise<SmtpReply> {
    await this.#within(
      this.#writer.write(new TextEncoder().encode(`${text}\r\n`)),
      reason,
      "the connection to the mail server broke",
    );
    return this.#reply(reason);
  }

  #reply(reason: MailReason = "unreachable"): Promise<SmtpReply> {
    return this.#within(this.#replies.next(), reason, "the connection to the mail server broke");
  }

  async #within<T>(work: Promise<T>, reason: MailReason, message: string): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, fail) => {
      timer = setTimeout(
        () => fail(new MailError("timeout", "the mail server did not answer in time")),
        this.#server.timeoutMs,
      );
    });
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      throw error instanceof MailError ? error : new MailError(reason, message);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A value that stands inside a command: a line break or bracket in it would be a command of its own. */
function plain(value: string): string {
  if (/[\x00-\x20<>\x7f]/.test(value)) throw new MailError("refused", "this is no valid address");
  return value;
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
