import { WebSocket } from "ws";
import { checkEvent, type SocketEvent } from "./contract/events.ts";
import { Wakers } from "./wakers.ts";
import { reportViolation } from "./watch.ts";

export type LoginBy = "header" | "cookie" | "challenge";

export interface SocketOptions {
  by?: LoginBy;
  postedAck?: boolean;
  headers?: Record<string, string>;
  /** More of the query, for tests of the upgrade itself. */
  query?: Record<string, string>;
}

export interface Reply {
  status: "OK" | "FAIL";
  seq_reply: number;
  data?: Record<string, any>;
  error?: { id: string; message: string; detailed_error: string; status_code: number };
}

type Predicate = (event: SocketEvent) => boolean;

/** Events that every client of a node gets, and that tests which share the node cause at any time. */
type ToEveryone = "user_updated" | "new_user" | "emoji_added";

/** Which event of a name is meant: whoever waits for one that is sent to everyone must say about whom. */
export type Which<Name extends string, Rest extends unknown[] = []> = Name extends ToEveryone
  ? [predicate: Predicate, ...Rest]
  : [predicate?: Predicate, ...Rest];

const TIMEOUT_MS = 20_000;
const open = new Set<TestSocket>();

/**
 * A client's WebSocket. Every event is checked against its schema (events.ts) and its `seq` against the one before.
 * The wait functions look at what has already come, too, and need no sleeps.
 */
export class TestSocket {
  /** Every event since the first connection, in order; `data` with its JSON-in-string fields decoded in `parsed`. */
  readonly events: SocketEvent[] = [];
  connectionId = "";
  /** The `seq` that the next event must have. */
  nextSeq = 0;
  /** How the last socket ended; 1006 where no close frame came. */
  closed: { code: number; reason: string } | undefined;
  private ws!: WebSocket;
  private sent = 0;
  private readonly url: string;
  private readonly token: string;
  private readonly options: SocketOptions;
  private readonly taken = new Set<SocketEvent>();
  private readonly replies = new Map<number, Reply>();
  private readonly wakers = new Wakers();

  private constructor(url: string, token: string, options: SocketOptions) {
    this.url = url;
    this.token = token;
    this.options = options;
  }

  /** Connects and waits for the hello. */
  static async open(url: string, token: string, options: SocketOptions = {}): Promise<TestSocket> {
    const socket = await TestSocket.connect(url, token, options);
    await socket.waitFor(() => socket.connectionId !== "", "the hello");
    return socket;
  }

  /** Connects without waiting for a hello. */
  static async connect(url: string, token: string, options: SocketOptions = {}): Promise<TestSocket> {
    const socket = new TestSocket(url, token, options);
    open.add(socket);
    await socket.dial({});
    return socket;
  }

  /** The first event of that name (and that `predicate` accepts) that no earlier `next` has returned. */
  async next<Name extends string>(
    name: Name,
    ...[predicate = () => true, timeoutMs = TIMEOUT_MS]: Which<Name, [timeoutMs?: number]>
  ): Promise<SocketEvent> {
    let found: SocketEvent | undefined;
    const look = () => {
      found = this.events.find((event) => event.event === name && !this.taken.has(event) && predicate(event));
      return found !== undefined;
    };
    await this.waitFor(look, name, timeoutMs);
    this.taken.add(found!);
    return found!;
  }

  /** Resolves once `condition` holds; it is looked at again after every frame. */
  async waitFor(condition: () => boolean, what = "a condition", timeoutMs = TIMEOUT_MS): Promise<void> {
    const why = () => {
      const seen = this.events
        .slice(-15)
        .map((event) => `${event.seq} ${event.event}`)
        .join(", ");
      const ended = this.closed ? `; closed ${this.closed.code} ${this.closed.reason}` : "";
      return `No ${what} within ${timeoutMs} ms; seen: ${seen}${ended}`;
    };
    await this.wakers.until(condition, why, timeoutMs);
  }

  /** Sends an action and resolves with its reply. */
  async call(action: string, data?: Record<string, unknown>, timeoutMs = TIMEOUT_MS): Promise<Reply> {
    const seq = this.send(action, data);
    await this.waitFor(() => this.replies.has(seq), `reply to ${action}`, timeoutMs);
    return this.replies.get(seq)!;
  }

  /** Sends an action and waits for nothing; gives the `seq` it was sent with. */
  send(action: string, data?: Record<string, unknown>): number {
    const seq = ++this.sent;
    this.ws.send(JSON.stringify({ action, seq, ...(data ? { data } : {}) }));
    return seq;
  }

  /** Whether the action that was sent with `seq` has been replied to. */
  isAnswered(seq: number): boolean {
    return this.replies.has(seq);
  }

  sendRaw(text: string | Uint8Array): void {
    this.ws.send(text);
  }

  /**
   * Resolves when everything has come that the node wrote before. An answered request has published its events
   * before it was answered, so after this an event that is not there was not sent.
   */
  async settled(): Promise<void> {
    await this.call("ping");
  }

  /** Fails if an event of that name is there or still on its way. */
  async none<Name extends string>(name: Name, ...[predicate = () => true]: Which<Name>): Promise<void> {
    await this.settled();
    const found = this.events.find(
      (event) => event.event === name && !this.taken.has(event) && predicate(event),
    );
    if (found) throw new Error(`There is an event that should not be: ${JSON.stringify(found)}`);
  }

  /** Ends the connection without a word, as a broken network does; `resume()` comes back. */
  drop(): void {
    this.ws.terminate();
  }

  /** Connects again with the connection id and the number of the next event. True if it was resumed, without a hello. */
  async resume(overrides: { connectionId?: string; sequence?: number; url?: string } = {}): Promise<boolean> {
    if (this.ws.readyState !== WebSocket.CLOSED) this.drop();
    const before = this.connectionId;
    const query = {
      connection_id: overrides.connectionId ?? before,
      sequence_number: String(overrides.sequence ?? this.nextSeq),
    };
    this.nextSeq = overrides.sequence ?? this.nextSeq;
    await this.dial(query, overrides.url);
    await this.settled();
    return this.connectionId === before;
  }

  /** Says goodbye and waits for the end. */
  async close(): Promise<void> {
    open.delete(this);
    if (this.ws.readyState === WebSocket.CLOSED) return;
    const ended = new Promise<void>((resolve) => this.ws.once("close", () => resolve()));
    this.ws.close();
    const timer = setTimeout(() => this.ws.terminate(), 1_000);
    await ended;
    clearTimeout(timer);
  }

  private dial(query: Record<string, string>, url = this.url): Promise<void> {
    const { by = "header", postedAck, headers } = this.options;
    const address = new URL(`${url.replace(/^http/, "ws")}/api/v4/websocket`);
    if (postedAck) address.searchParams.set("posted_ack", "true");
    for (const [name, value] of Object.entries({ ...this.options.query, ...query }))
      address.searchParams.set(name, value);
    const login: Record<string, string> =
      by === "header"
        ? { authorization: `Bearer ${this.token}` }
        : by === "cookie"
          ? { cookie: `MMAUTHTOKEN=${this.token}` }
          : {};
    this.closed = undefined;
    this.sent = 0;
    this.replies.clear();
    const ws = new WebSocket(address.href, { headers: { ...login, ...headers }, perMessageDeflate: false });
    this.ws = ws;
    ws.on("message", (frame) => this.ws === ws && this.onFrame(String(frame)));
    ws.on("close", (code, reason) => {
      if (this.ws !== ws) return;
      this.closed = { code, reason: String(reason) };
      this.wake();
    });
    return new Promise((resolve, reject) => {
      ws.once("open", () => {
        if (by === "challenge") this.send("authentication_challenge", { token: this.token });
        resolve();
      });
      ws.on("unexpected-response", (_, response) => {
        ws.terminate();
        reject(
          Object.assign(new Error(`The upgrade was answered ${response.statusCode}`), {
            status: response.statusCode,
          }),
        );
      });
      ws.on("error", reject);
    });
  }

  private onFrame(text: string): void {
    let frame: any;
    try {
      frame = JSON.parse(text);
    } catch {
      reportViolation(`WebSocket frame is not JSON: ${text.slice(0, 200)}`);
      return;
    }
    if (frame.seq_reply) this.replies.set(frame.seq_reply, frame);
    else this.onEvent(frame);
    this.wake();
  }

  private onEvent(frame: any): void {
    const { event, problems } = checkEvent(frame);
    for (const problem of problems) reportViolation(`event ${frame.event}: ${problem}`);
    if (event.event === "hello") {
      this.connectionId = event.data.connection_id;
      this.nextSeq = 0;
    }
    if (event.seq !== this.nextSeq)
      reportViolation(`event ${event.event} has seq ${event.seq}, not ${this.nextSeq}`);
    this.nextSeq = event.seq + 1;
    this.events.push(event);
  }

  private wake(): void {
    this.wakers.wake();
  }
}

/** Closes what a test file has left open. */
export async function closeSockets(): Promise<void> {
  await Promise.all([...open].map((socket) => socket.close()));
}
