import postgres, { type Sql } from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../schema/migrate.ts";
import { type RunningPostgres, startPostgres } from "./postgres.ts";

let server: RunningPostgres;
let sql: Sql;

beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url);
  sql = postgres(server.url, { max: 1, onnotice: () => {} });
});

afterAll(async () => {
  await sql?.end();
  await server?.stop();
});

test("the statistics count posts and files", async () => {
  const day = 86_400_000;
  await sql`insert into channels ${sql([
    { id: "c1", name: "a", teamid: "t1" },
    { id: "c2", name: "b", teamid: "" },
  ])}`;
  await sql`insert into posts ${sql([
    { id: "p1", userid: "u1", channelid: "c1", createat: day },
    { id: "p2", userid: "u1", channelid: "c1", createat: day + 5 },
    { id: "p3", userid: "b1", channelid: "c1", createat: 2 * day },
    { id: "p4", userid: "u1", channelid: "c2", createat: 2 * day },
  ])}`;
  await sql`insert into bots (userid) values ('b1')`;
  await sql`insert into fileinfo ${sql([
    { id: "f1", size: 10, deleteat: 0 },
    { id: "f2", size: 5, deleteat: 0 },
    { id: "f3", size: 99, deleteat: 1 },
  ])}`;
  await sql.unsafe(`set time zone 'UTC'; refresh materialized view posts_by_team_day;
    refresh materialized view bot_posts_by_team_day; refresh materialized view poststats;
    refresh materialized view file_stats`);
  const days = (rows: Iterable<unknown>) => [...rows];
  expect(days(await sql`select day::text, num::int, teamid from posts_by_team_day order by 1, 3`)).toEqual([
    { day: "1970-01-02", num: 2, teamid: "t1" },
    { day: "1970-01-03", num: 1, teamid: "" },
    { day: "1970-01-03", num: 1, teamid: "t1" },
  ]);
  expect(days(await sql`select day::text, num::int, teamid from bot_posts_by_team_day`)).toEqual([
    { day: "1970-01-03", num: 1, teamid: "t1" },
  ]);
  expect(
    days(await sql`select userid, day::text, numposts::int, lastpostdate from poststats order by 1, 2`),
  ).toEqual([
    { userid: "b1", day: "1970-01-03", numposts: 1, lastpostdate: String(2 * day) },
    { userid: "u1", day: "1970-01-02", numposts: 2, lastpostdate: String(day + 5) },
    { userid: "u1", day: "1970-01-03", numposts: 1, lastpostdate: String(2 * day) },
  ]);
  expect(days(await sql`select num::int, usage::int from file_stats`)).toEqual([{ num: 2, usage: 15 }]);
});

test("attributeview names the chosen options", async () => {
  const options = {
    options: [
      { id: "o1", name: "Red" },
      { id: "o2", name: "Blue" },
    ],
  };
  const at = { createat: 1, updateat: 1, deleteat: 0 };
  const field = (id: string, type: string, attrs: postgres.JSONValue) => ({
    id,
    groupid: "g",
    name: id,
    type,
    attrs: sql.json(attrs),
    ...at,
  });
  for (const row of [
    field("one", "select", options),
    field("many", "multiselect", options),
    field("text", "text", {}),
    field("odd", "select", { options: "none" }),
    { ...field("gone", "text", {}), deleteat: 5 },
  ]) {
    await sql`insert into propertyfields ${sql(row)}`;
  }
  const values: [string, postgres.JSONValue][] = [
    ["one", "o1"],
    ["many", ["o2", "o1", "o9"]],
    ["text", "free"],
    ["odd", "o1"],
    ["gone", "x"],
  ];
  for (const [fieldid, chosen] of values) {
    const key = { id: `v${fieldid}`, targetid: "u", targettype: "user", groupid: "g", fieldid };
    await sql`insert into propertyvalues ${sql({ ...key, value: sql.json(chosen), ...at })}`;
  }
  await sql`refresh materialized view attributeview`;
  expect([...(await sql`select * from attributeview`)]).toEqual([
    {
      groupid: "g",
      targetid: "u",
      targettype: "user",
      attributes: { one: "Red", many: ["Blue", "Red"], text: "free", odd: null },
    },
  ]);
});
