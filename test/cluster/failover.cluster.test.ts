// Read replicas, and PostgreSQL on another address: by a URL of several hosts, and by a changed SqlSettings.DataSource.

import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { request } from "../harness/client.ts";
import { underLoad } from "./chat/scene.ts";
import { NODES, nodeUrl, startTown, type Town, until } from "./chat/town.ts";
import { type Pair, startPair } from "./support/standby.ts";

let pair: Pair;
let town: Town;

beforeAll(async () => {
  pair = await startPair("edgemost");
  town = await startTown(30, { env: { DATABASE_URL: pair.url } });
}, 120_000);
afterAll(async () => {
  await town?.cluster.stop();
  await pair?.stop();
}, 60_000);

const on = (node: string, method: string, path: string, body?: unknown) =>
  request({ url: nodeUrl(town.cluster, node) }, town.admin.token, method, path, body);
const configure = async (config: object) => {
  expect((await on("leader", "PUT", "config/patch", config)).status).toBe(200);
};
const post = async (message: string) => {
  const answer = await on("leader", "POST", "posts", { channel_id: town.channels[0], message });
  expect(answer.status).toBe(201);
  return answer.body.id as string;
};
const search = async (node: string, terms: string) => {
  const answer = await on(node, "POST", "posts/search", { terms, is_or_search: false });
  expect(answer.status).toBe(200);
  return answer.body.order as string[];
};
const users = async (term: string) => (await on("leader", "POST", "users/search", { term })).body.length;

test("search and directory reads go to the replica, all else to the primary", {
  timeout: 60_000,
}, async () => {
  const SqlSettings = { DataSourceReplicas: [pair.standby.url], ReplicaMonitorIntervalSeconds: 1 };
  await configure({ SqlSettings });
  const { sql } = pair.standby;
  await sql`SELECT pg_wal_replay_pause()`;
  try {
    const [word, name] = [`w${newId()}`, `u${newId()}`];
    const id = await post(`hello ${word}`);
    const account = { username: name, email: `${name}@example.com`, password: "Correct-horse-1" };
    expect((await on("leader", "POST", "users", account)).status).toBe(201);
    for (const node of NODES) {
      // The replica has stopped at a moment before: what comes from it lacks the post, what comes from the primary has it.
      expect(await search(node, word)).toEqual([]);
      const page = await on(node, "GET", `channels/${town.channels[0]}/posts`);
      expect(page.body.order).toContain(id);
      expect((await on(node, "GET", `users/username/${name}`)).status).toBe(200);
    }
    expect(await users(name)).toBe(0);
    await sql`SELECT pg_wal_replay_resume()`;
    await until(async () => (await search("leader", word)).includes(id), 5_000, "the replica has it");
    expect(await users(name)).toBe(1);
  } finally {
    await sql`SELECT pg_wal_replay_resume()`;
  }
});

test("a replica that is away costs nothing but its own help", { timeout: 60_000 }, async () => {
  const nowhere = pair.standby.url.replace(/:\d+\//, ":1/");
  await configure({ SqlSettings: { DataSourceSearchReplicas: [nowhere] } });
  const word = `w${newId()}`;
  const id = await post(word);
  for (const node of NODES) expect(await search(node, word)).toEqual([id]);
  const began = Date.now();
  for (let n = 0; n < 20; n++) expect(await search("leader", word)).toEqual([id]);
  expect(Date.now() - began).toBeLessThan(5_000);
  await configure({ SqlSettings: { DataSourceSearchReplicas: [], DataSourceReplicas: [] } });
});

test("a DataSource that is no primary of this install is refused, and nothing changes", {
  timeout: 60_000,
}, async () => {
  await configure({ SqlSettings: { DataSource: pair.standby.url } });
  const refused = await on("leader", "POST", "database/recycle");
  expect([refused.status, refused.body.id]).toEqual([503, "api.system.recycle_database.app_error"]);
  await post("still here");
  await configure({ SqlSettings: { DataSource: "" } });
  expect((await on("leader", "POST", "database/recycle")).status).toBe(200);
});

test("the primary is killed, the synchronous standby promoted", { timeout: 90_000 }, async () => {
  const outcome = await underLoad(
    town,
    "PostgreSQL fails over to another address",
    async ({ posters }) => {
      const began = Date.now();
      await pair.primary.kill();
      const before = posters.acknowledged.length;
      await pair.standby.sql.unsafe("ALTER SYSTEM SET synchronous_standby_names = ''");
      await pair.standby.sql`SELECT pg_promote()`;
      const promoted = Date.now() - began;
      await until(() => posters.acknowledged.length > before + 20, 30_000, "posts are taken again");
      return { promoted_after_ms: promoted, posting_after_ms: Date.now() - began };
    },
    { settleMs: 15_000 },
  );
  expect(outcome.slowest).toBeLessThan(15_000);
});

test("the standby's address by SqlSettings.DataSource and a recycle", { timeout: 60_000 }, async () => {
  await configure({ SqlSettings: { DataSource: pair.standby.url } });
  expect((await on("follower", "POST", "database/recycle")).status).toBe(200);
  const others = async () => {
    const rows = await pair.standby.sql`SELECT application_name FROM pg_stat_activity
      WHERE datname = 'edgemost' AND application_name = ANY(${[...NODES]})`;
    return new Set(rows.map(({ application_name }) => application_name)).size;
  };
  await until(async () => (await others()) === NODES.length, 10_000, "every node is connected");
  for (const node of NODES) expect((await on(node, "GET", "users/me")).status).toBe(200);
  await post("on the new primary");
});
