import { type FullQueryResults, NeonDbError, neon, neonConfig } from "@neondatabase/serverless";
import type { Meter } from "../meter.ts";
import { nameOf } from "./failure.ts";
import { type Param, type Row, type Sql, SqlError, type Statement } from "./sql.ts";
import { arrayLiteral, parsers } from "./types.ts";

/** Given with each query: the driver ignores them where it is made. */
const options = {
  fullResults: true,
  types: { getTypeParser: (oid: number) => parsers[oid] ?? ((value: string) => value) },
} as never;

function toSqlError(error: unknown): SqlError {
  if (error instanceof SqlError) return error;
  if (error instanceof NeonDbError && error.code)
    return new SqlError(nameOf(error.code), error.message, error.constraint ?? "");
  // fetch failed: a statement may or may not have run.
  return new SqlError("unknown", error instanceof Error ? error.message : String(error));
}

/** The edge adapter: Neon's HTTP protocol, one fetch per statement or batch. */
export function neonSql(url: string, meter: Meter, endpoint?: string): Sql {
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  const client = neon(url);
  const rowsOf = (result: unknown) => (result as FullQueryResults<false>).rows as Row[];
  const query = async <R>(text: string, params: Param[] = []) => {
    meter.sql++;
    try {
      return rowsOf(await client.query(text, params.map(arrayLiteral), options)) as R[];
    } catch (error) {
      throw toSqlError(error);
    }
  };
  return {
    query,
    // What a request has under way belongs to it alone.
    shared: (_, text, params) => query(text, params),
    async batch(statements: Statement[]) {
      meter.sql++;
      try {
        const queries = statements.map(({ text, params }) =>
          client.query(text, (params ?? []).map(arrayLiteral), options),
        );
        const results = await client.transaction(queries as never);
        return (results as unknown[]).map(rowsOf);
      } catch (error) {
        throw toSqlError(error);
      }
    },
  };
}
