import type { Sql as Postgres } from "postgres";
import { defaultConfig } from "../../workers/config/defaults/index.ts";
import type { Context } from "../../workers/context.ts";
import { Meter } from "../../workers/ports/meter.ts";
import type { Param, Row, Statement } from "../../workers/ports/sql/sql.ts";
import { arrayLiteral } from "../../workers/ports/sql/types.ts";
import { type Plan, planOf } from "./plan.ts";

/** What the database did for one statement of the code. */
export interface Explained {
  text: string;
  /** With the values known, and without: prepared statements have both in their lives. */
  plans: Plan[];
}

type Connection = Awaited<ReturnType<Postgres["reserve"]>>;

/**
 * Runs actions against the database itself, outside of a node, and explains every statement they make. Nothing they
 * write stays.
 */
export class Recorder {
  private readonly connection: Connection;
  private readonly found: Explained[] = [];

  private constructor(connection: Connection) {
    this.connection = connection;
  }

  static async open(database: Postgres): Promise<Recorder> {
    return new Recorder(await database.reserve());
  }

  close(): void {
    this.connection.release();
  }

  /** Explains what `act` asks of the database. */
  async explain(act: (ctx: Context) => Promise<unknown>): Promise<Explained[]> {
    this.found.length = 0;
    await this.connection.unsafe("begin");
    try {
      await act(this.context());
    } finally {
      await this.connection.unsafe("rollback");
    }
    if (this.found.length === 0) throw new Error("No statement was made");
    return [...this.found];
  }

  private context(): Context {
    const batch = async (statements: Statement[]) => {
      const rows: Row[][] = [];
      for (const statement of statements) rows.push(await this.run(statement));
      return rows;
    };
    const query = (text: string, params: Param[] = []) => this.run({ text, params });
    const ignore = async () => {};
    return {
      env: { PROFILE: "single" },
      config: defaultConfig(),
      meter: new Meter(),
      sql: { query, shared: (_key: string, text: string, params?: Param[]) => query(text, params), batch },
      bus: { publish: ignore, caughtUp: async () => true },
      caller: { userId: "" },
      background: () => {},
    } as unknown as Context;
  }

  private async run({ text, params = [] }: Statement): Promise<Row[]> {
    const { connection } = this;
    const values = params.map(literal).join(", ");
    const execute = values ? `execute statement(${values})` : "execute statement";
    const plans: Plan[] = [];
    await connection.unsafe(`prepare statement as ${text}`);
    for (const mode of ["force_custom_plan", "force_generic_plan"]) {
      await connection.unsafe(`set local plan_cache_mode = ${mode}`);
      await connection.unsafe("savepoint before");
      const [row] = await connection.unsafe(`explain (analyze, format json) ${execute}`);
      await connection.unsafe("rollback to savepoint before");
      plans.push(planOf(row!["QUERY PLAN"]));
    }
    this.found.push({ text, plans });
    const rows = await connection.unsafe(execute);
    await connection.unsafe("deallocate statement");
    return [...rows] as Row[];
  }
}

function literal(value: Param): string {
  if (value === null) return "null";
  return `'${String(arrayLiteral(value)).replaceAll("'", "''")}'`;
}
