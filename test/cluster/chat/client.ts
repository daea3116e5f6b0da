// A light chat client: resumes as the official one does, checks what it gets as it comes, and keeps what it has learned.

import { WebSocket } from "ws";

export interface Learned {
  id: string;
  channel: string;
  user: string;
}

/** What came on one connection_id, however many sockets it had. */
export interface Session {
  connectionId: string;
  /** Posts announced, in order. */
  posts: Learned[];
  /** Posts found by REST after the hello. */
  fetched: Set<string>;
}

export interface ChatOptions {
  token: string;
  channels: string[];
  /** Where it goes first, and after each loss: asked for every attempt. */
  target(attempt: number): string;
  /** REST goes here. */
  api: string;
  retryMs?: number;
  /** Fetches all posts after a hello. */
  fetches?: boolean;
}

export class ChatClient {
  readonly sessions: Session[] = [];
  /** What must not happen. */
  readonly violations: string[] = [];
  /** Resumed with the same connection_id, and begun anew, not counting the first time. */
  readonly counts = { resumed: 0, fresh: 0, refused: 0 };
  /** Of events other than posts, by name. */
  readonly events: { event: string; data: any; broadcast: any; at: number }[] = [];
  keepEvents = false;
  onPost: ((post: Learned, at: number) => void) | undefined;
  connectionId = "";
  next = 0;
  ws: WebSocket | undefined;
  /** Past its hello, or resumed. */
  up = false;
  /** ms without a working socket since the last loss. */
  lostAt = 0;
  readonly outages: number[] = [];
  fetching: Promise<unknown> = Promise.resolve();
  /** Only posts since then are fetched. */
  since = 0;
  private readonly options: ChatOptions;
  private attempt = 0;
  private stopped = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ChatOptions) {
    this.options = options;
  }

  start(): this {
    this.dial();
    return this;
  }

  /** Leaves its socket without a word and goes on at another address. */
  move(): void {
    this.ws?.terminate();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.ws?.terminate();
  }

  get session(): Session {
    return this.sessions.at(-1)!;
  }

  send(action: string, data: Record<string, unknown>): void {
    this.ws!.send(JSON.stringify({ action, seq: 2, data }));
  }

  private dial(): void {
    const base = this.options.target(this.attempt++).replace(/^http/, "ws");
    const resume = this.connectionId
      ? `?connection_id=${this.connectionId}&sequence_number=${this.next}`
      : "";
    const ws = new WebSocket(`${base}/api/v4/websocket${resume}`, {
      headers: { authorization: `Bearer ${this.options.token}` },
      perMessageDeflate: false,
      handshakeTimeout: 5_000,
    });
    this.ws = ws;
    let greeted = false;
    ws.on("open", () => ws.send('{"action":"ping","seq":1}'));
    ws.on("message", (data) => {
      if (this.ws !== ws) return;
      const frame = JSON.parse(String(data));
      if (frame.seq_reply === 1) {
        // What comes before the answer to the ping tells whether there was a hello.
        if (!greeted && this.sessions.length > 0) this.counts.resumed++;
        this.cameBack();
        return;
      }
      if (frame.seq_reply !== undefined) return;
      if (frame.event === "hello") {
        greeted = true;
        this.greet(frame);
      }
      this.take(frame);
    });
    ws.on("error", () => undefined);
    ws.on("unexpected-response", () => {
      this.counts.refused++;
      ws.terminate();
    });
    ws.on("close", () => {
      if (this.ws === ws) this.lost();
    });
  }

  private cameBack(): void {
    this.up = true;
    if (this.lostAt) this.outages.push(Date.now() - this.lostAt);
    this.lostAt = 0;
  }

  private lost(): void {
    if (this.up) this.lostAt = Date.now();
    this.up = false;
    if (this.stopped) return;
    const wait = (this.options.retryMs ?? 200) * (0.5 + Math.random());
    this.timer = setTimeout(() => this.dial(), wait);
  }

  private greet(frame: any): void {
    if (this.sessions.length > 0) this.counts.fresh++;
    this.connectionId = frame.data.connection_id;
    this.next = 0;
    const session: Session = { connectionId: this.connectionId, posts: [], fetched: new Set() };
    this.sessions.push(session);
    if (this.options.fetches !== false && this.since > 0) this.fetching = this.fetchInto(session);
  }

  private async fetchInto(session: Session): Promise<void> {
    for (const channel of this.options.channels) {
      for (let tries = 0; !this.stopped; tries++) {
        const url = `${this.options.api}/api/v4/channels/${channel}/posts?since=${this.since}`;
        const answer = await fetch(url, { headers: { authorization: `Bearer ${this.options.token}` } }).catch(
          () => undefined,
        );
        if (answer?.ok) {
          for (const id of Object.keys(((await answer.json()) as any).posts)) session.fetched.add(id);
          break;
        }
        await answer?.body?.cancel();
        if (tries > 100) return void this.violations.push(`nothing to be fetched: ${answer?.status}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  private take(frame: any): void {
    if (frame.seq !== this.next)
      this.violations.push(
        `${frame.event} has seq ${frame.seq} instead of ${this.next} on ${this.connectionId}`,
      );
    this.next = frame.seq + 1;
    if (frame.event !== "posted") {
      if (this.keepEvents) this.events.push({ ...frame, at: Date.now() });
      return;
    }
    const { id, channel_id, user_id } = JSON.parse(frame.data.post);
    const post = { id, channel: channel_id, user: user_id };
    this.session.posts.push(post);
    this.onPost?.(post, Date.now());
  }
}
