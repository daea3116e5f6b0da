import { MailError } from "./mail.ts";

/** RFC 5321 4.5.3.1.5 allows 512 bytes a line; nobody needs more than this for a whole reply. */
const MAX_REPLY = 65_536;

export interface SmtpReply {
  code: number;
  lines: string[];
}

/** Reads an SMTP server's replies from its stream: bytes may arrive in any pieces. */
export class Replies {
  #reader: ReadableStreamDefaultReader<Uint8Array>;
  #decoder = new TextDecoder();
  #text = "";

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** Whether something came that no command asked for. */
  get pending(): boolean {
    return this.#text !== "";
  }

  /** The next reply, all its lines. Throws MailError when the connection ends or does not speak SMTP. */
  async next(): Promise<SmtpReply> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.#line();
      const match = /^(\d{3})(-| |$)(.*)$/.exec(line);
      if (!match || lines.length > 256) throw new MailError("unreachable", "the server does not speak SMTP");
      lines.push(match[3]!);
      if (match[2] !== "-") return { code: Number(match[1]), lines };
    }
  }

  release(): void {
    this.#reader.releaseLock();
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end).replace(/\r$/, "");
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      if (this.#text.length > MAX_REPLY) throw new MailError("unreachable", "the server's reply is too long");
      const { done, value } = await this.#reader.read();
      if (done) throw new MailError("unreachable", "the server closed the connection");
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }
}
