import { DurableObject } from "cloudflare:workers";
import { applyEffects, caches, prepareCaches } from "../workers/cache/caches.ts";
import { createContext } from "../workers/context.ts";
import type { Env } from "../workers/env.ts";
import type { Bundle } from "../workers/events/envelope.ts";
import { CLOSE, close } from "./hub/connection/close-codes.ts";
import { loginOf } from "./hub/connection/upgrade.ts";
import type { Hub } from "./hub.ts";
import { Journal } from "./journal.ts";
import { live } from "./live.ts";
import { hubNamesOf } from "./placement.ts";
import { Seen } from "./relay/said/seen.ts";
import { Followers } from "./topic/followers.ts";
import { entryFrame, Log } from "./topic/log.ts";

/** Bundles that are known again when they come again; hubs remember more. */
const MEMORY = 250;
const RETRY_DELAYS_MS = [20, 100, 500];

/** One channel's, team's or the system's events in their one order. */
export class Topic extends DurableObject<Env> {
  private readonly journal: Journal;
  private readonly log: Log;
  private readonly followers: Followers;
  private readonly seen = new Seen(MEMORY);
  private readonly logged = new Seen(MEMORY);
  /** One stub per hub: calls through it arrive in their order. */
  private readonly hubs = new Map<string, DurableObjectStub<Hub>>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    prepareCaches(env.PROFILE);
    this.log = new Log(ctx.storage.sql);
    this.journal = new Journal(ctx, env, () => this.save(), { whenQuiet: true });
    this.log.load(this.journal.trusted());
    this.followers = new Followers(ctx, () => createContext(env, ctx), env.PROFILE === "edge");
    if (this.followers.present) live.topics.set(ctx.id.toString(), ctx.id);
  }

  /** Gives the bundle its place, and sends it on; a bundle published before is ignored. */
  async publish(bundle: Bundle): Promise<void> {
    if (!this.followers.present) live.followed.delete(bundle.topic);
    if (!this.seen.add(bundle.id)) return;
    if (!caches.coherent) applyEffects(bundle.effects);
    if (this.logged.add(bundle.id)) this.append(bundle);
    try {
      await Promise.all(hubNamesOf(this.env, bundle).map((name) => this.deliver(name, bundle)));
    } catch (error) {
      // Published again it must go out again; hubs that have it ignore it.
      this.seen.delete(bundle.id);
      throw error;
    }
  }

  /** Saves what is not saved yet, before a clean end. */
  drain(): void {
    this.followers.closeAll();
    this.journal.flush();
  }

  /**
   * A follower's WebSocket; the caller has authorised it. `since=<epoch>.<offset>` continues after that event;
   * without it only new events come. The first frame is `hello` with the place where the follower is; `reset: true`
   * in it says that events may be missing and the channel must be fetched.
   */
  override async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const since = url.searchParams.get("since") ?? "";
    const { 0: client, 1: server } = new WebSocketPair();
    const channel = url.pathname.split("/").at(-2)!;
    live.followed.set(`channel:${channel}`, this.ctx.id);
    this.followers.admit(server, { token: loginOf(request)!.token, channel, at: this.log.next - 1 });
    live.topics.set(this.ctx.id.toString(), this.ctx.id);
    // Its epoch is to be found again.
    this.journal.touch();
    if (live.ending) close(server, CLOSE.goingAway);
    const [epoch = "", offset] = since.split(".");
    const from = Number(offset);
    const known = this.log.reaches(epoch, from);
    const data = {
      epoch: this.log.epoch,
      offset: known ? from : this.log.next - 1,
      reset: since !== "" && !known,
    };
    server.send(JSON.stringify({ event: "hello", data, broadcast: {}, seq: 0 }));
    if (known) for (const entry of this.log.after(from)) server.send(entryFrame(entry));
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    this.followers.hear(socket, message);
  }

  override webSocketClose(socket: WebSocket): void {
    this.followers.gone(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.followers.gone(socket);
  }

  private append(bundle: Bundle): void {
    const entries = this.log.append(bundle);
    if (entries.length === 0) return;
    live.topics.set(this.ctx.id.toString(), this.ctx.id);
    this.journal.touch();
    if (this.log.isFull) this.journal.flush();
    this.followers.send(entries);
  }

  private save(): void {
    this.log.save();
    if (!this.followers.present) live.topics.delete(this.ctx.id.toString());
  }

  /** A hub that fails is called again: it has the bundle already, or lost nothing of it. */
  private async deliver(name: string, bundle: Bundle): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        let hub = this.hubs.get(name);
        if (!hub) {
          hub = this.env.HUB.get(this.env.HUB.idFromName(name));
          this.hubs.set(name, hub);
        }
        return await hub.deliver(bundle);
      } catch (error) {
        // A stub that has thrown may stay broken.
        this.hubs.delete(name);
        const delay = RETRY_DELAYS_MS[attempt];
        if (delay === undefined) throw error;
        await scheduler.wait(delay);
      }
    }
  }
}
