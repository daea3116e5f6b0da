import { DurableObject } from "cloudflare:workers";
import postgres from "postgres";
import type { Env } from "../workers/env.ts";
import { nameOf } from "../workers/ports/sql/failure.ts";
import type { Param, Row, SqlResult, Statement } from "../workers/ports/sql/sql.ts";
import { arrayLiteral, parsers, textTypes } from "../workers/ports/sql/types.ts";

/**
 * Few: posts in one channel queue on its row, and more backends only queue there. Measured with 16 posters on 2 cores: 956
 * posts/s with 10, 1,014 with 5, 1,047 with 4. Not fewer, so that a slow search holds up little.
 */
const CONNECTIONS = 5;
/** Waiting statements beyond this are refused at once: a queue that only grows helps nobody. */
const MAX_WAITING = 2_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** Longer than any statement may take. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 15_000;
const SILENCE = "no answer from PostgreSQL";
const RETRY_DELAYS_MS = [50, 200, 500, 1_000, 2_000];
/** postgres.js codes of a connection that failed before the statement was sent. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "CONNECT_TIMEOUT", "CONNECTION_ENDED"]);
/** What workerd says of a refused connection; its errors have no code. */
const REFUSED = /cannot connect to the specified address/;
/** The database took back everything to let others go on (deadlock, serialisation): the same again will do. */
const TAKEN_BACK = new Set(["40P01", "40001"]);

interface Pool {
  sql: postgres.Sql;
  /** Attempts that have not ended. */
  pending: number;
  /** Closes when the last of them has. */
  retired: boolean;
}

type Failure = { code?: string; message?: string; constraint_name?: string; severity?: string };

/** Owns the TCP connections to PostgreSQL of one node (connections belong to one Durable Object, not to a request). */
export class SqlPool extends DurableObject<Env> {
  private pool: Pool;
  private waiting = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.pool = this.open();
  }

  /** Replaces every connection; statements under way, and those that wait, end on the old ones. */
  recycle(): void {
    const old = this.pool;
    this.pool = this.open();
    old.retired = true;
    if (old.pending === 0) this.close(old);
  }

  private close(pool: Pool): void {
    this.ctx.waitUntil(pool.sql.end({ timeout: 1 }));
  }

  private open(): Pool {
    const { env } = this;
    const sql = postgres(env.DATABASE_URL, {
      max: CONNECTIONS,
      prepare: true,
      idle_timeout: 0,
      connect_timeout: 5,
      backoff: (tries: number) => Math.min(0.05 * 2 ** tries, 2),
      fetch_types: false,
      onnotice: () => undefined,
      connection: { statement_timeout: STATEMENT_TIMEOUT_MS, application_name: env.NODE_NAME ?? "edgemost" },
      types: wireTypes() as never,
    });
    return { sql, pending: 0, retired: false };
  }

  /** Runs one statement, or several as one transaction. */
  async run(statements: Statement[]): Promise<SqlResult> {
    if (this.waiting >= MAX_WAITING)
      return failure({ code: "overload", message: "too many waiting statements" });
    this.waiting++;
    try {
      for (let attempt = 0; ; attempt++) {
        const { pool } = this;
        try {
          return { rows: await bounded(this.attempt(pool, statements)) };
        } catch (error) {
          const delay = RETRY_DELAYS_MS[attempt];
          const outcome = failure(error as Failure);
          this.heal(pool, outcome.error.code, error as Failure);
          const again = outcome.error.code === "unavailable" || TAKEN_BACK.has(outcome.error.code);
          if (delay === undefined || !again) return outcome;
          await scheduler.wait(delay);
        }
      }
    } finally {
      this.waiting--;
    }
  }

  private async attempt(pool: Pool, statements: Statement[]): Promise<Row[][]> {
    pool.pending++;
    try {
      if (statements.length !== 1) return await transaction(pool.sql, statements);
      const { text, params } = statements[0]!;
      return [Array.from(await pool.sql.unsafe(text, wireParams(params), { prepare: true }))];
    } finally {
      if (--pool.pending === 0 && pool.retired) this.close(pool);
    }
  }

  /**
   * After a lost connection every other is likely lost too, and postgres.js would blame the first statement after it
   * reconnects for what ended the last one: new connections have no such memory.
   */
  private heal(pool: Pool, code: string, error: Failure): void {
    if (code !== "unknown" && error.code !== "CONNECT_TIMEOUT") return;
    if (pool === this.pool) this.recycle();
    if (error.message === SILENCE) this.close(pool);
  }
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

/** What `work` gives; "unknown" when it gives nothing, which the server's own timeout should make impossible. */
async function bounded(work: Promise<Row[][]>): Promise<Row[][]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject({ code: "unknown", message: SILENCE }), ANSWER_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a failure of this kind leaves the connection as it was. */
function isHeld(code: string): boolean {
  return code !== "unknown" && code !== "unavailable";
}

function wireParams(params: Param[] = []): never[] {
  return params.map(arrayLiteral) as never[];
}

function wireTypes() {
  const types: Record<string, unknown> = {};
  for (const [oid, parse] of Object.entries(parsers)) {
    const number = Number(oid);
    types[`oid${oid}`] = { to: number, from: [number], parse, serialize: serializer(number) };
  }
  types.text = { to: 1184, from: textTypes, parse: String, serialize: String };
  return types;
}

function serializer(oid: number): (value: unknown) => unknown {
  if (oid === 114 || oid === 3802)
    return (value) => (typeof value === "string" ? value : JSON.stringify(value));
  if (oid === 16) return (value) => (value === true || value === "t" || value === "true" ? "t" : "f");
  if (oid === 17) return (value) => `\\x${Buffer.from(value as Uint8Array).toString("hex")}`;
  return String;
}

function failure(error: Failure): Extract<SqlResult, { error: unknown }> {
  const { code = "", message = "", constraint_name: constraint = "" } = error;
  return { error: { code: codeOf(code, message), message, constraint } };
}

function codeOf(code: string, message: string): string {
  if (NOT_SENT.has(code) || REFUSED.test(message)) return "unavailable";
  // Without a SQLSTATE it was the connection that failed, and the statement may have been under way.
  return /^[0-9A-Z]{5}$/.test(code) ? nameOf(code) : code === "overload" ? code : "unknown";
}
