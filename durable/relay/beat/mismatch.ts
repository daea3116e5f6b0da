import type { NodeInfo } from "../../../workers/ports/cluster/cluster.ts";

const COMPARED = ["version", "schemaVersion", "configHash"] as const;

/**
 * Notices nodes that are not alike: another version, schema or configuration. Only what two looks in a row have seen: while a
 * change of the configuration goes round, nodes differ for a moment. Nothing is done about it: during a rolling update it
 * is as it should be, and the System Console shows it by GET /cluster/status (client-flows 19.1).
 */
export class Mismatch {
  private seen = "";
  private told = "";

  /** What to tell of `nodes`: undefined where there is nothing new. */
  look(nodes: NodeInfo[]): string | undefined {
    const found = COMPARED.filter((field) => new Set(nodes.map((node) => node[field])).size > 1)
      .map((field) => `${field}: ${nodes.map((node) => `${node.name} ${node[field]}`).join(", ")}`)
      .join("; ");
    const steady = found === this.seen;
    this.seen = found;
    if (!steady || found === this.told) return undefined;
    this.told = found;
    return found ? `the cluster's nodes differ in ${found}` : "the cluster's nodes are alike again";
  }
}
