import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Reply, ResponseParser } from "./http-parser.ts";

/** Where requests go, parsed once. */
export interface Base {
  url: string;
  host: string;
  port: number;
  tls: boolean;
  /** Path prefix without a trailing slash. */
  prefix: string;
  hostHeader: string;
}

export function parseBase(url: string): Base {
  const u = new URL(url);
  if (u.protocol !== "http:" && u.protocol !== "https:") throw new Error(`not an http(s) URL: ${url}`);
  const tls = u.protocol === "https:";
  const prefix = u.pathname.replace(/\/+$/, "");
  const host = u.hostname.replace(/^\[|\]$/g, "");
  const port = Number(u.port) || (tls ? 443 : 80);
  return { url: u.origin + prefix, host, port, tls, prefix, hostHeader: u.host };
}

interface Pending {
  head: string;
  wantBody: boolean;
  start: number;
  retried: boolean;
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
}

/** One keep-alive connection with at most one request in flight; reconnects when needed. */
export class HttpConnection {
  private readonly base: Base;
  private readonly timeoutMs: number;
  private readonly parser: ResponseParser;
  private socket: Socket | null = null;
  private used = false;
  private pending: Pending | null = null;

  constructor(base: Base, timeoutMs = 30_000) {
    this.base = base;
    this.timeoutMs = timeoutMs;
    this.parser = new ResponseParser((reply) => this.onReply(reply));
  }

  /** `auth` is a whole header line with its line end, or "". */
  request(method: string, path: string, auth: string, body = "", wantBody = false): Promise<Reply> {
    if (this.pending) return Promise.reject(new Error("request while another is in flight"));
    let head = `${method} ${this.base.prefix}${path} HTTP/1.1\r\nHost: ${this.base.hostHeader}\r\n${auth}`;
    if (body !== "")
      head += `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
    else if (method !== "GET") head += "Content-Length: 0\r\n";
    head += `\r\n${body}`;
    return new Promise((resolve, reject) => {
      this.pending = { head, wantBody, start: performance.now(), retried: false, resolve, reject };
      this.send();
    });
  }

  close(): void {
    this.drop();
    this.fail(new Error("connection closed"));
  }

  private send(): void {
    const socket = this.socket ?? this.open();
    this.parser.wantBody = this.pending!.wantBody;
    socket.write(this.pending!.head);
  }

  private open(): Socket {
    const { host, port, tls } = this.base;
    const socket = tls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port });
    socket.setNoDelay(true);
    socket.setTimeout(this.timeoutMs);
    socket.on("data", (chunk: Buffer) => {
      if (socket !== this.socket) return;
      try {
        if (!this.pending) throw new Error("unexpected bytes from the server");
        this.parser.push(chunk);
      } catch (error) {
        this.drop();
        this.fail(error as Error);
      }
    });
    socket.on("timeout", () => this.onGone(socket, new Error("timeout"), false));
    socket.on("error", (error) => this.onGone(socket, error, true));
    socket.on("close", () => this.onGone(socket, new Error("connection closed by the server"), true));
    this.parser.reset();
    this.socket = socket;
    this.used = false;
    return socket;
  }

  private onReply(reply: Reply): void {
    const pending = this.pending!;
    reply.ms = performance.now() - pending.start;
    this.pending = null;
    this.used = true;
    if (reply.close) this.drop();
    pending.resolve(reply);
  }

  private onGone(socket: Socket, error: Error, mayRetry: boolean): void {
    if (socket !== this.socket) return;
    if (this.pending && this.parser.end()) return;
    this.drop();
    // An idle connection may be closed just as a request is sent on it: that is nobody's fault, once.
    if (this.pending && mayRetry && this.used && !this.pending.retried) {
      this.pending.retried = true;
      this.send();
      return;
    }
    this.fail(error);
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.destroy();
  }

  private fail(error: Error): void {
    const pending = this.pending;
    this.pending = null;
    pending?.reject(error);
  }
}
