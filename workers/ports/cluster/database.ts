import type { Sql } from "../sql/sql.ts";
import { DEAD_AFTER_MS, LEASE_MS, type NodeInfo } from "./cluster.ts";

const TYPE = "edgemost";
const LEADER = "EdgemostLeader";

/** Milliseconds by the database's clock: nodes need not agree on the time. */
const NOW = "(extract(epoch from clock_timestamp()) * 1000)::bigint";

/**
 * Membership and leadership in the database, where a partition cannot make two leaders: the lease is one row, taken
 * and renewed by one conditional update on the database's clock.
 *
 * A row of `clusterdiscovery` has no column for everything a node tells; `hostname` holds it as JSON beside the name.
 */
export function databaseCluster(sql: Sql, self: Omit<NodeInfo, "lastPingAt">, clusterName: string) {
  return {
    /** Live nodes, this one included, oldest first. */
    async nodes(): Promise<NodeInfo[]> {
      const rows = await sql.query<{ id: string; hostname: string; lastpingat: number }>(
        `SELECT id, hostname, lastpingat FROM clusterdiscovery WHERE type = $1 AND clustername = $2 AND lastpingat > ${NOW} - $3::bigint ORDER BY createat, id`,
        [TYPE, clusterName, DEAD_AFTER_MS],
      );
      return rows.map((row) => ({
        ...(JSON.parse(row.hostname) as Omit<NodeInfo, "id" | "lastPingAt">),
        id: row.id,
        lastPingAt: row.lastpingat,
      }));
    },

    /**
     * Says that this node lives, and takes or renews the lease where it is free or its own. Whether it leads. Rows of
     * nodes long dead go, and what an earlier start of this node left.
     */
    async beat(): Promise<boolean> {
      const { id, ...told } = self;
      const [, , taken] = await sql.batch([
        {
          text: `DELETE FROM clusterdiscovery WHERE type = $1 AND clustername = $2 AND id <> $3
            AND (lastpingat < ${NOW} - $4::bigint OR hostname::jsonb->>'name' = $5::text)`,
          params: [TYPE, clusterName, id, 10 * DEAD_AFTER_MS, self.name],
        },
        {
          text: `INSERT INTO clusterdiscovery (id, type, clustername, hostname, gossipport, port, createat, lastpingat)
            VALUES ($1, $2, $3, $4, 0, 0, ${NOW}, ${NOW}) ON CONFLICT (id) DO UPDATE SET lastpingat = ${NOW}, hostname = excluded.hostname`,
          params: [id, TYPE, clusterName, JSON.stringify(told)],
        },
        {
          text: `INSERT INTO systems AS s (name, value) VALUES ($1, jsonb_build_object('node', $2::text, 'until', ${NOW} + $3::bigint)::text)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            WHERE s.value::jsonb->>'node' = $2::text OR (s.value::jsonb->>'until')::bigint < ${NOW} RETURNING name`,
          params: [LEADER, id, LEASE_MS],
        },
      ]);
      return taken!.length > 0;
    },

    /** A clean end: the others need not wait for the lease to run out. */
    async leave() {
      await sql.batch([
        { text: "DELETE FROM clusterdiscovery WHERE id = $1", params: [self.id] },
        {
          text: "DELETE FROM systems WHERE name = $1 AND value::jsonb->>'node' = $2::text",
          params: [LEADER, self.id],
        },
      ]);
    },
  };
}
