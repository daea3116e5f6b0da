import { recycleDatabase } from "../../../workers/actions/system/database.ts";
import { applyEffects } from "../../../workers/cache/caches.ts";
import { hearing } from "../../../workers/cache/hearing.ts";
import type { Env } from "../../../workers/env.ts";
import type { Effect } from "../../../workers/events/envelope.ts";
import { log } from "../../../workers/log/log.ts";
import { membership } from "../../../workers/ports/cluster/membership.ts";
import type { Hub } from "../../hub.ts";
import { live } from "../../live.ts";
import { Recent } from "../said/recent.ts";
import { msOf, type Position } from "./position.ts";
import type { Progress } from "./progress.ts";
import type { Entry, Stream } from "./stream.ts";

/** A topic of which only relays take notice: a node has come. */
export const CLUSTER = "cluster";

interface Listeners {
  background(work: Promise<unknown>): void;
  nodeCame(): void;
}

/** What is read from the stream on its way to this node's caches, hub and topics. */
export class Handover {
  /** Of the Redis process that is read from. */
  run = "";
  readonly recent = new Recent();
  private readonly env: Env;
  private readonly progress: Progress;
  private readonly listeners: Listeners;

  constructor(env: Env, progress: Progress, listeners: Listeners) {
    this.env = env;
    this.progress = progress;
    this.listeners = listeners;
  }

  /** In the stream's order: caches first, then the hub; a bundle that was published twice counts once. */
  async hand(entries: Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const fresh = entries.filter(({ bundle, position }) => this.recent.add(bundle.id, msOf(position)));
    for (const { bundle } of fresh) applyEffects(bundle.effects);
    const upTo = entries.at(-1)!.position;
    try {
      await this.hub.deliverEntries(fresh, this.progress.position, upTo, this.run);
    } catch (error) {
      // Who has got what is not known now, and would not be after another attempt.
      log.warn("entries could not be delivered", { error: String(error) });
      await this.hub.startAfresh();
    }
    for (const { bundle } of fresh) {
      const topic = live.followed.get(bundle.topic);
      if (topic)
        await this.env.TOPIC.get(topic)
          .publish(bundle)
          .catch((error) => log.warn("a topic failed", { error: String(error) }));
      if (bundle.topic === CLUSTER) this.take(bundle.effects);
    }
    this.progress.reach(upTo);
  }

  /** Tells the hub its place in the stream, with nothing new. */
  async tell(): Promise<void> {
    await this.hub.deliverEntries([], this.progress.position, this.progress.position, this.run);
  }

  /** Entries may be lost: nothing that was cached or can be resumed is certain any more. */
  async startAfresh(stream: Stream, position: Position): Promise<void> {
    hearing.distrust();
    this.run = stream.run;
    this.progress.reach(position);
    this.recent.clear();
    applyEffects([{ kind: "all" }]);
    await this.hub.startAfresh();
    await this.tell();
  }

  /** What concerns nodes, not clients; without an effect, a node has come. */
  private take(effects: Effect[]): void {
    const { background, nodeCame } = this.listeners;
    if (effects.length === 0) nodeCame();
    for (const { kind } of effects) {
      if (kind === "recycle_database") background(recycleDatabase(this.env));
      if (kind === "work" && membership.leads) background(this.hub.work());
    }
  }

  private get hub(): DurableObjectStub<Hub> {
    return this.env.HUB.get(this.env.HUB.idFromName("hub"));
  }
}
