import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { type OwnContexts, ownContexts } from "../harness/own-context.ts";
import { makeUser, type Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

let ada: Person;
let own: OwnContexts;
beforeAll(async () => {
  ada = await makeUser();
  own = ownContexts(ada.node);
});
afterAll(() => own?.end());

const HOUR = 3_600_000;
/** Nothing that another test has made is older. */
const LONG = 3_650;

it("lets go what nobody can use any more, once an hour (semantics 24.4)", async () => {
  const sql = database(ada.node);
  const now = Date.now();
  const kept: string[] = [];
  const gone: string[] = [];
  const forever: string[] = [];
  const one = async (
    age: number,
    list: string[],
    insert: (id: string, at: number) => PromiseLike<unknown>,
  ) => {
    const id = newId();
    list.push(id);
    await insert(id, now - age);
  };
  const session = (id: string, at: number) =>
    sql`insert into sessions (id, token, createat, expiresat, lastactivityat, userid, deviceid, roles, isoauth, props, expirednotify)
      values (${id}, ${id}, 1, ${at}, 1, ${ada.id}, '', 'system_user', false, '{}', false)`;
  await one(25 * HOUR, gone, session);
  await one(23 * HOUR, kept, session);
  await one(-HOUR, kept, session);
  await one(now, kept, session); // 0: never ends
  const token = (id: string, at: number) =>
    sql`insert into tokens values (${id}, ${at}, 'team_invitation', '{}')`;
  await one(73 * HOUR, gone, token);
  await one(49 * HOUR, kept, token);
  const desktop = (id: string, at: number) =>
    sql`insert into desktoptokens values (${id}, ${Math.floor(at / 1_000)}, ${ada.id})`;
  await one(2 * HOUR, gone, desktop);
  await one(0, kept, desktop);
  const code = (id: string, at: number) =>
    sql`insert into oauthauthdata (clientid, userid, code, expiresin, createat) values (${newId()}, ${ada.id}, ${id}, 600, ${at})`;
  await one(2 * HOUR, gone, code);
  await one(0, kept, code);
  const hook = (id: string, at: number) =>
    sql`insert into commandwebhooks values (${id}, ${at}, ${newId()}, ${ada.id}, ${newId()}, '', 0)`;
  await one(HOUR, gone, hook);
  await one(0, kept, hook);
  const job = (status: string) => (id: string, at: number) =>
    sql`insert into jobs values (${id}, 'product_notices', 0, ${at}, 0, 0, ${status}, 0, '{}')`;
  await one(now - 1, forever, job("success"));
  await one(now - 1, kept, job("in_progress"));
  await one(HOUR, kept, job("success"));
  const configuration = (id: string, at: number) =>
    sql`insert into configurations (id, value, createat, active, sha) values (${id}, '{}', ${at}, null, '')`;
  await one(now - 1, forever, configuration);
  await one(HOUR, kept, configuration);

  const left = async () => {
    const rows = await sql`select id from (select id from sessions union all select token from tokens
      union all select token from desktoptokens union all select code from oauthauthdata union all select id from commandwebhooks
      union all select id from jobs union all select id from configurations) rows (id) where id in ${sql([...kept, ...gone, ...forever])}`;
    return rows.map(({ id }) => id).sort();
  };
  const queries: string[] = [];
  const ctx = own.context([], (text) => void queries.push(text));
  const hour = async () => {
    vi.resetModules();
    return (await import("../../workers/actions/jobs/tidy.ts")).tidyUp;
  };
  await (await hour())(ctx);
  expect(await left(), "jobs and configurations stay by default").toEqual([...kept, ...forever].sort());
  ctx.config.JobSettings.CleanupJobsThresholdDays = LONG;
  ctx.config.JobSettings.CleanupConfigThresholdDays = LONG;
  const tidyUp = await hour();
  await tidyUp(ctx);
  expect(await left()).toEqual([...kept].sort());
  await tidyUp(ctx);
  expect(queries).toHaveLength(2);
  await sql`delete from jobs where id in ${sql(kept)}`;
  await sql`delete from configurations where id in ${sql(kept)}`;
  await sql`delete from sessions where id in ${sql(kept)}`;
});
