/** What matters of an executed plan. */
export interface Plan {
  /** Tables that were read from end to end. */
  sequential: string[];
  /** Rows that scans looked at, whether or not they were of use. */
  visited: number;
  /** The most expensive scans, to show. */
  scans: string[];
}

interface Node {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: Node[];
}

/** Of the answer of EXPLAIN (ANALYZE, FORMAT JSON). */
export function planOf(explained: unknown): Plan {
  const [{ Plan }] = (typeof explained === "string" ? JSON.parse(explained) : explained) as [{ Plan: Node }];
  const sequential: string[] = [];
  const scans: { text: string; rows: number }[] = [];
  const walk = (node: Node): void => {
    const name = node["Relation Name"] ?? node["Index Name"];
    if (name && node["Node Type"].includes("Scan")) {
      const each =
        node["Actual Rows"] +
        (node["Rows Removed by Filter"] ?? 0) +
        (node["Rows Removed by Index Recheck"] ?? 0);
      const rows = Math.round(each * node["Actual Loops"]);
      scans.push({ text: `${node["Node Type"]} ${name} ${node["Index Name"] ?? ""}: ${rows}`, rows });
      if (node["Node Type"] === "Seq Scan" && node["Actual Loops"] > 0) sequential.push(name);
    }
    for (const child of node.Plans ?? []) walk(child);
  };
  walk(Plan);
  scans.sort((a, b) => b.rows - a.rows);
  return {
    sequential,
    visited: scans.reduce((sum, scan) => sum + scan.rows, 0),
    scans: scans.slice(0, 5).map(({ text }) => text),
  };
}
