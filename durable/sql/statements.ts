import type postgres from "postgres";
import type { Row, Statement } from "../../workers/ports/sql/sql.ts";
import { failure } from "./failure.ts";
import { wireParams } from "./wire.ts";

/** Rows of one statement, or of each of several in one transaction. */
export async function execute(sql: postgres.Sql, statements: Statement[]): Promise<Row[][]> {
  if (statements.length !== 1) return transaction(sql, statements);
  const { text, params } = statements[0]!;
  return [Array.from(await sql.unsafe(text, wireParams(params), { prepare: true }))];
}

/** All statements go out in one flight on one connection: a batch costs one round trip. */
async function transaction(sql: postgres.Sql, statements: Statement[]): Promise<Row[][]> {
  const connection = await sql.reserve();
  const begin = connection.unsafe("BEGIN").execute();
  const results = statements.map(({ text, params }) =>
    connection.unsafe(text, wireParams(params), { prepare: true }).execute(),
  );
  // COMMIT of a transaction with a failed statement is a ROLLBACK.
  const commit = connection.unsafe("COMMIT").execute();
  const settled = await Promise.allSettled([begin, ...results, commit]);
  // A connection that died has left the pool by itself; released, it would come back and never answer again.
  const end = settled.at(-1)!;
  if (end.status === "fulfilled" || isHeld(failure(end.reason).error.code)) connection.release();
  const failed = settled.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return settled.slice(1, -1).map((outcome) => Array.from((outcome as PromiseFulfilledResult<Row[]>).value));
}

/** Whether a failure of this kind leaves the connection as it was. */
function isHeld(code: string): boolean {
  return code !== "unknown" && code !== "unavailable";
}
