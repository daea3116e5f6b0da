// What others are told about the running cluster.

/** DATA_DIR/cluster.json, while the cluster runs. What is down, or not ours, has a pid of null. */
export interface ClusterFile {
  url: string;
  nodes: { name: string; url: string; metricsUrl?: string; pid: number | null }[];
  postgres: string;
  redis: string;
  s3: string;
  /** The Unix socket of control.ts. */
  control: string;
  pids: Record<string, number | null>;
}

/** For people, so without passwords. */
export function table({ url, nodes, postgres, redis, s3, pids }: ClusterFile): string {
  const safe = (text: string) => text.replace(/:\/\/[^/]*@/, "://").replace(/\?.*$/, "");
  const rows = [
    ["nginx", url, pids.nginx],
    ...nodes.map((node) => [node.name, node.url, node.pid]),
    ["postgres", safe(postgres), pids.postgres],
    ["redis", safe(redis), pids.redis],
    ["s3", s3, pids.s3],
  ].map((row) => row.map((cell) => `${cell ?? "not ours"}`));
  const width = (column: number) => Math.max(...rows.map((row) => row[column]!.length));
  const [first, second] = [width(0), width(1)];
  return rows
    .map(([name, where, pid]) => `  ${name!.padEnd(first)}  ${where!.padEnd(second)}  ${pid}`)
    .join("\n");
}
