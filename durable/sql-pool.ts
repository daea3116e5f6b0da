import { DurableObject } from "cloudflare:workers";
import postgres from "postgres";
import type { Env } from "../workers/env.ts";
import { nameOf } from "../workers/ports/sql/failure.ts";
import type { Param, Row, SqlResult, Statement } from "../workers/ports/sql/sql.ts";
import { arrayLiteral, parsers, textTypes } from "../workers/ports/sql/types.ts";

const CONNECTIONS = 10;
/** Waiting statements beyond this are refused at once: a queue that only grows helps nobody. */
const MAX_WAITING = 2_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const RETRY_DELAYS_MS = [50, 200, 500, 1_000, 2_000];
/** postgres.js codes of a connection that failed before the statement was sent. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "CONNECT_TIMEOUT", "CONNECTION_ENDED"]);
/** What workerd says of a refused connection; its errors have no code. */
const REFUSED = /cannot connect to the specified address/;
/** The database took back everything to let others go on (deadlock, serialisation): the same again will do. */
const TAKEN_BACK = new Set(["40P01", "40001"]);

type Failure = { code?: string; message?: string; constraint_name?: string; severity?: string };

/** Owns the TCP connections to PostgreSQL of one node (connections belong to one Durable Object, not to a request). */
export class SqlPool extends DurableObject<Env> {
  private sql: postgres.Sql;
  private waiting = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.sql = this.open();
  }

  /** Replaces every connection; statements under way end on the old ones. */
  recycle(): void {
    const old = this.sql;
    this.sql = this.open();
    this.ctx.waitUntil(old.end({ timeout: STATEMENT_TIMEOUT_MS / 1_000 }));
  }

  private open(): postgres.Sql {
    const { env } = this;
    return postgres(env.DATABASE_URL, {
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
  }

  /** Runs one statement, or several as one transaction. */
  async run(statements: Statement[]): Promise<SqlResult> {
    if (this.waiting >= MAX_WAITING)
      return failure({ code: "overload", message: "too many waiting statements" });
    this.waiting++;
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          return {
            rows:
              statements.length === 1 ? [await this.one(statements[0]!)] : await this.transaction(statements),
          };
        } catch (error) {
          const delay = RETRY_DELAYS_MS[attempt];
          const outcome = failure(error as Failure);
          const again = outcome.error.code === "unavailable" || TAKEN_BACK.has(outcome.error.code);
          if (delay === undefined || !again) return outcome;
          await scheduler.wait(delay);
        }
      }
    } finally {
      this.waiting--;
    }
  }

  private async one({ text, params }: Statement): Promise<Row[]> {
    return Array.from(await this.sql.unsafe(text, wireParams(params), { prepare: true }));
  }

  /** All statements go out in one flight on one connection: a batch costs one round trip. */
  private async transaction(statements: Statement[]): Promise<Row[][]> {
    const connection = await this.sql.reserve();
    try {
      const begin = connection.unsafe("BEGIN").execute();
      const results = statements.map(({ text, params }) =>
        connection.unsafe(text, wireParams(params), { prepare: true }).execute(),
      );
      // COMMIT of a transaction with a failed statement is a ROLLBACK.
      const commit = connection.unsafe("COMMIT").execute();
      const settled = await Promise.allSettled([begin, ...results, commit]);
      const failed = settled.find((outcome) => outcome.status === "rejected");
      if (failed) throw failed.reason;
      return settled
        .slice(1, -1)
        .map((outcome) => Array.from((outcome as PromiseFulfilledResult<Row[]>).value));
    } finally {
      connection.release();
    }
  }
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
