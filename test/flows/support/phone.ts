// The mobile app as the server sees it (client-flows 20): its headers, its token and cookies, and its WebSocket.

import { WebSocket } from "ws";
import { checkEvent, type SocketEvent } from "../../harness/contract/events.ts";
import { Wakers } from "../../harness/wakers.ts";
import { reportViolation } from "../../harness/watch.ts";
import { Cookies } from "./cookies.ts";

const AGENT = "Mattermost Mobile/2.43.0+643 (Android; 14; Pixel 8)";

export interface Told<T = any> {
  status: number;
  headers: Headers;
  data: T;
}

export class Phone {
  readonly url: string;
  /** On Android the app's own Authorization header alone tells who it is; iOS sends the cookies, too. */
  readonly sendsCookies: boolean;
  readonly cookies = new Cookies();
  token = "";
  readonly events: SocketEvent[] = [];
  /** Replies by the number of what they answer. */
  readonly replies = new Map<number, any>();
  /** Database round trips of the answers so far. */
  sql = 0;
  private ws: WebSocket | undefined;
  private sent = 0;
  private readonly taken = new Set<SocketEvent>();
  private readonly wakers = new Wakers();

  constructor(node: { url: string }, system: "android" | "ios") {
    this.url = node.url;
    this.sendsCookies = system === "ios";
  }

  /** `path` is below /api/v4/; with a leading slash below the site. */
  async ask<T = any>(method: string, path: string, body?: unknown): Promise<Told<T>> {
    const csrf = this.cookies.get("MMCSRF")?.value;
    const headers: Record<string, string> = {
      "User-Agent": AGENT,
      "X-Requested-With": "XMLHttpRequest",
      "Accept-Language": "en",
      "Cache-Control": "no-store",
      ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
      ...(csrf ? { "X-CSRF-Token": csrf } : {}),
      ...(this.sendsCookies && this.cookies.size > 0 ? { Cookie: this.cookies.header } : {}),
      ...(body === undefined || body instanceof FormData ? {} : { "Content-Type": "application/json" }),
    };
    const address = path.startsWith("/") ? `${this.url}${path}` : `${this.url}/api/v4/${path}`;
    const sent = body === undefined || body instanceof FormData ? body : JSON.stringify(body);
    const response = await fetch(address, { method, headers, body: sent as BodyInit | undefined });
    this.cookies.receive(response.headers.getSetCookie());
    this.sql += Number(response.headers.get("x-edgemost-sql") ?? 0);
    const json = response.headers.get("content-type") === "application/json";
    return {
      status: response.status,
      headers: response.headers,
      data: (method === "HEAD" ? undefined : json ? await response.json() : await response.text()) as T,
    };
  }

  /** As `ask`, where anything but success ends the flow: the app would stop or start over. */
  async need<T = any>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, headers, data } = await this.ask<T>(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(data)}`);
    // Without it the app does not know which server it talks to.
    if (!headers.get("x-version-id")?.startsWith("11."))
      throw new Error(`${method} ${path}: no X-Version-Id`);
    return data;
  }

  /** Header and challenge, as the app does both; past the hello. */
  async connect(connectionId = "", sequence = 0): Promise<void> {
    const query = `connection_id=${connectionId}&sequence_number=${sequence}`;
    const headers: Record<string, string> = {
      Authorization: `Bearer ${this.token}`,
      Origin: this.url,
      "User-Agent": AGENT,
      ...(this.sendsCookies ? { Cookie: this.cookies.header } : {}),
    };
    this.sent = 0;
    this.replies.clear();
    const ws = new WebSocket(`${this.url.replace(/^http/, "ws")}/api/v4/websocket?${query}`, { headers });
    this.ws = ws;
    ws.on("message", (frame) => this.receive(JSON.parse(String(frame))));
    await new Promise((resolve, reject) => ws.once("open", resolve).once("error", reject));
    this.send("authentication_challenge", { token: this.token });
    await this.ping();
  }

  /** The app drops a socket whose ping is not answered so. */
  async ping(): Promise<void> {
    const seq = this.send("ping");
    await this.until(() => this.replies.has(seq), "a pong");
    const { status, data } = this.replies.get(seq);
    if (status !== "OK" || data.text !== "pong")
      throw new Error(`The ping was answered ${JSON.stringify(data)}`);
  }

  send(action: string, data: Record<string, unknown> = {}): number {
    this.ws!.send(JSON.stringify({ action, seq: ++this.sent, data }));
    return this.sent;
  }

  /** Without a word, as in a tunnel. */
  async drop(): Promise<void> {
    const { ws } = this;
    if (!ws || ws.readyState === WebSocket.CLOSED) return;
    const ended = new Promise<void>((resolve) => ws.once("close", () => resolve()));
    ws.terminate();
    await ended;
  }

  async next(name: string, accept: (event: SocketEvent) => boolean = () => true): Promise<SocketEvent> {
    const find = () =>
      this.events.find((event) => event.event === name && !this.taken.has(event) && accept(event));
    await this.until(() => find() !== undefined, name);
    const found = find()!;
    this.taken.add(found);
    return found;
  }

  private until(condition: () => boolean, what: string): Promise<void> {
    const seen = () => this.events.map(({ event }) => event).join(" ");
    return this.wakers.until(condition, () => `No ${what}; seen: ${seen()}`, 10_000);
  }

  private receive(frame: any): void {
    if (frame.seq_reply) this.replies.set(frame.seq_reply, frame);
    else {
      const { event, problems } = checkEvent(frame);
      for (const problem of problems) reportViolation(`event ${event.event}: ${problem}`);
      this.events.push(event);
    }
    this.wakers.wake();
  }
}
