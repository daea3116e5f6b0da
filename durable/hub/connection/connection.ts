import { metrics } from "../../../workers/metrics/metrics.ts";
import { newId } from "../../../workers/model/id.ts";

/** Events already written that a resume may ask for again (websocket.md 4). */
export const DEAD_QUEUE = 128;
/** Events that may wait for a client that is away. */
export const SEND_QUEUE = 256;

/** The parts of an event that all its receivers share, by reference. */
export interface Shared {
  head: string;
  tail: string;
}

/** An event with a part of one receiver's own between head and tail. */
export interface Own {
  shared: Shared;
  own: string;
}

export type Item = Shared | Own;

export function frame(item: Item, seq: number): string {
  if ("own" in item) return `${item.shared.head}${item.own}${item.shared.tail}${seq}}`;
  return `${item.head}${item.tail}${seq}}`;
}

/** Presence hints of one connection (websocket.md 7, `presence`); undefined = undeclared. */
export interface Hints {
  channel?: string;
  team?: string;
  rhsThreadChannel?: string;
  viewThreadChannel?: string;
}

/**
 * One logical connection: outlives its socket so that a client can resume it.
 *
 * `items` holds, oldest first and without a gap, the last events up to number `next - 1`. Those below `sent` have been
 * written to a socket, the others wait for a flush, or for the client to come back.
 */
export class Connection {
  id = newId();
  readonly userId: string;
  sessionId: string;
  token: string;
  /** The session's end as last seen, ms; 0 = none. */
  expiresAt = 0;
  postedAck = false;
  socket: WebSocket | undefined;
  next = 0;
  sent = 0;
  items: Item[] = [];
  hints: Hints = {};
  /** What its user did on it, not its pings. */
  lastActivity = Date.now();
  /** 0 while connected. */
  lostAt = 0;
  /** 0 until the client has pinged. */
  lastPing = 0;
  /** Whether the session still holds is being asked: nothing is written meanwhile. */
  held = false;
  /** How often that has become doubtful. */
  doubts = 0;
  /** The session is gone: no events, actions answer 401. */
  revoked = false;
  /** Characters written since the last ping: what the client may not have read yet. */
  unconfirmed = 0;
  /** Has an entry in the outbox. */
  queued = false;
  /** Since it was last saved. */
  changed = true;

  constructor(userId: string, sessionId: string, token: string) {
    this.userId = userId;
    this.sessionId = sessionId;
    this.token = token;
  }

  get active(): boolean {
    return this.socket !== undefined;
  }

  /** Events not yet written. */
  get waiting(): number {
    return this.next - this.sent;
  }

  /** Gives the event its number. False when a client that is away has too much waiting. */
  push(item: Item): boolean {
    this.items.push(item);
    this.next++;
    this.changed = true;
    this.trim();
    return this.socket !== undefined || this.waiting <= SEND_QUEUE;
  }

  /** Writes what waits. */
  flush(): void {
    const { socket, items, next } = this;
    if (!socket || this.held) return;
    const first = next - items.length;
    metrics.deliveries.value += next - this.sent;
    for (let seq = this.sent; seq < next; seq++) {
      const text = frame(items[seq - first]!, seq);
      this.unconfirmed += text.length;
      try {
        socket.send(text);
      } catch {
        // The socket is gone; its close event follows, and the client resumes from what it has seen.
      }
    }
    this.sent = next;
  }

  /** Takes a client back that has seen everything before `seq`. False when that cannot be done without a gap. */
  resume(socket: WebSocket, seq: number): boolean {
    const oldest = this.next - this.items.length;
    if (seq < Math.max(oldest, this.sent - DEAD_QUEUE) || seq > this.sent) return false;
    this.attach(socket);
    this.sent = seq;
    return true;
  }

  attach(socket: WebSocket): void {
    this.socket = socket;
    this.lostAt = 0;
    this.lastPing = 0;
    this.unconfirmed = 0;
    this.lastActivity = Date.now();
    this.changed = true;
  }

  detach(): void {
    this.socket = undefined;
    this.lostAt = Date.now();
    this.changed = true;
  }

  /** Amortised: cuts only once the array is twice as long as needed. */
  private trim(): void {
    const waiting = this.next - this.sent;
    if (this.items.length > 2 * DEAD_QUEUE + waiting) this.items = this.items.slice(-(DEAD_QUEUE + waiting));
  }
}
