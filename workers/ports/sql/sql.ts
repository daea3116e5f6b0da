export type Param = string | number | boolean | null | string[] | number[] | Uint8Array;
export type Row = Record<string, unknown>;

export interface Statement {
  text: string;
  params?: Param[];
}

/**
 * One statement, or a batch that is one transaction, per round trip; there are no interactive transactions.
 * bigint arrives as number, json and jsonb as parsed values, bytea as Uint8Array, numeric as string.
 */
export interface Sql {
  /**
   * Rows of one statement. Throws SqlError. Statements that name the same `lane` take turns on the row that the lane stands for;
   * those that wait at the same time may share a transaction, each with an outcome of its own.
   */
  query<R = Row>(text: string, params?: Param[], lane?: string): Promise<R[]>;
  /**
   * The same for a statement that only reads. Where one with the same `key` is under way, its answer is shared and costs no
   * round trip: `key` must change with whatever may change the answer (a cache's guard).
   */
  shared<R = Row>(key: string, text: string, params?: Param[]): Promise<R[]>;
  /** Rows of each statement; all or none take effect. Throws SqlError of the first that failed. */
  batch(statements: Statement[]): Promise<Row[][]>;
}

/** SQLSTATE classes the callers tell apart. */
export const UNIQUE_VIOLATION = "23505";

export class SqlError extends Error {
  /** A SQLSTATE, or "unavailable" (never sent), "unknown" (sent, outcome not known), "overload". */
  readonly code: string;
  readonly constraint: string;

  constructor(code: string, message: string, constraint = "") {
    super(message);
    this.code = code;
    this.constraint = constraint;
  }

  /** Whether this is a breach of the unique constraint or index `name`. */
  isDuplicate(name?: string): boolean {
    return this.code === UNIQUE_VIOLATION && (name === undefined || this.constraint === name);
  }
}

/** What crosses the object boundary: errors keep no fields on their way through RPC. */
export type SqlResult =
  | { rows: Row[][] /** Another's round trip brought them. */; shared?: true }
  | { error: { code: string; message: string; constraint: string } };

export function unwrap(result: SqlResult): Row[][] {
  if ("error" in result) throw new SqlError(result.error.code, result.error.message, result.error.constraint);
  return result.rows;
}
