import { LEASE_MS, type NodeInfo } from "./cluster.ts";

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

  /** The lease was asked for at `askedAt` and given, or not. */
  lease(askedAt: number, given: boolean): void {
    this.leadsUntil = given ? askedAt + LEASE_MS : 0;
  },

  /** Names of the live nodes. */
  get names(): string[] {
    return this.nodes.map((node) => node.name);
  },
};
