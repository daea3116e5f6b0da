// Neon's SQL over HTTP in front of any PostgreSQL, as @neondatabase/serverless speaks it: POST {query, params} or {queries},
// the database in a header, values as PostgreSQL's text, errors with their SQLSTATE in the body of a 400. For tests only.

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import postgres, { type PendingQuery, type Row, type RowList } from "postgres";

export interface NeonEndpoint {
  /** For NEON_ENDPOINT. */
  url: string;
  /** Requests answered so far. */
  requests: number;
  stop(): Promise<void>;
}

interface Query {
  query: string;
  params: unknown[];
}

const ISOLATION: Record<string, string> = {
  ReadUncommitted: "isolation level read uncommitted",
  ReadCommitted: "isolation level read committed",
  RepeatableRead: "isolation level repeatable read",
  Serializable: "isolation level serializable",
};
const ERROR_FIELDS = [
  "code",
  "detail",
  "hint",
  "position",
  "severity",
  "where",
  "file",
  "line",
  "routine",
] as const;
const RENAMED = {
  table_name: "table",
  column_name: "column",
  schema_name: "schema",
  constraint_name: "constraint",
} as const;
const NOT_HELD = new Set([
  "ECONNREFUSED",
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "ECONNRESET",
  "EPIPE",
]);

/** Parameters are text; PostgreSQL knows their types. */
const asText = (value: unknown) => value as string;
const TYPES = Object.fromEntries(
  [16, 17, 20, 21, 23, 26, 114, 700, 701, 1082, 1114, 1184, 3802].map((oid) => [
    `oid${oid}`,
    { to: oid, from: [oid], serialize: asText, parse: asText },
  ]),
);

export async function startNeonEndpoint(): Promise<NeonEndpoint> {
  const pools = new Map<string, postgres.Sql>();
  const endpoint = { url: "", requests: 0 };
  const poolOf = (url: string) => {
    let pool = pools.get(url);
    if (!pool) {
      pool = postgres(url, {
        max: 20,
        prepare: false,
        fetch_types: false,
        onnotice: () => {},
        types: TYPES as never,
        backoff: () => 0.05,
      });
      pools.set(url, pool);
    }
    return pool;
  };
  const forget = (url: string) => {
    const pool = pools.get(url);
    pools.delete(url);
    pool?.end({ timeout: 5 }).catch(() => {});
  };
  const server = createServer(async (request, response) => {
    const send = (status: number, body: unknown) => {
      endpoint.requests++;
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const header = (name: string) => String(request.headers[name] ?? "");
    try {
      if (
        request.method !== "POST" ||
        header("neon-raw-text-output") !== "true" ||
        header("neon-array-mode") !== "true"
      ) {
        return send(400, { message: "this endpoint knows text output in array mode only" });
      }
      const body = JSON.parse(await textOf(request)) as Query & { queries?: Query[] };
      const sql = poolOf(header("neon-connection-string"));
      if (!body.queries) return send(200, await run(sql, body));
      send(200, { results: await runBatch(sql, body.queries, header) });
    } catch (error) {
      const { code } = error as { code?: string };
      // postgres.js would blame the next statement for what ended this one.
      if (!isStatements(error)) forget(header("neon-connection-string"));
      // Neon's own troubles are no error of the statement.
      if (code && NOT_HELD.has(code)) return send(500, { message: `Control plane request failed: ${code}` });
      send(400, describe(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sql`;
  return Object.assign(endpoint, { stop: () => stop(server, pools) });
}

async function runBatch(
  sql: postgres.Sql,
  queries: Query[],
  header: (name: string) => string,
): Promise<unknown[]> {
  const options = [
    ISOLATION[header("neon-batch-isolation-level")],
    header("neon-batch-read-only") === "true" && "read only",
    header("neon-batch-deferrable") === "true" && "deferrable",
  ];
  // Not `begin` of postgres.js: it would roll back on a connection that has died, and wait for ever.
  const connection = await sql.reserve();
  const results: unknown[] = [];
  try {
    await connection.unsafe(`begin ${options.filter(Boolean).join(" ")}`);
    for (const query of queries) results.push(await run(connection, query));
    await connection.unsafe("commit");
  } catch (error) {
    if (!isStatements(error)) throw error;
    await connection.unsafe("rollback");
    connection.release();
    throw error;
  }
  connection.release();
  return results;
}

/** Whether the statement failed, and not the connection. */
function isStatements(error: unknown): boolean {
  return /^(?!57P|08)[0-9A-Z]{5}$/.test(String((error as { code?: string }).code));
}

async function run(sql: postgres.Sql, { query, params }: Query): Promise<unknown> {
  const result = (await (
    sql.unsafe(query, params as never[]) as PendingQuery<Row[]>
  ).raw()) as unknown as (Buffer | null)[][] & Pick<RowList<Row[]>, "columns" | "command" | "count">;
  return {
    command: result.command,
    rowCount: result.count,
    rowAsArray: true,
    fields: (result.columns ?? []).map((column) => ({
      name: column.name,
      dataTypeID: column.type,
      tableID: column.table,
      columnID: column.number,
      dataTypeSize: -1,
      dataTypeModifier: -1,
      format: "text",
    })),
    rows: result.map((row) => row.map((value) => (value === null ? null : value.toString("utf8")))),
  };
}

function describe(error: unknown): Record<string, unknown> {
  const failure = error as Record<string, unknown>;
  const body: Record<string, unknown> = { message: failure.message ?? String(error) };
  for (const name of ERROR_FIELDS) body[name] = failure[name] ?? null;
  for (const [from, to] of Object.entries(RENAMED)) body[to] = failure[from] ?? null;
  return body;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function stop(server: Server, pools: Map<string, postgres.Sql>): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await Promise.all([...pools.values()].map((pool) => pool.end({ timeout: 1 })));
}
