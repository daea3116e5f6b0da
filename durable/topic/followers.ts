import { channelById } from "../../workers/access/channels.ts";
import { Rights, rolePermissions } from "../../workers/access/permissions.ts";
import type { Context } from "../../workers/context.ts";
import { log } from "../../workers/log/log.ts";
import { validIdentity } from "../hub/audience/session.ts";
import { CLOSE, close } from "../hub/connection/close-codes.ts";
import { type Entry, entryFrame } from "./log.ts";

export interface Follower {
  token: string;
  channel: string;
  /** Where the log was when it came: what is older has been sent to it then. */
  at: number;
}

/** Right after a change of rights the socket of one who has lost it is closed within this time (self-hosted). */
const CHECK_EVERY_MS = 500;

/**
 * The sockets that follow a channel. Each one's right to read it is looked at before an event is sent, so that nothing
 * goes out to one who has lost it. Self-hosted that is a look into coherent caches; it is done twice a second besides,
 * and the socket is closed though the channel is silent. On the edge such a socket stays open until the next event.
 */
export class Followers {
  private readonly ctx: DurableObjectState;
  private readonly context: () => Promise<Context>;
  /** Whether sockets hibernate, as they do on the edge (see Hub.accept). */
  private readonly rests: boolean;
  private readonly bySocket = new Map<WebSocket, Follower>();
  /** Sends happen one after another, whatever the checks wait for. */
  private queue: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(ctx: DurableObjectState, context: () => Promise<Context>, rests: boolean) {
    this.ctx = ctx;
    this.context = context;
    this.rests = rests;
    for (const socket of ctx.getWebSockets())
      this.bySocket.set(socket, socket.deserializeAttachment() as Follower);
  }

  get present(): boolean {
    return this.bySocket.size > 0;
  }

  admit(socket: WebSocket, follower: Follower): void {
    this.bySocket.set(socket, follower);
    if (this.rests) {
      socket.serializeAttachment(follower);
      this.ctx.acceptWebSocket(socket);
      return;
    }
    socket.accept();
    socket.addEventListener("message", ({ data }) => this.hear(socket, data));
    socket.addEventListener("close", () => this.gone(socket));
    socket.addEventListener("error", () => this.gone(socket));
    this.timer ??= setInterval(() => this.watch(), CHECK_EVERY_MS);
  }

  /** Followers only listen; `ping` is answered so that they can tell a dead connection. */
  hear(socket: WebSocket, message: unknown): void {
    if (message === "ping") trySend(socket, "pong");
  }

  gone(socket: WebSocket): void {
    this.bySocket.delete(socket);
  }

  /** Sends entries to those who may read the channel, in order. */
  send(entries: Entry[]): void {
    if (entries.length === 0 || !this.present) return;
    this.enqueue(async () => {
      for (const [socket, { at }] of await this.entitled()) {
        for (const entry of entries) if (entry.offset > at) trySend(socket, entryFrame(entry));
      }
    });
  }

  closeAll(): void {
    for (const socket of this.bySocket.keys()) close(socket, CLOSE.goingAway);
    this.bySocket.clear();
  }

  private watch(): void {
    if (this.present) {
      this.enqueue(async () => void (await this.entitled()));
      return;
    }
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private enqueue(work: () => Promise<void>): void {
    this.queue = this.queue.then(work).catch((error) => {
      // Not known who may read: they come back with `since`.
      log.error("followers could not be served", { error: String(error) });
      this.closeAll();
    });
    this.ctx.waitUntil(this.queue);
  }

  /** Those who may read the channel; the sockets of the others are closed. */
  private async entitled(): Promise<[WebSocket, Follower][]> {
    const followers = [...this.bySocket];
    const ctx = await this.context();
    const rights = await Promise.all(followers.map(([, follower]) => mayRead(ctx, follower)));
    for (const [index, [socket]] of followers.entries()) {
      if (rights[index]) continue;
      close(socket, CLOSE.noRight);
      this.gone(socket);
    }
    return followers.filter((_, index) => rights[index]);
  }
}

async function mayRead(ctx: Context, { token, channel: id }: Follower): Promise<boolean> {
  const identity = await validIdentity(ctx, token);
  const channel = identity && (await channelById(ctx, id));
  return channel !== undefined && new Rights(await rolePermissions(ctx), identity!).readChannel(channel);
}

function trySend(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    // Closed meanwhile; the follower comes back with `since`.
  }
}
