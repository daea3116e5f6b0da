export interface Reply {
  status: number;
  /** Kept when the request asked for it, and for every status from 400 on; else "". */
  body: string;
  /** Bytes of the decoded body. */
  bytes: number;
  token: string;
  /** Told by the server in X-Edgemost-* headers; NaN when it did not. */
  sql: number;
  objects: number;
  cpu: number;
  /** Milliseconds from the write of the request to the last byte of the response. */
  ms: number;
  close: boolean;
}

const EMPTY = Buffer.alloc(0);
const HEAD_END = Buffer.from("\r\n\r\n");
const MAX_HEAD = 64 * 1024;

type State = "head" | "length" | "until-close" | "chunk-size" | "chunk-data" | "chunk-end" | "trailer";

/** HTTP/1.1 responses, one at a time, from packets split anywhere. No compression, no pipelining. */
export class ResponseParser {
  wantBody = false;
  private rest: Buffer = EMPTY;
  private pos = 0;
  private state: State = "head";
  private remaining = 0;
  private reply: Reply = blank();
  private parts: Buffer[] = [];
  private readonly done: (reply: Reply) => void;

  constructor(done: (reply: Reply) => void) {
    this.done = done;
  }

  reset(): void {
    this.rest = EMPTY;
    this.pos = 0;
    this.state = "head";
    this.parts = [];
  }

  push(chunk: Buffer): void {
    this.rest = this.pos < this.rest.length ? Buffer.concat([this.rest.subarray(this.pos), chunk]) : chunk;
    this.pos = 0;
    while (this.pos < this.rest.length && this.step());
    if (this.pos >= this.rest.length) {
      this.rest = EMPTY;
      this.pos = 0;
    }
  }

  /** The peer closed: true when that ended a response that is delimited by the close. */
  end(): boolean {
    if (this.state !== "until-close") return false;
    this.reply.close = true;
    this.finish();
    return true;
  }

  /** False when more bytes are needed. */
  private step(): boolean {
    switch (this.state) {
      case "head": {
        const end = this.rest.indexOf(HEAD_END, this.pos);
        if (end < 0) {
          if (this.rest.length - this.pos > MAX_HEAD) throw new Error("response head too large");
          return false;
        }
        const head = this.rest.toString("latin1", this.pos, end);
        this.pos = end + 4;
        this.onHead(head);
        return true;
      }
      case "length":
        this.take();
        if (this.remaining === 0) this.finish();
        return true;
      case "until-close":
        this.remaining = this.rest.length - this.pos;
        this.take();
        return true;
      case "chunk-size": {
        const text = this.line();
        if (text === null) return false;
        const size = Number.parseInt(text, 16);
        if (!(size >= 0)) throw new Error("malformed chunk size");
        this.remaining = size;
        this.state = size === 0 ? "trailer" : "chunk-data";
        return true;
      }
      case "chunk-data":
        this.take();
        if (this.remaining === 0) this.state = "chunk-end";
        return true;
      case "chunk-end": {
        const text = this.line();
        if (text === null) return false;
        if (text !== "") throw new Error("malformed chunk");
        this.state = "chunk-size";
        return true;
      }
      case "trailer": {
        const text = this.line();
        if (text === null) return false;
        if (text === "") this.finish();
        return true;
      }
    }
  }

  private line(): string | null {
    const end = this.rest.indexOf("\r\n", this.pos);
    if (end < 0) return null;
    const text = this.rest.toString("latin1", this.pos, end);
    this.pos = end + 2;
    return text;
  }

  private take(): void {
    const n = Math.min(this.remaining, this.rest.length - this.pos);
    if (this.wantBody || this.reply.status >= 400)
      this.parts.push(this.rest.subarray(this.pos, this.pos + n));
    this.pos += n;
    this.remaining -= n;
    this.reply.bytes += n;
  }

  private onHead(head: string): void {
    const lines = head.split("\r\n");
    const status = Number(lines[0]!.slice(9, 12));
    if (!lines[0]!.startsWith("HTTP/1.") || !(status >= 100)) throw new Error("not an HTTP response");
    if (status < 200) return; // interim
    const reply = blank();
    reply.status = status;
    reply.close = lines[0]!.startsWith("HTTP/1.0");
    let length = -1;
    let chunked = false;
    for (let i = 1; i < lines.length; i++) {
      const line = lines[i]!;
      const first = line.charCodeAt(0) | 32;
      if (first !== 99 && first !== 116 && first !== 120) continue; // c, t, x
      const colon = line.indexOf(":");
      const value = line.slice(colon + 1).trim();
      switch (line.slice(0, colon).toLowerCase()) {
        case "content-length":
          length = Number(value);
          break;
        case "transfer-encoding":
          chunked = value.toLowerCase().includes("chunked");
          break;
        case "connection":
          reply.close = value.toLowerCase() === "close";
          break;
        case "token":
          reply.token = value;
          break;
        case "x-edgemost-sql":
          reply.sql = Number.parseFloat(value);
          break;
        case "x-edgemost-objects":
          reply.objects = Number.parseFloat(value);
          break;
        case "x-edgemost-cpu":
          reply.cpu = Number.parseFloat(value);
          break;
      }
    }
    this.reply = reply;
    if (status === 204 || status === 304) this.finish();
    else if (chunked) this.state = "chunk-size";
    else if (length > 0) {
      this.remaining = length;
      this.state = "length";
    } else if (length === 0) this.finish();
    else this.state = "until-close";
  }

  private finish(): void {
    const reply = this.reply;
    if (this.parts.length > 0) reply.body = Buffer.concat(this.parts).toString("utf8");
    this.parts = [];
    this.state = "head";
    this.done(reply);
  }
}

function blank(): Reply {
  return { status: 0, body: "", bytes: 0, token: "", sql: NaN, objects: NaN, cpu: NaN, ms: 0, close: false };
}
