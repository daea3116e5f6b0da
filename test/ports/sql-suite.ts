// What every adapter of Sql must do. Runs inside of workerd; each case has a table prefix of its own.

import assert from "node:assert/strict";
import type { Meter } from "../../workers/ports/meter.ts";
import { type Param, type Row, type Sql, SqlError } from "../../workers/ports/sql/sql.ts";
import type { Cases } from "./cases.ts";

export interface SqlSubject {
  sql: Sql;
  meter: Meter;
}

let made = 0;
/** A table of the case's own. */
async function table(sql: Sql, columns: string): Promise<string> {
  const name = `t${Date.now()}_${Math.floor(Math.random() * 1e6)}_${++made}`;
  await sql.query(`CREATE TABLE ${name} (${columns})`);
  return name;
}

async function failure(work: Promise<unknown>): Promise<SqlError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof SqlError, String(error));
    return error;
  }
  throw new Error("expected to fail");
}

const one = async (sql: Sql, text: string, params: Param[] = []) => (await sql.query<Row>(text, params))[0]!;

export const sqlCases: Cases<SqlSubject> = {
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

  async "gives values the types of the port"({ sql }) {
    const row = await one(
      sql,
      `SELECT 1::int2 AS a, 2::int4 AS b, 9007199254740991::int8 AS c, (-1)::int8 AS d, 1.5::float8 AS e, 0.25::float4 AS f, true AS g,
         false AS h, 'text' AS i, 'x'::varchar(5) AS j, '{"k": [1, null, "ü"]}'::jsonb AS k, '[1]'::json AS l, 'null'::jsonb AS m,
         '\\x00ff10'::bytea AS n, 12.50::numeric AS o, count(*) AS p, 5::oid AS q, ''::text AS r, 'a'::char(3) AS s`,
    );
    const { n, ...rest } = row;
    assert.deepEqual(rest, {
      a: 1,
      b: 2,
      c: 9007199254740991,
      d: -1,
      e: 1.5,
      f: 0.25,
      g: true,
      h: false,
      i: "text",
      j: "x",
      k: { k: [1, null, "ü"] },
      l: [1],
      m: null,
      o: "12.50",
      p: 1,
      q: 5,
      r: "",
      s: "a  ",
    });
    assert.ok(n instanceof Uint8Array);
    assert.deepEqual([...(n as Uint8Array)], [0, 255, 16]);
  },
  async "gives null for null of every type"({ sql }) {
    const types = [
      "int4",
      "int8",
      "bool",
      "text",
      "jsonb",
      "json",
      "bytea",
      "numeric",
      "timestamptz",
      "text[]",
      "float8",
    ];
    const row = await one(sql, `SELECT ${types.map((type, i) => `NULL::${type} AS c${i}`).join(", ")}`);
    assert.deepEqual(
      Object.values(row),
      types.map(() => null),
    );
  },
  async "gives times as PostgreSQL writes them"({ sql }) {
    const [, row] = await sql.batch([
      { text: "SET LOCAL TIME ZONE 'UTC'" },
      {
        text: "SELECT '2026-11-24 07:08:09.5+00'::timestamptz AS a, '2026-11-24 07:08:09'::timestamp AS b, '2026-11-24'::date AS c",
      },
    ]);
    assert.deepEqual(row, [{ a: "2026-11-24 07:08:09.5+00", b: "2026-11-24 07:08:09", c: "2026-11-24" }]);
  },
  async "gives arrays"({ sql }) {
    const row = await one(
      sql,
      `SELECT '{a,"b c","d\\"e\\\\f",NULL,"NULL","",ü}'::text[] AS a, '{}'::text[] AS b, '{1,2,-3}'::int8[] AS c, '{1,2}'::int4[] AS d,
         '{t,f}'::bool[] AS e, '{"x,y","{z}"}'::varchar(26)[] AS f`,
    );
    assert.deepEqual(row, {
      a: ["a", "b c", 'd"e\\f', null, "NULL", "", "ü"],
      b: [],
      c: [1, 2, -3],
      d: [1, 2],
      e: [true, false],
      f: ["x,y", "{z}"],
    });
  },
  async "takes parameters of every type"({ sql }) {
    const name = await table(
      sql,
      "id int8, flag bool, name text, size float8, doc jsonb, raw bytea, nothing text, tags text[], counts int8[]",
    );
    const bytes = new Uint8Array([0, 1, 127, 128, 255]);
    const tags = [
      "plain",
      "with space",
      'quo"te',
      "back\\slash",
      "{brace}",
      "com,ma",
      "",
      "NULL",
      "ünï🙂",
      "new\nline",
      "it's",
    ];
    await sql.query(
      `INSERT INTO ${name} VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8::text[], $9::int8[])`,
      [
        9007199254740991,
        true,
        "näme 🙂 'quoted' \\ \"double\"",
        -0.125,
        JSON.stringify({ a: [1, "ü"] }),
        bytes,
        null,
        tags,
        [1, -2, 3],
      ],
    );
    const row = await one(sql, `SELECT * FROM ${name}`);
    assert.deepEqual([...(row.raw as Uint8Array)], [...bytes]);
    assert.deepEqual(
      { ...row, raw: 0 },
      {
        id: 9007199254740991,
        flag: true,
        name: "näme 🙂 'quoted' \\ \"double\"",
        size: -0.125,
        doc: { a: [1, "ü"] },
        raw: 0,
        nothing: null,
        tags,
        counts: [1, -2, 3],
      },
    );
    const found = await sql.query(
      `SELECT 1 FROM ${name} WHERE name = ANY($1::text[]) AND id = ANY($2) AND $3::text IS NULL AND flag = $4`,
      [["other", row.name as string], [1, 9007199254740991], null, true],
    );
    assert.equal(found.length, 1);
  },
  async "takes empty arrays, false, 0, empty text and empty bytes"({ sql }) {
    const row = await one(
      sql,
      "SELECT $1::text[] AS a, $2::bool AS b, $3::int8 AS c, $4::text AS d, $5::bytea AS e, $6::int8[] AS f, cardinality($1::text[]) AS g",
      [[], false, 0, "", new Uint8Array(0), []],
    );
    assert.deepEqual(
      { ...row, e: (row.e as Uint8Array).length },
      { a: [], b: false, c: 0, d: "", e: 0, f: [], g: 0 },
    );
  },
  async "carries large values"({ sql }) {
    const text = "ü".repeat(500_000);
    const bytes = new Uint8Array(300_000).map((_, i) => i & 255);
    const row = await one(sql, "SELECT $1::text AS a, $2::bytea AS b, length($1::text) AS c", [text, bytes]);
    assert.equal(row.a, text);
    assert.equal(row.c, text.length);
    assert.ok(Buffer.from(row.b as Uint8Array).equals(Buffer.from(bytes)));
    const rows = await sql.query<{ n: number }>(
      "SELECT n, repeat('x', 100) FROM generate_series(1, 20000) n",
    );
    assert.equal(rows.length, 20_000);
    assert.equal(rows.at(-1)?.n, 20_000);
  },
  async "gives no rows where there are none"({ sql }) {
    const name = await table(sql, "id int");
    assert.deepEqual(await sql.query(`SELECT * FROM ${name}`), []);
    assert.deepEqual(await sql.query(`INSERT INTO ${name} VALUES (1)`), []);
    assert.deepEqual(await sql.query(`UPDATE ${name} SET id = id + 1 RETURNING id`), [{ id: 2 }]);
    assert.deepEqual(await sql.query(`DELETE FROM ${name}`), []);
  },
  async "runs one text with parameters of changing kinds"({ sql }) {
    const text = "SELECT $1::int8 AS a, $2::text AS b, coalesce($3::jsonb, '[]') AS c";
    for (const [a, b, c] of [
      [1, "x", "{}"],
      [null, null, null],
      [-5, "", "[1]"],
      [0, "y", null],
    ] as const) {
      assert.deepEqual(await one(sql, text, [a, b, c]), { a, b, c: JSON.parse(c ?? "[]") });
    }
  },
  async "survives a change of the table behind a statement"({ sql }) {
    const name = await table(sql, "id int");
    const text = `SELECT * FROM ${name}`;
    await sql.query(`INSERT INTO ${name} VALUES (1)`);
    for (let i = 0; i < 12; i++) await sql.query(text);
    await sql.query(`ALTER TABLE ${name} ADD COLUMN more text DEFAULT 'x'`);
    for (let i = 0; i < 12; i++) assert.deepEqual(await sql.query(text), [{ id: 1, more: "x" }]);
  },
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
    const slow = [{ text: "SET LOCAL statement_timeout = 100" }, { text: "SELECT pg_sleep(5)" }];
    const before = Date.now();
    assert.equal((await failure(sql.batch(slow))).code, "overload");
    assert.ok(Date.now() - before < 3_000);
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
};

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
    const outcomes = await Promise.allSettled(
      Array.from({ length: 2_600 }, () => sql.query("SELECT pg_sleep(0.002)")),
    );
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

/** Around a restart of PostgreSQL; the test restarts it while these run, or between them. */
export const restartCases: Cases<SqlSubject> = {
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
