import type { SqlResult, Statement } from "../../workers/ports/sql/sql.ts";

/** At most this many statements in one transaction: the locks of a group are held until its end. */
const MAX_GROUP = 32;
/** Outcomes that are not one statement's fault: there is nothing to gain by trying the others alone. */
const COMMON = new Set(["unavailable", "unknown", "overload"]);

interface Waiting {
  statement: Statement;
  resolve: (result: SqlResult) => void;
}

/**
 * Group commit. Statements of one lane would queue on the same row's lock, each through the flush of the write-ahead log
 * of the one before; those that come while another is under way go together instead, as one transaction with one flush.
 * Each has its own outcome: where one of a group fails, all of them are tried again by themselves.
 */
export class SqlLanes {
  private lanes = new Map<string, Waiting[]>();
  private run: (statements: Statement[]) => Promise<SqlResult>;

  /** `run` runs one statement, or several as one transaction; it does not throw. */
  constructor(run: (statements: Statement[]) => Promise<SqlResult>) {
    this.run = run;
  }

  /** Runs a statement after those of its lane that came before it. */
  async add(lane: string, statement: Statement): Promise<SqlResult> {
    const queue = this.lanes.get(lane);
    if (queue) return new Promise((resolve) => queue.push({ statement, resolve }));
    const waiting: Waiting[] = [];
    this.lanes.set(lane, waiting);
    const result = await this.run([statement]);
    void this.drain(lane, waiting);
    return result;
  }

  private async drain(lane: string, waiting: Waiting[]): Promise<void> {
    for (let group = waiting.splice(0, MAX_GROUP); group.length > 0; group = waiting.splice(0, MAX_GROUP))
      await this.together(group);
    this.lanes.delete(lane);
  }

  private async together(group: Waiting[]): Promise<void> {
    const result = await this.run(group.map(({ statement }) => statement));
    if ("rows" in result)
      for (const [i, { resolve }] of group.entries()) resolve({ rows: [result.rows[i]!] });
    else if (group.length === 1 || COMMON.has(result.error.code))
      for (const { resolve } of group) resolve(result);
    else for (const { statement, resolve } of group) resolve(await this.run([statement]));
  }
}
