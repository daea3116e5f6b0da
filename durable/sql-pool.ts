import { DurableObject } from "cloudflare:workers";
import postgres from "postgres";
import type { Env } from "../workers/env.ts";
import { countRoundTrip } from "../workers/metrics/metrics.ts";
import type { Row, SqlResult, Statement } from "../workers/ports/sql/sql.ts";
import { type Failure, failure } from "./sql/failure.ts";
import { SqlLanes } from "./sql/lanes.ts";
import { execute } from "./sql/statements.ts";
import { wireTypes } from "./sql/wire.ts";

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
/** A replica that is slower than this is taken for one that is away. */
const REPLICA_TIMEOUT_MS = 5_000;
const SILENCE = "no answer from PostgreSQL";
const RETRY_DELAYS_MS = [50, 200, 500, 1_000, 2_000];
/** The database took back everything to let others go on (deadlock, serialisation): the same again will do. */
const TAKEN_BACK = new Set(["40P01", "40001"]);

interface Pool {
  sql: postgres.Sql;
  /** Attempts that have not ended. */
  pending: number;
  /** Closes when the last of them has. */
  retired: boolean;
}

/** Owns the TCP connections to PostgreSQL of one node (connections belong to one Durable Object, not to a request). */
export class SqlPool extends DurableObject<Env> {
  private pool: Pool;
  private url: string;
  private waiting = 0;
  private inLanes = 0;
  private readonly sharedReads = new Map<string, Promise<SqlResult>>();
  private lanes = new SqlLanes((statements) => this.run(statements));

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.url = env.DATABASE_URL;
    this.pool = this.open();
  }

  /** Replaces every connection; statements under way, and those that wait, end on the old ones. */
  recycle(): void {
    const old = this.pool;
    this.pool = this.open();
    old.retired = true;
    if (old.pending === 0) this.close(old);
  }

  /** Ends every connection at once; statements under way fail with "unknown". */
  abandon(): void {
    const old = this.pool;
    this.recycle();
    if (old.pending > 0) this.close(old);
  }

  /**
   * Connects to the database of `url` instead, if that can be reached and is the install of `diagnosticId`; else an error,
   * and everything stays. Nothing is sent to the old one that has not been already.
   */
  async moveTo(url: string, diagnosticId: string): Promise<{ error?: string }> {
    const before = this.url;
    this.url = url;
    const next = this.open();
    this.url = before;
    try {
      const found = next.sql.unsafe(
        "SELECT value, pg_is_in_recovery() AS standby FROM systems WHERE name = 'DiagnosticId'",
      );
      const [row] = await bounded(Promise.all([found]) as unknown as Promise<Row[][]>, REPLICA_TIMEOUT_MS);
      const { value, standby } = row?.[0] ?? {};
      if (standby) throw new Error("the database is a standby");
      if (value !== diagnosticId) throw new Error("the database is another install's");
    } catch (error) {
      this.close(next);
      return { error: String((error as Failure).message) };
    }
    this.url = url;
    const old = this.pool;
    this.pool = next;
    old.retired = true;
    if (old.pending === 0) this.close(old);
    return {};
  }

  /** Runs statements that only read, on the replica of `url`, without patience: the master is there, too. */
  async read(url: string, statements: Statement[]): Promise<SqlResult> {
    if (this.url !== url) {
      this.url = url;
      this.recycle();
    }
    if (this.waiting >= MAX_WAITING)
      return failure({ code: "overload", message: "too many waiting statements" });
    this.waiting++;
    const { pool } = this;
    try {
      return { rows: await bounded(this.attempt(pool, statements), REPLICA_TIMEOUT_MS) };
    } catch (error) {
      const outcome = failure(error as Failure);
      this.heal(pool, outcome.error.code, error as Failure);
      return outcome;
    } finally {
      this.waiting--;
    }
  }

  private close(pool: Pool): void {
    this.ctx.waitUntil(pool.sql.end({ timeout: 1 }));
  }

  private open(): Pool {
    const { env } = this;
    const sql = postgres(this.url, {
      max: CONNECTIONS,
      prepare: true,
      idle_timeout: 0,
      connect_timeout: 5,
      backoff: (tries: number) => Math.min(0.05 * 2 ** tries, 2),
      // Without it postgres.js loses each connection that a batch was the first to need, and whoever waits for it.
      fetch_types: true,
      onnotice: () => undefined,
      connection: { statement_timeout: STATEMENT_TIMEOUT_MS, application_name: env.NODE_NAME ?? "edgemost" },
      types: wireTypes() as never,
    });
    return { sql, pending: 0, retired: false };
  }

  /** Runs a statement after those of its lane that came before it, perhaps in one transaction with them. */
  async runInLane(lane: string, statement: Statement): Promise<SqlResult> {
    if (this.inLanes >= MAX_WAITING)
      return failure({ code: "overload", message: "too many waiting statements" });
    this.inLanes++;
    try {
      return await this.lanes.add(lane, statement);
    } finally {
      this.inLanes--;
    }
  }

  /** Runs a statement that only reads, or waits for the one under way with the same `key`. */
  async runShared(key: string, statement: Statement): Promise<SqlResult> {
    const other = this.sharedReads.get(key);
    if (other) return { ...(await other), shared: true };
    const read = this.run([statement]);
    this.sharedReads.set(key, read);
    try {
      return await read;
    } finally {
      this.sharedReads.delete(key);
    }
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
    const startedAt = performance.now();
    let succeeded = false;
    try {
      const rows = await execute(pool.sql, statements);
      succeeded = true;
      return rows;
    } finally {
      countRoundTrip(statements.length !== 1, succeeded, startedAt);
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

/** What `work` gives; "unknown" when it gives nothing, which the server's own timeout should make impossible. */
async function bounded(work: Promise<Row[][]>, ms = ANSWER_TIMEOUT_MS): Promise<Row[][]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject({ code: "unknown", message: SILENCE }), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
