import { SCHEMA_VERSION, SERVER_VERSION } from "../../workers/config/version.ts";
import type { Env } from "../../workers/env.ts";
import { newId } from "../../workers/model/id.ts";
import { nodeState } from "../../workers/node-state.ts";
import { BEAT_MS, DEAD_AFTER_MS, type NodeInfo } from "../../workers/ports/cluster/cluster.ts";
import { databaseCluster } from "../../workers/ports/cluster/database.ts";
import { membership } from "../../workers/ports/cluster/membership.ts";
import { Meter } from "../../workers/ports/meter.ts";
import { createSql } from "../../workers/ports/sql/create.ts";

/** So long after the database came back, whoever lives has said so. */
const STEADY_MS = 2 * BEAT_MS;

/** Keeps this node's row and the leader's lease alive, and `membership` current. */
export class Beat {
  private readonly env: Env;
  private readonly id = newId();
  private readonly onDeath: (live: string[]) => Promise<void>;
  private stopped = false;
  private known = new Set<string>();
  /** Since when every beat has reached the database. */
  private steadySince = 0;
  private beatenAt = 0;
  /** What has been found out about others is not told yet. */
  private changed = true;

  /**
   * @param onDeath called on the leader when a node that was known is no more (and once when it begins to lead). Not while
   * the database has been away: then those that live have not been able to say so either.
   */
  constructor(env: Env, onDeath: (live: string[]) => Promise<void>) {
    this.env = env;
    this.onDeath = onDeath;
  }

  async run(): Promise<void> {
    while (!this.stopped) {
      await this.once().catch((error) => {
        this.steadySince = Date.now();
        console.error(JSON.stringify({ level: "warn", msg: "no heartbeat", error: String(error) }));
      });
      await scheduler.wait(BEAT_MS);
    }
  }

  async once(): Promise<void> {
    const led = membership.leads;
    const cluster = await this.cluster();
    const asked = Date.now();
    if (asked - this.beatenAt > DEAD_AFTER_MS) this.steadySince = asked;
    membership.lease(asked, await cluster.beat());
    membership.nodes = await cluster.nodes();
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
