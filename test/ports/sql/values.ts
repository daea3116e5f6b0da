// Values and parameters on their way to PostgreSQL and back.

import assert from "node:assert/strict";
import type { Cases } from "../cases.ts";
import { one, type SqlSubject, table } from "./subject.ts";

export const valueCases: Cases<SqlSubject> = {
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
};
