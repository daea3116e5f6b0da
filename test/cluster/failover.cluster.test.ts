// Read replicas, and PostgreSQL on another address: by a URL of several hosts, and by a changed SqlSettings.DataSource.

import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { request } from "../harness/client.ts";
import { underLoad } from "./chat/scene.ts";
import { NODES, nodeUrl, PATIENCE_MS, startTown, type Town, until } from "./chat/town.ts";
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

test("search and directory reads go to the replica, all else to the primary", async () => {
  const SqlSettings = { DataSourceReplicas: [pair.standby.url], ReplicaMonitorIntervalSeconds: 1 };
  await configure({ SqlSettings });
  const { sql } = pair.standby;
  await sql`SELECT pg_wal_replay_pause()`;
  try {
    const paused = async () =>
      (await sql`SELECT pg_get_wal_replay_pause_state() AS state`)[0]!.state === "paused";
    await until(paused, PATIENCE_MS, "the replica has stopped");
    const [word, name] = [`w${newId()}`, `u${newId()}`];
    const id = await post(`hello ${word}`);
    const account = { username: name, email: `${name}@example.com`, password: "Correct-horse-1" };
    expect((await on("leader", "POST", "users", account)).status).toBe(201);
    for (const node of NODES) {
      // The replica has stopped at a moment before: what comes from it lacks the post, what comes from the primary has it.
      const lacksIt = async () => (await search(node, word)).length === 0;
      await until(lacksIt, PATIENCE_MS, `${node} has heard of the replica`);
      const page = await on(node, "GET", `channels/${town.channels[0]}/posts`);
      expect(page.body.order).toContain(id);
      expect((await on(node, "GET", `users/username/${name}`)).status).toBe(200);
    }
    await until(async () => (await users(name)) === 0, PATIENCE_MS, "the directory comes from the replica");
    await sql`SELECT pg_wal_replay_resume()`;
    await until(async () => (await search("leader", word)).includes(id), PATIENCE_MS, "the replica has it");
    await until(async () => (await users(name)) === 1, PATIENCE_MS, "the replica has the user, too");
  } finally {
    await sql`SELECT pg_wal_replay_resume()`;
  }
});

test("a replica that is away costs nothing but its own help", async () => {
  const nowhere = pair.standby.url.replace(/:\d+\//, ":1/");
  await configure({ SqlSettings: { DataSourceSearchReplicas: [nowhere] } });
  const word = `w${newId()}`;
  const id = await post(word);
  // A node that has not heard of it yet asks the replica of before, which may be a moment behind.
  for (const node of NODES)
    await until(async () => (await search(node, word)).join() === id, PATIENCE_MS, `${node} finds the post`);
  const took = async () => {
    const began = Date.now();
    for (let n = 0; n < 20; n++) expect(await search("leader", word)).toEqual([id]);
    return Date.now() - began;
  };
  const without = await took();
  await configure({ SqlSettings: { DataSourceSearchReplicas: [], DataSourceReplicas: [] } });
  expect(without).toBeLessThan(5_000 + 3 * (await took()));
});

test("a DataSource that is no primary of this install is refused, and nothing changes", async () => {
  await configure({ SqlSettings: { DataSource: pair.standby.url } });
  const refused = await on("leader", "POST", "database/recycle");
  expect([refused.status, refused.body.id]).toEqual([503, "api.system.recycle_database.app_error"]);
  await post("still here");
  await configure({ SqlSettings: { DataSource: "" } });
  expect((await on("leader", "POST", "database/recycle")).status).toBe(200);
});

test("the primary is killed, the synchronous standby promoted", async () => {
  let promoted = 0;
  const outcome = await underLoad(town, "PostgreSQL fails over to another address", async ({ posters }) => {
    const began = Date.now();
    await pair.primary.kill();
    const before = posters.acknowledged.length;
    await pair.standby.sql.unsafe("ALTER SYSTEM SET synchronous_standby_names = ''");
    await pair.standby.sql`SELECT pg_promote()`;
    promoted = Date.now() - began;
    await until(() => posters.acknowledged.length > before + 20, 2 * PATIENCE_MS, "posts are taken again");
    return { promoted_after_ms: promoted, posting_after_ms: Date.now() - began };
  });
  expect(outcome.slowest - promoted).toBeLessThan(15_000);
});

test("the standby's address by SqlSettings.DataSource and a recycle", async () => {
  await configure({ SqlSettings: { DataSource: pair.standby.url } });
  expect((await on("follower", "POST", "database/recycle")).status).toBe(200);
  const others = async () => {
    const rows = await pair.standby.sql`SELECT application_name FROM pg_stat_activity
      WHERE datname = 'edgemost' AND application_name = ANY(${[...NODES]})`;
    return new Set(rows.map(({ application_name }) => application_name)).size;
  };
  await until(async () => (await others()) === NODES.length, PATIENCE_MS, "every node is connected");
  for (const node of NODES) expect((await on(node, "GET", "users/me")).status).toBe(200);
  await post("on the new primary");
});
