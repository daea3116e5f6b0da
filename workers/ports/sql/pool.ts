import type { SqlPool } from "../../../durable/sql-pool.ts";
import type { Meter } from "../meter.ts";
import { type Param, type Row, type Sql, type SqlResult, type Statement, unwrap } from "./sql.ts";

/** The self-hosted adapter: a pool of TCP connections that a Durable Object owns. */
export function poolSql(pool: DurableObjectStub<SqlPool>, meter: Meter): Sql {
  const run = async (statements: Statement[]): Promise<Row[][]> => {
    meter.sql++;
    meter.objects++;
    return unwrap((await (pool.run(statements) as unknown)) as SqlResult);
  };
  return {
    async query<R>(text: string, params: Param[] = [], lane?: string) {
      if (lane === undefined) return (await run([{ text, params }]))[0] as R[];
      meter.sql++;
      meter.objects++;
      const result = (await (pool.runInLane(lane, { text, params }) as unknown)) as SqlResult;
      return unwrap(result)[0] as R[];
    },
    async shared<R>(key: string, text: string, params: Param[] = []) {
      meter.objects++;
      const result = (await (pool.runShared(key, { text, params }) as unknown)) as SqlResult;
      if (!("shared" in result)) meter.sql++;
      return unwrap(result)[0] as R[];
    },
    batch: run,
  };
}
