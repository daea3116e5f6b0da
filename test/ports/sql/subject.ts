// What the suites of Sql share.

import assert from "node:assert/strict";
import type { Meter } from "../../../workers/ports/meter.ts";
import { type Param, type Row, type Sql, SqlError } from "../../../workers/ports/sql/sql.ts";

export interface SqlSubject {
  sql: Sql;
  meter: Meter;
}

let made = 0;
/** A table of the case's own. */
export async function table(sql: Sql, columns: string): Promise<string> {
  const name = `t${Date.now()}_${Math.floor(Math.random() * 1e6)}_${++made}`;
  await sql.query(`CREATE TABLE ${name} (${columns})`);
  return name;
}

export async function failure(work: Promise<unknown>): Promise<SqlError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof SqlError, String(error));
    return error;
  }
  throw new Error("expected to fail");
}

export const one = async (sql: Sql, text: string, params: Param[] = []) =>
  (await sql.query<Row>(text, params))[0]!;
