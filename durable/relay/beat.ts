import { SCHEMA_VERSION, SERVER_VERSION } from "../../workers/config/version.ts";
import { nodeState } from "../../workers/node-state.ts";
import type { Env } from "../../workers/env.ts";
import { newId } from "../../workers/model/id.ts";
import { BEAT_MS, type NodeInfo } from "../../workers/ports/cluster/cluster.ts";
import { databaseCluster } from "../../workers/ports/cluster/database.ts";
import { membership } from "../../workers/ports/cluster/membership.ts";
import { Meter } from "../../workers/ports/meter.ts";
import { createSql } from "../../workers/ports/sql/create.ts";

/** Keeps this node's row and the leader's lease alive, and `membership` current. */
export class Beat {
  private readonly env: Env;
  private readonly id = newId();
  private readonly onDeath: (live: string[]) => Promise<void>;
  private stopped = false;
  private known = new Set<string>();

  /** @param onDeath called on the leader when a node that was known is no more (and once when it begins to lead). */
  constructor(env: Env, onDeath: (live: string[]) => Promise<void>) {
    this.env = env;
    this.onDeath = onDeath;
  }

  async run(): Promise<void> {
    while (!this.stopped) {
      await this.once().catch((error) =>
        console.error(JSON.stringify({ level: "warn", msg: "no heartbeat", error: String(error) })),
      );
      await scheduler.wait(BEAT_MS);
    }
  }

  async once(): Promise<void> {
    const led = membership.leads;
    const cluster = this.cluster();
    const asked = Date.now();
    membership.lease(asked, await cluster.beat());
    membership.nodes = await cluster.nodes();
    const live = new Set(membership.names);
    const lost = [...this.known].some((name) => !live.has(name));
    this.known = live;
    if (membership.leads && (lost || !led)) await this.onDeath([...live]);
  }

  async leave(): Promise<void> {
    this.stopped = true;
    membership.lease(0, false);
    await this.cluster().leave();
  }

  private cluster() {
    return databaseCluster(createSql(this.env, new Meter()), this.self(), this.env.CLUSTER_NAME ?? "edgemost");
  }

  private self(): Omit<NodeInfo, "lastPingAt"> {
    return {
      id: this.id,
      name: this.env.NODE_NAME ?? "node",
      address: this.env.NODE_ADDRESS ?? "",
      version: SERVER_VERSION,
      schemaVersion: SCHEMA_VERSION,
      configHash: nodeState(this.env)?.configHash ?? "",
    };
  }
}
