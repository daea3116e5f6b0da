import { DEAD_AFTER_MS, LEASE_MS, type NodeInfo } from "./cluster.ts";

/** What this node knows of its cluster, kept by the relay; a node without a cluster leads itself. */
export const membership = {
  /** Live nodes, oldest first; empty where there is no cluster. */
  nodes: [] as NodeInfo[],
  /** Until when this node leads, ms; counted from before the lease was asked for, so it ends here before it ends in the database. */
  leadsUntil: Number.POSITIVE_INFINITY,

  /** Whether scheduled work is this node's. Never true on two nodes at once. */
  get leads(): boolean {
    return Date.now() < this.leadsUntil;
  },

  /** This node has others: it leads only once it has the lease. */
  clustered(): void {
    if (this.leadsUntil === Number.POSITIVE_INFINITY) this.leadsUntil = 0;
  },

  /** The lease was asked for at `askedAt` and given, or not. */
  lease(askedAt: number, given: boolean): void {
    this.leadsUntil = given ? askedAt + LEASE_MS : 0;
  },

  /** When this node last heard that one has come, ms. */
  joinedAt: 0,

  joined(): void {
    this.joinedAt = Date.now();
  },

  /** Whether no other node writes; false for a while after one has come, until the database has told who there is. */
  get alone(): boolean {
    return this.nodes.length === 1 && Date.now() - this.joinedAt > DEAD_AFTER_MS;
  },

  /** Names of the live nodes. */
  get names(): string[] {
    return this.nodes.map((node) => node.name);
  },
};
