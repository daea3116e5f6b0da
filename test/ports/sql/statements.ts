// Statements, batches, errors, and reads that are shared.

import assert from "node:assert/strict";
import type { Param } from "../../../workers/ports/sql/sql.ts";
import type { Cases } from "../cases.ts";
import { failure, one, type SqlSubject, table } from "./subject.ts";

export const statementCases: Cases<SqlSubject> = {
  async "tells SQLSTATE, and which constraint"({ sql }) {
    const name = await table(sql, "id int PRIMARY KEY, email text, CONSTRAINT positive CHECK (id > 0)");
    await sql.query(`CREATE UNIQUE INDEX ${name}_email_key ON ${name} (lower(email))`);
    await sql.query(`INSERT INTO ${name} VALUES (1, 'A@x')`);
    const insert = (id: number, email: string) =>
      failure(sql.query(`INSERT INTO ${name} VALUES ($1, $2)`, [id, email]));
    const byKey = await insert(1, "b@x");
    assert.deepEqual(
      [byKey.code, byKey.constraint, byKey.isDuplicate(), byKey.isDuplicate(`${name}_pkey`)],
      ["23505", `${name}_pkey`, true, true],
    );
    const byIndex = await insert(2, "a@X");
    assert.deepEqual(
      [byIndex.code, byIndex.constraint, byIndex.isDuplicate("other")],
      ["23505", `${name}_email_key`, false],
    );
    const byCheck = await insert(-1, "c@x");
    assert.deepEqual([byCheck.code, byCheck.constraint, byCheck.isDuplicate()], ["23514", "positive", false]);
    const cases: [string, string, Param[]][] = [
      ["42601", "SELEC 1", []],
      ["42P01", "SELECT * FROM there_is_no_such_table", []],
      ["42703", "SELECT no_such_column", []],
      ["22012", "SELECT 1 / $1::int", [0]],
      ["22P02", "SELECT $1::int", ["x"]],
      ["22021", "SELECT $1::text", ["a\0b"]],
      ["22003", "SELECT $1::int4", [3_000_000_000]],
    ];
    for (const [code, text, params] of cases)
      assert.equal((await failure(sql.query(text, params))).code, code, text);
    for (let i = 0; i < 15; i++) assert.deepEqual(await one(sql, "SELECT 1 AS a"), { a: 1 });
  },
  async "a batch is one transaction, and each statement sees what came before"({ sql, meter }) {
    const name = await table(sql, "id int PRIMARY KEY, n int");
    const before = meter.sql;
    const results = await sql.batch([
      { text: `INSERT INTO ${name} VALUES (1, 10), (2, 20) RETURNING id` },
      { text: `UPDATE ${name} SET n = n + $1`, params: [1] },
      { text: `SELECT id, n, txid_current() = txid_current() AS same FROM ${name} ORDER BY id` },
      { text: "SELECT now() = transaction_timestamp() AS same" },
    ]);
    assert.equal(meter.sql, before + 1);
    assert.deepEqual(results, [
      [{ id: 1 }, { id: 2 }],
      [],
      [
        { id: 1, n: 11, same: true },
        { id: 2, n: 21, same: true },
      ],
      [{ same: true }],
    ]);
  },
  async "a batch that fails anywhere leaves nothing, and tells of the statement that failed"({ sql }) {
    const name = await table(sql, "id int PRIMARY KEY");
    const good = (id: number) => ({ text: `INSERT INTO ${name} VALUES ($1)`, params: [id] });
    const bad = { text: `INSERT INTO ${name} VALUES ($1)`, params: ["x"] };
    const duplicate = good(1);
    const broken = { text: "SELEC 1" };
    const cases = [
      ["22P02", [bad, good(1)]],
      ["22P02", [good(1), good(2), bad, good(3), good(4)]],
      ["23505", [good(1), duplicate, good(2)]],
      ["42601", [good(1), broken, good(2)]],
      ["23505", [good(1), good(2), duplicate]],
      ["42P01", [good(1), { text: "SELECT * FROM there_is_no_such_table" }, duplicate]],
    ] as const;
    for (const [code, statements] of cases) {
      for (let i = 0; i < 3; i++) {
        assert.equal((await failure(sql.batch([...statements]))).code, code);
        assert.deepEqual(await sql.query(`SELECT * FROM ${name}`), []);
      }
    }
    assert.equal((await failure(sql.batch([good(1), duplicate]))).constraint, `${name}_pkey`);
    await sql.batch([good(1), good(2)]);
    assert.equal((await sql.query(`SELECT * FROM ${name}`)).length, 2);
  },
  async "a batch that fails at its very end leaves nothing"({ sql }) {
    const name = await table(sql, "id int");
    await sql.query(
      `ALTER TABLE ${name} ADD CONSTRAINT ${name}_late UNIQUE (id) DEFERRABLE INITIALLY DEFERRED`,
    );
    const insert = { text: `INSERT INTO ${name} VALUES (1)` };
    const error = await failure(sql.batch([insert, insert, { text: "SELECT 1" }]));
    assert.deepEqual([error.code, error.constraint], ["23505", `${name}_late`]);
    assert.deepEqual(await sql.query(`SELECT * FROM ${name}`), []);
    assert.deepEqual(await one(sql, "SELECT 1 AS a"), { a: 1 });
  },
  async "a batch of one, and of none"({ sql }) {
    assert.deepEqual(await sql.batch([{ text: "SELECT $1::int AS a", params: [7] }]), [[{ a: 7 }]]);
    assert.deepEqual(await sql.batch([]), []);
    const name = await table(sql, "id int PRIMARY KEY");
    await failure(sql.batch([{ text: `INSERT INTO ${name} VALUES (1), (1)` }]));
    assert.deepEqual(await sql.query(`SELECT * FROM ${name}`), []);
  },
  async "batches at the same time do not see each other's middle, nor lose updates"({ sql }) {
    const name = await table(sql, "id int PRIMARY KEY, n int");
    await sql.query(`INSERT INTO ${name} VALUES (1, 0), (2, 0)`);
    const add = () =>
      sql.batch([
        { text: `UPDATE ${name} SET n = n + 1 WHERE id = 1` },
        { text: `UPDATE ${name} SET n = n + 1 WHERE id = 2` },
      ]);
    const look = async () => {
      const [row] = await sql.query<{ same: boolean }>(`SELECT count(DISTINCT n) = 1 AS same FROM ${name}`);
      assert.equal(row?.same, true);
    };
    await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 ? look() : add())));
    assert.deepEqual(await sql.query(`SELECT n FROM ${name}`), [{ n: 20 }, { n: 20 }]);
  },
  async "gives each of many at once its own answer"({ sql }) {
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, i) => one(sql, "SELECT $1::int AS a, pg_sleep(0.001)::text AS b", [i])),
    );
    assert.deepEqual(
      answers.map((row) => row.a),
      Array.from({ length: 300 }, (_, i) => i),
    );
  },
  async "a statement that takes too long is the caller's to try again"({ sql }) {
    const slow = [{ text: "SET LOCAL statement_timeout = 100" }, { text: "SELECT pg_sleep(20)" }];
    const before = Date.now();
    assert.equal((await failure(sql.batch(slow))).code, "overload");
    assert.ok(Date.now() - before < 15_000);
    assert.deepEqual(await one(sql, "SELECT 1 AS a"), { a: 1 });
  },
  async "counts round trips"({ sql, meter }) {
    await sql.query("SELECT 1");
    assert.equal(meter.sql, 1);
    await sql.batch([{ text: "SELECT 1" }, { text: "SELECT 2" }]);
    assert.equal(meter.sql, 2);
    await failure(sql.query("SELEC"));
    assert.equal(meter.sql, 3);
  },

  async "gives everybody who shares a read the rows, and an error to all of them"({ sql, meter }) {
    const before = meter.sql;
    const key = `read ${Math.random()}`;
    const read = () => sql.shared<{ n: number }>(key, "SELECT $1::int4 AS n FROM pg_sleep(0.05)", [7]);
    const all = await Promise.all([read(), read(), read()]);
    assert.deepEqual(
      all.map((rows) => rows[0]!.n),
      [7, 7, 7],
    );
    assert.notEqual(all[0], all[1]);
    assert.ok(meter.sql - before === 1 || meter.sql - before === 3, "one round trip, or one each");
    const broken = () => sql.shared(key, "SELECT 1 / 0 FROM pg_sleep(0.05)");
    for (const error of await Promise.all([failure(broken()), failure(broken())]))
      assert.equal(error.code, "22012");
    assert.equal((await read())[0]!.n, 7);
  },

  async "never shares a read that has ended, or has another key"({ sql }) {
    const name = await table(sql, "n int");
    const count = async (key: string) =>
      (await sql.shared<{ n: number }>(key, `SELECT count(*) AS n FROM ${name}`))[0]!.n;
    assert.equal(await count(name), 0);
    await sql.query(`INSERT INTO ${name} VALUES (1)`);
    assert.equal(await count(name), 1);
    const slow = sql.shared<{ n: number }>(`${name} 0`, `SELECT count(*) AS n FROM ${name}, pg_sleep(0.1)`);
    await sql.query(`INSERT INTO ${name} VALUES (2)`);
    assert.equal(await count(`${name} 1`), 2);
    await slow;
  },
};
