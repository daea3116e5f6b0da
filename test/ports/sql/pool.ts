// Of the pool alone, and of a PostgreSQL that restarts.

import assert from "node:assert/strict";
import type { SqlError } from "../../../workers/ports/sql/sql.ts";
import type { Cases } from "../cases.ts";
import { failure, one, type SqlSubject } from "./subject.ts";

/** Of the pool alone: its limits. */
export const poolCases: Cases<SqlSubject> = {
  async "limits a statement's time"({ sql }) {
    assert.deepEqual(await one(sql, "SHOW statement_timeout"), { statement_timeout: "30s" });
  },
  async "keeps to its connections"({ sql }) {
    await Promise.all(Array.from({ length: 100 }, () => sql.query("SELECT pg_sleep(0.01)")));
    const { n } = await one(
      sql,
      "SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'the-pool'",
    );
    assert.ok((n as number) <= 10, `${n} connections`);
  },
  async "refuses what would wait too long, and is well again after"({ sql }) {
    // The first ones hold every connection until all have come, however long that takes.
    const holders = Array.from({ length: 10 }, () => "SELECT pg_sleep(1.5)");
    const others = Array.from({ length: 2_590 }, () => "SELECT pg_sleep(0.002)");
    const outcomes = await Promise.allSettled([...holders, ...others].map((text) => sql.query(text)));
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    assert.ok(refused.length > 0 && refused.length <= 600, `${refused.length} refused`);
    for (const { reason } of refused) assert.equal((reason as SqlError).code, "overload");
    assert.deepEqual(await one(sql, "SELECT 1 AS a"), { a: 1 });
  },
  async "uses prepared statements"({ sql }) {
    for (let i = 0; i < 30; i++) await sql.query("SELECT $1::int + 12345", [i]);
    const counts = await Promise.all(
      Array.from({ length: 10 }, () =>
        one(
          sql,
          "SELECT count(*) AS n, pg_sleep(0.05)::text FROM pg_prepared_statements WHERE statement LIKE '%12345%'",
        ),
      ),
    );
    assert.ok(counts.some(({ n }) => (n as number) > 0));
  },
};

/** A batch that ends once `count` of its kind have begun; a sequence shows at once what no other transaction could. */
const meeting = (sequence: string, count: number) => [
  { text: `SELECT nextval('${sequence}')` },
  {
    text: `DO $$ BEGIN
      FOR tries IN 1..1500 LOOP
        IF (SELECT last_value FROM ${sequence}) >= ${count} THEN RETURN; END IF;
        PERFORM pg_sleep(0.01);
      END LOOP;
      RAISE EXCEPTION 'the others have not begun';
    END $$`,
  },
];

/** Around a restart of PostgreSQL; the test restarts it while these run, or between them. */
export const restartCases: Cases<SqlSubject> = {
  async "has all its connections for batches, also when they open them"({ sql }) {
    const sequence = `meeting_${crypto.randomUUID().replaceAll("-", "")}`;
    await sql.query(`CREATE SEQUENCE ${sequence}`);
    await Promise.all(Array.from({ length: 5 }, () => sql.batch(meeting(sequence, 5))));
    await sql.query(`DROP SEQUENCE ${sequence}`);
  },
  async works({ sql }) {
    for (let i = 0; i < 25; i++) assert.deepEqual(await one(sql, "SELECT $1::int AS a", [i]), { a: i });
    await Promise.all(
      Array.from({ length: 25 }, () => sql.batch([{ text: "SELECT 1" }, { text: "SELECT 2" }])),
    );
  },
  async "tells that an outcome is not known, or that nothing was sent"({ sql }) {
    const outcomes = await Promise.allSettled([
      sql.query("SELECT pg_sleep(20)"),
      sql.batch([{ text: "SELECT 1" }, { text: "SELECT pg_sleep(20)" }]),
    ]);
    for (const outcome of outcomes) {
      assert.equal(outcome.status, "rejected");
      const { code } = (outcome as PromiseRejectedResult).reason as SqlError;
      assert.ok(code === "unknown" || code === "unavailable", code);
    }
  },
  async "is unavailable"({ sql }) {
    const before = Date.now();
    const error = await failure(sql.query("SELECT 1"));
    assert.ok(error.code === "unavailable" || error.code === "unknown", `${error.code} ${error.message}`);
    assert.ok(Date.now() - before < 15_000, `${Date.now() - before} ms`);
  },
  async "waits for a server that comes back"({ sql }) {
    assert.deepEqual(await one(sql, "SELECT 1 AS a"), { a: 1 });
  },
};
