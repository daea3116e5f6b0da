import { SCHEMA_VERSION, SERVER_VERSION } from "../../../workers/config/version.ts";
import type { Env } from "../../../workers/env.ts";
import { log } from "../../../workers/log/log.ts";
import { newId } from "../../../workers/model/id.ts";
import { nodeState } from "../../../workers/node-state.ts";
import { BEAT_MS, DEAD_AFTER_MS, type NodeInfo } from "../../../workers/ports/cluster/cluster.ts";
import { databaseCluster } from "../../../workers/ports/cluster/database.ts";
import { membership } from "../../../workers/ports/cluster/membership.ts";
import { Meter } from "../../../workers/ports/meter.ts";
import { createSql } from "../../../workers/ports/sql/create.ts";
import { inTime, NoAnswer } from "../stream/redis.ts";
import { Mismatch } from "./mismatch.ts";

/** So long after the database came back, whoever lives has said so. */
const STEADY_MS = 2 * BEAT_MS;
/** A heartbeat that takes longer has failed. */
const PATIENCE_MS = 2_500;
const AGAIN_MS = 500;

/** Keeps this node's row and the leader's lease alive, and `membership` current. */
export class Beat {
  private readonly env: Env;
  private readonly id = newId();
  private readonly onDeath: (live: string[]) => Promise<void>;
  private readonly onBeat: (reached: boolean) => Promise<void>;
  private readonly mismatch = new Mismatch();
  private stopped = false;
  private readonly underWay = new Set<Promise<void>>();
  private known = new Set<string>();
  /** Since when every beat has reached the database. */
  private steadySince = 0;
  private beatenAt = 0;
  /** What has been found out about others is not told yet. */
  private changed = true;

  /**
   * @param onDeath called on the leader when a node that was known is no more (and once when it begins to lead). Not while
   * the database has been away: then those that live have not been able to say so either.
   * @param onBeat called after each heartbeat of `run`: whether it has reached the database.
   */
  constructor(
    env: Env,
    onDeath: (live: string[]) => Promise<void>,
    onBeat: (reached: boolean) => Promise<void>,
  ) {
    this.env = env;
    this.onDeath = onDeath;
    this.onBeat = onBeat;
  }

  async run(): Promise<void> {
    while (!this.stopped) {
      const reached = await inTime(this.once(), PATIENCE_MS).then(
        () => true,
        (error) => {
          this.steadySince = Date.now();
          const reason = error instanceof NoAnswer ? "the database does not answer" : String(error);
          log.warn("no heartbeat", { error: reason });
          return false;
        },
      );
      await this.onBeat(reached).catch(() => undefined);
      await scheduler.wait(reached ? BEAT_MS : AGAIN_MS);
    }
  }

  once(): Promise<void> {
    const beat = this.beat().finally(() => this.underWay.delete(beat));
    this.underWay.add(beat);
    return beat;
  }

  private async beat(): Promise<void> {
    if (this.stopped) return;
    const led = membership.leads;
    const cluster = await this.cluster();
    const asked = Date.now();
    if (asked - this.beatenAt > DEAD_AFTER_MS) this.steadySince = asked;
    const given = await cluster.beat();
    membership.lease(asked, given && !this.stopped);
    membership.nodes = await cluster.nodes();
    const msg = this.mismatch.look(membership.nodes);
    if (msg) log.warn(msg);
    this.beatenAt = asked;
    const live = new Set(membership.names);
    if (!led || [...this.known].some((name) => !live.has(name))) this.changed = true;
    this.known = live;
    if (!this.changed || !membership.leads || asked - this.steadySince < STEADY_MS) return;
    await this.onDeath([...live]);
    this.changed = false;
  }

  async leave(): Promise<void> {
    this.stopped = true;
    membership.lease(0, false);
    // What a beat under way writes would outlive this: a lease of a node that is gone.
    await Promise.allSettled(this.underWay);
    await (await this.cluster()).leave();
  }

  private async cluster() {
    const { configHash } = nodeState(this.env) ?? (await nodeState.load(this.env));
    return databaseCluster(
      createSql(this.env, new Meter()),
      this.self(configHash),
      this.env.CLUSTER_NAME ?? "edgemost",
    );
  }

  private self(configHash: string): Omit<NodeInfo, "lastPingAt"> {
    return {
      id: this.id,
      name: this.env.NODE_NAME ?? "node",
      address: this.env.NODE_ADDRESS ?? "",
      version: SERVER_VERSION,
      schemaVersion: SCHEMA_VERSION,
      configHash,
    };
  }
}
