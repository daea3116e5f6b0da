import { DurableObject } from "cloudflare:workers";
import { applyEffects } from "../workers/cache/caches.ts";
import { hearing } from "../workers/cache/hearing.ts";
import { createContext } from "../workers/context.ts";
import type { Env } from "../workers/env.ts";
import type { Bundle } from "../workers/events/envelope.ts";
import type { Rate, Verdict } from "../workers/http/rate-limit/gcra.ts";
import { log } from "../workers/log/log.ts";
import { newId } from "../workers/model/id.ts";
import { membership } from "../workers/ports/cluster/membership.ts";
import { RETENTION_MS } from "./hub/reaper.ts";
import type { Hub } from "./hub.ts";
import { Beat } from "./relay/beat/beat.ts";
import { DatabaseVoice } from "./relay/beat/database-voice.ts";
import { DatabaseWatch } from "./relay/beat/database-watch.ts";
import { CheckpointStore } from "./relay/checkpoint-store.ts";
import { Presences } from "./relay/presence/presence.ts";
import { Statuses } from "./relay/presence/statuses.ts";
import { RateLimits } from "./relay/rate-limits.ts";
import { Mouth } from "./relay/said/mouth.ts";
import { SAME_WITHIN_MS } from "./relay/said/recent.ts";
import { CLUSTER, Handover } from "./relay/stream/handover.ts";
import { BEGINNING, later, msOf, type Position, placeAt } from "./relay/stream/position.ts";
import { Progress } from "./relay/stream/progress.ts";
import { inTime } from "./relay/stream/redis.ts";
import { Shared } from "./relay/stream/shared.ts";
import { Stream } from "./relay/stream/stream.ts";

export type { Entry } from "./relay/stream/stream.ts";

/** A read returns after this long without news, and proves that the node still hears. */
const BLOCK_MS = 300;
const READ_COUNT = 200;
/**
 * After news, so long until the next read: under load it then brings several entries, which saves Redis and the hub calls.
 * What comes alone is read at once, for the reader waits in Redis by then.
 */
const GATHER_MS = 5;
const REHEARSE_COUNT = 1_000;
/** Silent at so many looks in a row, the node is deaf: it lets its clients go to nodes that hear. */
const DEAF_LOOKS = 5;
const LOOK_MS = 500;
/** How far the clocks of two Redis processes may differ, one of which takes over from the other. */
const CLOCKS_MS = 60_000;

/**
 * The node's ear and mouth in a cluster: writes bundles to one ordered Redis stream and hands what it reads there, in
 * the stream's order, to the node's hub. Redis is never the only copy: after any doubt (another Redis process, a gap)
 * the hub lets every connection start afresh.
 */
export class Relay extends DurableObject<Env> {
  private readonly prefix: string;
  /** Undefined while Redis is away. */
  private stream: Stream | undefined;
  private readonly newest = new Shared(() => this.connected().newest(this.progress.position));
  private readonly progress = new Progress();
  private readonly handover: Handover;
  private readonly mouth = new Mouth(() => this.stream);
  private readonly checkpoints: CheckpointStore;
  private readonly rateLimits: RateLimits;
  private readonly presences: Presences;
  private readonly statuses: Statuses;
  private readonly beat: Beat;
  private started: Promise<void> | undefined;
  private deaf = true;
  private stopped = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.prefix = env.REDIS_PREFIX ?? "edgemost:";
    const redis = () => this.stream?.redis;
    this.checkpoints = new CheckpointStore(redis, this.prefix);
    this.rateLimits = new RateLimits(redis, this.prefix);
    this.presences = new Presences(redis, this.prefix, env.NODE_NAME ?? "node");
    this.statuses = new Statuses(this.presences, () => createContext(env, ctx));
    this.handover = new Handover(env, this.progress, {
      background: (work) => this.background(work),
      nodeCame: () => this.nodeCame(),
    });
    const voice = new DatabaseVoice(redis, this.prefix, env.NODE_NAME ?? "node");
    const watch = new DatabaseWatch(env, voice, () => this.hub.letGo());
    this.beat = new Beat(
      env,
      (live) => this.statuses.reap(live),
      (reached) => watch.afterBeat(reached),
    );
    hearing.required = true;
    membership.clustered();
  }

  /** Resolves once the node has caught up with the stream for the first time. */
  start(): Promise<void> {
    this.started ??= this.begin().catch((error) => {
      this.started = undefined;
      throw error;
    });
    return this.started;
  }

  /** Puts a bundle into the stream. Fails after a while without Redis; what was committed is said once it is back. */
  publish(bundle: Bundle): Promise<void> {
    // Not awaited: what the start itself publishes would wait for its own end.
    void this.start().catch(() => undefined);
    return this.mouth.say(bundle);
  }

  /** Whether this node has read all that was published before now; waits up to `patienceMs` for it. */
  async caughtUp(patienceMs = 500): Promise<boolean> {
    if (this.deaf) return false;
    try {
      return await this.progress.at(await inTime(this.newest.ask(), patienceMs), patienceMs);
    } catch {
      return false;
    }
  }

  /** Saves checkpoints of this node's connections under `key`, and forgets those of `gone`. Throws while Redis is away. */
  saveCheckpoints(key: string, checkpoints: Record<string, string>, gone: string[]): Promise<void> {
    return this.checkpoints.save(key, checkpoints, gone);
  }

  /** What each node, the dead ones included, last saved about a connection; this node has read all that they had. */
  async checkpointsOf(id: string): Promise<string[]> {
    const found = await this.checkpoints.find(id).catch(() => []);
    return found.length > 0 && (await this.caughtUp(3_000)) ? found : [];
  }

  /** Counts a request against what the cluster allows `key`; undefined while Redis is away. */
  rateLimit(key: string, rate: Rate): Promise<Verdict | undefined> {
    return this.rateLimits.take(key, rate);
  }

  /** Whether the node hears the others. */
  async hears(): Promise<boolean> {
    await Promise.race([this.start().catch(() => undefined), scheduler.wait(200)]);
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
    this.mouth.closed = true;
    await inTime(this.beat.leave(), 3_000).catch(() => undefined);
    this.stream?.close();
  }

  private key(name: string): string {
    return this.prefix + name;
  }

  private get hub(): DurableObjectStub<Hub> {
    return this.env.HUB.get(this.env.HUB.idFromName("hub"));
  }

  private connected(): Stream {
    if (!this.stream) throw new Error("Redis is away");
    return this.stream;
  }

  private async begin(): Promise<void> {
    const stream = await Stream.open(this.env.REDIS_URL!, this.key("stream"));
    try {
      await this.rehearse(stream);
      this.stream = stream;
      await this.beat.once();
      // Nobody is here yet; who was, before this start, may be elsewhere.
      this.background(this.statuses.offline(await this.presences.set([])));
      await stream.append({ id: newId(), topic: CLUSTER, events: [], effects: [] });
    } catch (error) {
      this.stream = undefined;
      stream.close();
      throw error;
    }
    this.deaf = false;
    this.ctx.waitUntil(this.listen(stream));
    this.ctx.waitUntil(this.look());
    this.ctx.waitUntil(this.beat.run());
  }

  /** Reads what was, with nobody connected: fills what the hub needs to take over other nodes' connections. */
  private async rehearse(stream: Stream): Promise<void> {
    this.handover.run = stream.run;
    const from = (await stream.now()) - RETENTION_MS;
    this.handover.recent.clear();
    // Before `from` only what tells later on whether a bundle was published again.
    this.progress.reach(await stream.whole(placeAt(from - SAME_WITHIN_MS)));
    for (;;) {
      const entries = await stream.read(this.progress.position, REHEARSE_COUNT, 0);
      const known = entries.filter(({ position }) => msOf(position) < from);
      for (const { position, bundle } of known) this.handover.recent.add(bundle.id, msOf(position));
      this.progress.reach(later(known.at(-1)?.position ?? this.progress.position, this.progress.position));
      if (known.length === REHEARSE_COUNT) continue;
      this.progress.reach(later(this.progress.position, placeAt(from)));
      await this.handover.hand(entries.slice(known.length));
      if (entries.length < REHEARSE_COUNT) return this.handover.tell();
    }
  }

  private background(work: Promise<unknown>): void {
    this.ctx.waitUntil(work.catch((error) => log.warn("relay work failed", { error: String(error) })));
  }

  private async listen(first: Stream): Promise<void> {
    let stream: Stream | undefined = first;
    while (!this.stopped) {
      try {
        stream ??= await this.reconnect();
        await this.follow(stream);
      } catch (error) {
        // What fails here may have been heard in part: from the position on it is read again.
        if (!this.stopped && this.stream)
          log.warn("the cluster's stream broke off", { error: String(error) });
      }
      this.stream = undefined;
      stream?.close();
      stream = undefined;
      await scheduler.wait(50);
    }
  }

  /** Until the connection breaks. */
  private async follow(stream: Stream): Promise<void> {
    while (!this.stopped) {
      const asked = Date.now();
      const entries = await stream.read(this.progress.position, READ_COUNT, BLOCK_MS);
      if (!stream.intact) throw new Error("the connection has ended");
      await this.handover.hand(entries);
      // Not all of what the stream holds: nothing is proved yet.
      if (entries.length === READ_COUNT) continue;
      // All that was published before it was asked for (or, without news, before the wait was over) has taken effect here.
      hearing.heardAt = Math.min(Date.now(), asked + (entries.length === 0 ? BLOCK_MS : 0));
      if (this.deaf) this.hearAgain();
      if (entries.length > 0) await this.progress.pause(GATHER_MS);
    }
  }

  /** Another connection; finds out whether anything may have been lost meanwhile. */
  private async reconnect(): Promise<Stream> {
    const stream = await Stream.open(this.env.REDIS_URL!, this.key("stream"));
    try {
      if (stream.run !== this.handover.run) {
        await this.handover.startAfresh(stream, await this.beginningOf(stream));
        this.background(this.statuses.review());
      }
      const whole = await stream.whole(this.progress.position);
      if (whole !== this.progress.position) await this.handover.startAfresh(stream, whole);
      await this.mouth.catchUp(stream);
      this.stream = stream;
      this.background(this.statuses.catchUp(async () => this.hub.activeUsers()));
      return stream;
    } catch (error) {
      stream.close();
      throw error;
    }
  }

  /** Before anything that was published to a Redis process that is not the one this node has read from. */
  private async beginningOf(stream: Stream): Promise<Position> {
    const position = placeAt(msOf(this.progress.position) - CLOCKS_MS);
    // Nothing so new in there: its clock is another.
    return (await stream.newest(position)) === position ? BEGINNING : position;
  }

  private nodeCame(): void {
    membership.joined();
    if (!this.deaf) this.background(this.beat.once());
  }

  private hearAgain(): void {
    this.deaf = false;
    applyEffects([{ kind: "all" }]);
  }

  /** Notices when the stream has gone silent, whatever the connection believes. */
  private async look(): Promise<void> {
    // Counted in looks, not in time: a process that stood still has not been deaf.
    let silent = 0;
    while (!this.stopped) {
      await scheduler.wait(LOOK_MS);
      silent = hearing.fresh() ? 0 : silent + 1;
      if (this.deaf || silent < DEAF_LOOKS) continue;
      this.deaf = true;
      await this.hub.letGo();
    }
  }
}
