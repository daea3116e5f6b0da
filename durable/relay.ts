import { DurableObject } from "cloudflare:workers";
import { presence } from "../workers/actions/status/presence.ts";
import { applyEffects } from "../workers/cache/caches.ts";
import { hearing } from "../workers/cache/hearing.ts";
import { createContext } from "../workers/context.ts";
import type { Env } from "../workers/env.ts";
import type { Bundle } from "../workers/events/envelope.ts";
import { membership } from "../workers/ports/cluster/membership.ts";
import type { Hub } from "./hub.ts";
import { Beat } from "./relay/beat.ts";
import { BEGINNING, comparePositions, type Position } from "./relay/position.ts";
import { Presences } from "./relay/presence.ts";
import { live } from "./live.ts";
import { connectRedis, type Redis, runId } from "./relay/redis.ts";
import { Seen } from "./relay/seen.ts";

/** A read returns after this long without news, and proves that the node still hears. */
const BLOCK_MS = 300;
const READ_COUNT = 200;
/** Without an answer for this long the node is deaf: it lets its clients go to nodes that hear. */
const DEAF_MS = 2_500;
/** What a client that was away may have missed, in time and in number. */
const RETENTION_MS = 600_000;
const MAX_ENTRIES = 200_000;
/** How long a publication waits for Redis to come back before the request fails (its retry stores nothing twice). */
const PUBLISH_PATIENCE_MS = 4_000;
const LAST_WRITE_SECONDS = 10;
const COMMAND_MS = 1_500;

export interface Entry {
  position: Position;
  bundle: Bundle;
}

/**
 * The node's ear and mouth in a cluster: writes bundles to one ordered Redis stream and hands what it reads there, in
 * the stream's order, to the node's hub. Redis is never the only copy: after any doubt (another Redis process, a gap)
 * the hub lets every connection start afresh.
 */
export class Relay extends DurableObject<Env> {
  private readonly prefix: string;
  private writer: Redis | undefined;
  private reader: Redis | undefined;
  private position: Position = BEGINNING;
  /** Redis' run_id: another one means that entries may have been lost. */
  private run = "";
  private readonly seen = new Seen();
  private readonly presences: Presences;
  private readonly beat: Beat;
  private started: Promise<void> | undefined;
  private deaf = true;
  private keptAt = 0;
  private stopped = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.prefix = env.REDIS_PREFIX ?? "edgemost:";
    this.presences = new Presences(
      () => (this.writer?.isReady ? this.writer : undefined),
      this.prefix,
      env.NODE_NAME ?? "node",
    );
    this.beat = new Beat(env, async (live) => this.offline(await this.presences.reap(live)));
    hearing.required = true;
  }

  /** Resolves once the node has caught up with the stream for the first time. */
  start(): Promise<void> {
    this.started ??= this.begin();
    return this.started;
  }

  /** Puts a bundle into the stream; `userId` has written it and will see it on whichever node comes next. */
  async publish(bundle: Bundle, userId: string): Promise<void> {
    await this.start();
    const until = Date.now() + PUBLISH_PATIENCE_MS;
    for (;;) {
      try {
        return await this.write(bundle, userId);
      } catch (error) {
        if (Date.now() > until) throw error;
        await scheduler.wait(100);
      }
    }
  }

  private async write(bundle: Bundle, userId: string): Promise<void> {
    const writer = this.writer!;
    if (!writer.isReady) throw new Error("Redis is away");
    const position = await inTime(
      writer.xAdd(
        this.key("stream"),
        "*",
        { b: JSON.stringify(bundle) },
        { TRIM: { strategy: "MAXLEN", strategyModifier: "~", threshold: MAX_ENTRIES } },
      ),
    );
    if (userId)
      await writer.set(this.key(`write:${userId}`), position, {
        expiration: { type: "EX", value: LAST_WRITE_SECONDS },
      });
  }

  /** Whether this node has read everything that the user has written anywhere; waits up to `patienceMs` for it. */
  async caughtUp(userId: string, patienceMs = 500): Promise<boolean> {
    await this.start();
    if (!this.writer!.isReady) return false;
    const last = await this.writer!.get(this.key(`write:${userId}`)).catch(() => BEGINNING);
    if (last === null) return true;
    const until = Date.now() + patienceMs;
    while (comparePositions(this.position, last) < 0) {
      if (Date.now() > until) return false;
      await scheduler.wait(5);
    }
    return true;
  }

  /** Saves the checkpoints of this node's connections, and forgets those of `gone`. */
  async saveCheckpoints(checkpoints: Record<string, string>, gone: string[]): Promise<void> {
    if (!this.writer?.isReady) return;
    const key = this.key(`connections:${this.env.NODE_NAME}`);
    const work: Promise<unknown>[] = [];
    if (gone.length > 0) work.push(this.writer.hDel(key, gone));
    if (Object.keys(checkpoints).length > 0) work.push(this.writer.hSet(key, checkpoints));
    if (Date.now() - this.keptAt > 60_000) {
      this.keptAt = Date.now();
      work.push(this.writer.sAdd(this.key("names"), this.env.NODE_NAME!));
      work.push(this.writer.expire(key, (2 * RETENTION_MS) / 1_000));
    }
    await Promise.all(work);
  }

  /** What each node, the dead ones included, last saved about a connection. */
  async checkpointsOf(id: string): Promise<string[]> {
    if (!this.writer?.isReady) return [];
    const nodes = await this.writer.sMembers(this.key("names"));
    const found = await Promise.all(
      nodes.map((node) => this.writer!.hGet(this.key(`connections:${node}`), id)),
    );
    return found.filter((value) => value !== null);
  }

  /** Whether the node hears the others. */
  async hears(): Promise<boolean> {
    await Promise.race([this.start(), scheduler.wait(200)]);
    return !this.deaf && hearing.fresh();
  }

  /** Users have come to this node. */
  arrived(userIds: string[]): Promise<void> {
    return this.presences.arrive(userIds);
  }

  /** Users have no connection here any more; returns those who have none anywhere. */
  left(userIds: string[]): Promise<string[]> {
    return this.presences.leave(userIds, membership.names);
  }

  /** The node ends: the others need not wait until it is found dead. */
  async drain(): Promise<void> {
    this.stopped = true;
    await Promise.allSettled([this.beat.leave(), this.writer?.close(), this.reader?.destroy()]);
  }

  private key(name: string): string {
    return this.prefix + name;
  }

  private get hub(): DurableObjectStub<Hub> {
    return this.env.HUB.get(this.env.HUB.idFromName("hub"));
  }

  private async begin(): Promise<void> {
    this.writer = await connectRedis(this.env.REDIS_URL!);
    this.reader = await connectRedis(this.env.REDIS_URL!);
    this.run = await runId(this.writer!);
    // Replayed without anyone connected: fills what the hub needs to take over other nodes' connections.
    this.position = `${Date.now() - RETENTION_MS}-0`;
    for (;;) {
      const entries = await this.read(false);
      if (entries.length === 0) break;
      await this.hand(entries);
    }
    this.deaf = false;
    await this.beat.once();
    await this.offline(await this.presences.restart(membership.names));
    hearing.heardAt = Date.now();
    this.ctx.waitUntil(this.listen());
    this.ctx.waitUntil(this.watch());
    this.ctx.waitUntil(this.beat.run());
  }

  private async offline(userIds: string[]): Promise<void> {
    if (userIds.length > 0) await presence.disconnected(await createContext(this.env, this.ctx), userIds);
  }

  private async listen(): Promise<void> {
    while (!this.stopped) {
      try {
        if (!this.reader!.isReady) await this.reconnected();
        const entries = await this.read(true);
        if (this.deaf) await this.hearAgain();
        await this.hand(entries);
        // Only now has everything up to the answer taken effect here.
        hearing.heardAt = Date.now();
      } catch {
        await scheduler.wait(100);
      }
    }
  }

  /** Waits for the connections, and finds out whether anything may have been lost meanwhile. */
  private async reconnected(): Promise<void> {
    while (!this.reader!.isReady || !this.writer!.isReady) {
      if (this.stopped) throw new Error("stopped");
      await scheduler.wait(50);
    }
    const run = await runId(this.writer!);
    const [oldest] = (await this.writer!.xRange(this.key("stream"), "-", "+", { COUNT: 1 })) ?? [];
    const trimmed = oldest !== undefined && comparePositions(oldest.id, this.position) > 0;
    if (run !== this.run || trimmed) await this.startAfresh(run);
  }

  private async read(block: boolean): Promise<Entry[]> {
    const options = block ? { BLOCK: BLOCK_MS, COUNT: READ_COUNT } : { COUNT: 1_000 };
    const answer = await this.reader!.xRead({ key: this.key("stream"), id: this.position }, options);
    const streams = answer as { messages: { id: string; message: Record<string, string> }[] }[] | null;
    return (streams?.[0]?.messages ?? []).map(toEntry);
  }

  /** In the stream's order: caches first, then the hub; a bundle that was published twice counts once. */
  private async hand(entries: Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const fresh = entries.filter(({ bundle }) => this.seen.add(bundle.id));
    for (const { bundle } of fresh) applyEffects(bundle.effects);
    await this.hub.deliverEntries(fresh, this.position, entries.at(-1)!.position);
    for (const { bundle } of fresh) {
      const topic = live.followed.get(bundle.topic);
      if (topic) await this.env.TOPIC.get(topic).publish(bundle);
    }
    this.position = entries.at(-1)!.position;
  }

  /** Entries may be lost: nothing that was cached or can be resumed is certain any more. */
  private async startAfresh(run: string): Promise<void> {
    // Another Redis begins anew; in the same one only what has been trimmed is missing, and nobody is left to get the rest.
    const [newest] = run === this.run ? ((await this.writer!.xRevRange(this.key("stream"), "+", "-", { COUNT: 1 })) ?? []) : [];
    this.run = run;
    this.position = newest?.id ?? BEGINNING;
    this.seen.clear();
    applyEffects([{ kind: "all" }]);
    await this.hub.startAfresh();
  }

  private async hearAgain(): Promise<void> {
    this.deaf = false;
    // What was cached before the silence may have changed since; what follows in the stream is heard in order.
    applyEffects([{ kind: "all" }]);
  }

  /** Notices when the stream has gone silent, whatever the reader's connection believes. */
  private async watch(): Promise<void> {
    while (!this.stopped) {
      await scheduler.wait(500);
      if (this.deaf || Date.now() - hearing.heardAt < DEAF_MS) continue;
      this.deaf = true;
      await this.hub.letGo();
      // A connection into a black hole stays open for long: a new one tells.
      this.reader!.destroy();
      this.writer!.destroy();
      this.writer = await connectAgain(this.env.REDIS_URL!, () => this.stopped);
      this.reader = await connectAgain(this.env.REDIS_URL!, () => this.stopped);
      await this.reconnected().catch(() => undefined);
    }
  }
}

async function connectAgain(url: string, stopped: () => boolean): Promise<Redis> {
  for (;;) {
    try {
      return await connectRedis(url);
    } catch (error) {
      if (stopped()) throw error;
      await scheduler.wait(200);
    }
  }
}

/** A connection that leads nowhere does not fail by itself. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = scheduler.wait(COMMAND_MS).then(() => Promise.reject(new Error("Redis does not answer")));
  return Promise.race([work, late]);
}

function toEntry({ id, message }: { id: string; message: Record<string, string> }): Entry {
  return { position: id, bundle: JSON.parse(message.b!) as Bundle };
}
