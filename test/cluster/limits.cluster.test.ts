// What counts for the whole cluster, and a node that has lost PostgreSQL alone.

import { createClient } from "@redis/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { request } from "../harness/client.ts";
import { database } from "../harness/sql.ts";
import { kill, start, stateOf } from "./chat/faults.ts";
import { underLoad } from "./chat/scene.ts";
import { connect, NODES, nodeUrl, PATIENCE_MS, startTown, type Town, until } from "./chat/town.ts";

let town: Town;

beforeAll(async () => {
  town = await startTown(30, {
    args: ["--forward-postgres"],
    env: { MM_SERVICESETTINGS_MAXIMUMLOGINATTEMPTS: "4" },
  });
}, 120_000);
afterAll(() => town?.cluster.stop(), 60_000);

const on = (node: string, token: string, method: string, path: string, body?: unknown, headers = {}) =>
  request({ url: nodeUrl(town.cluster, node) }, token, method, path, body, headers);
const nodeOf = (n: number) => NODES[n % NODES.length]!;
const configure = (config: object) => on("leader", town.admin.token, "PUT", "config/patch", config);

test("wrong passwords on any node count together; the reset holds on every node", async () => {
  const account = { username: `u${newId()}`, email: `${newId()}@example.com`, password: "Correct-horse-1" };
  const made = await on("leader", town.admin.token, "POST", "users", account);
  expect(made.status).toBe(201);
  const login = (node: string, password: string) =>
    on(node, "", "POST", "users/login", { login_id: account.username, password });
  // Every node has seen the user before, with no failure.
  for (const node of NODES) expect((await login(node, account.password)).status).toBe(200);
  for (let n = 0; n < 4; n++) {
    const answer = await login(nodeOf(n), "wrong");
    expect(answer.body.id).toBe("api.user.login.invalid_credentials_email_username");
  }
  for (const node of NODES) {
    const answer = await login(node, account.password);
    expect([answer.status, answer.body.id]).toEqual([
      401,
      "api.user.check_user_login_attempts.too_many.app_error",
    ]);
  }
  const reset = `users/${made.body.id}/reset_failed_attempts`;
  expect((await on("follower", town.admin.token, "POST", reset)).status).toBe(200);
  for (const node of NODES) expect((await login(node, account.password)).status).toBe(200);
});

test("wrong passwords at once on three nodes all count", async () => {
  const account = { username: `u${newId()}`, email: `${newId()}@example.com`, password: "Correct-horse-2" };
  const made = await on("leader", town.admin.token, "POST", "users", account);
  const guesses = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      on(nodeOf(n), "", "POST", "users/login", { login_id: account.username, password: `wrong ${n}` }),
    ),
  );
  expect(guesses.every(({ status }) => status === 401)).toBe(true);
  const [row] = await database(town.admin.node)`select failedattempts from users where id = ${made.body.id}`;
  expect(row!.failedattempts).toBeGreaterThanOrEqual(4);
  const last = await on("follower2", "", "POST", "users/login", {
    login_id: account.username,
    password: account.password,
  });
  expect(last.body.id).toBe("api.user.check_user_login_attempts.too_many.app_error");
});

test("a rate is the cluster's, not each node's; without Redis each node allows its share", async () => {
  const redis = createClient({ url: town.cluster.redisUrl });
  await redis.connect();
  const settings = { Enable: true, PerSec: 1, MaxBurst: 30, VaryByRemoteAddr: false, VaryByHeader: "X-Key" };
  try {
    expect((await configure({ RateLimitSettings: settings })).status).toBe(200);
    const key = newId();
    const ask = (n: number, name = key) =>
      on(nodeOf(n), "", "GET", "system/ping", undefined, { "X-Key": name });
    await until(
      async () => (await ask(1, newId())).headers.has("x-ratelimit-limit"),
      PATIENCE_MS,
      "the limits hold",
    );
    await until(
      async () => (await ask(2, newId())).headers.has("x-ratelimit-limit"),
      PATIENCE_MS,
      "the limits hold",
    );
    await Promise.all(NODES.map((_, n) => ask(n, newId())));
    const callsBefore = await calls(redis);
    const began = Date.now();
    // Few at a time, for a Redis that does not answer within 300 ms counts as away; each node has one under way at any time.
    const answers: Awaited<ReturnType<typeof ask>>[] = [];
    for (let n = 0; n < 90; n += 6)
      answers.push(...(await Promise.all(Array.from({ length: 6 }, (_, more) => ask(n + more)))));
    const seconds = Math.ceil((Date.now() - began) / 1_000);
    const allowed = answers.filter(({ status }) => status === 200).length;
    expect(allowed).toBeGreaterThanOrEqual(31);
    expect(allowed).toBeLessThanOrEqual(31 + seconds);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(90 - allowed);
    expect((await calls(redis)) - callsBefore).toBe(90);
    await redis.quit();

    await town.cluster.control("/redis/kill");
    const alone = newId();
    const from = Date.now();
    const without = await Promise.all(Array.from({ length: 90 }, (_, n) => ask(n, alone)));
    const more = Math.ceil((Date.now() - from) / 1_000);
    const passed = without.filter(({ status }) => status === 200).length;
    expect(passed).toBeGreaterThanOrEqual(30);
    expect(passed).toBeLessThanOrEqual(33 + 3 * more);
  } finally {
    await town.cluster.control("/redis/start");
    await until(
      async () => {
        const answer = await on("leader", town.admin.token, "PUT", "config/patch", {
          RateLimitSettings: { Enable: false },
        }).catch(() => undefined);
        return answer?.status === 200;
      },
      PATIENCE_MS,
      "the limits are off",
    );
  }
});

/** How often Redis has run a script. */
async function calls(redis: { info(section: string): Promise<string> }): Promise<number> {
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(await redis.info("commandstats"))?.[1] ?? 0);
}

test("nodes that differ are told in the log and to the System Console", async () => {
  const sql = database(town.admin.node);
  const id = newId();
  const [self] = await sql`select * from clusterdiscovery where hostname::jsonb->>'name' = 'leader'`;
  const hostname = JSON.stringify({
    ...JSON.parse(self!.hostname),
    name: "old",
    address: "192.0.2.9:8065",
    version: "11.5.0",
  });
  const later = Date.now() + 300_000;
  await sql`insert into clusterdiscovery (id, type, clustername, hostname, gossipport, port, createat, lastpingat)
    values (${id}, ${self!.type}, ${self!.clustername}, ${hostname}, 0, 0, ${Date.now()}, ${later})`;
  try {
    const warned = () => /nodes differ in version: [^"]*old 11\.5\.0/.test(town.cluster.log("follower"));
    await until(warned, PATIENCE_MS, "the log tells");
    const { body } = await on("follower", town.admin.token, "GET", "cluster/status");
    expect(body).toHaveLength(4);
    expect(body.find((row: any) => row.hostname === "old")).toMatchObject({
      version: "11.5.0",
      ipaddress: "192.0.2.9:8065",
    });
    expect(new Set(body.map((row: any) => row.config_hash)).size).toBe(1);
  } finally {
    await sql`delete from clusterdiscovery where id = ${id}`;
  }
  await until(() => /alike again/.test(town.cluster.log("follower")), PATIENCE_MS, "and when it is over");
});

test.each(["blackhole", "reset"])("one node is cut off from PostgreSQL (%s)", async (mode) => {
  const { cluster } = town;
  const health = () => on("follower", "", "GET", "system/ping?get_server_status=true");
  await underLoad(town, `one node cut off from PostgreSQL (${mode})`, async ({ clients }) => {
    expect((await health()).status).toBe(200);
    const began = Date.now();
    await cluster.control(`/nodes/follower/cut-postgres?mode=${mode}`);
    await until(async () => (await health()).status === 500, PATIENCE_MS, "the node says that it is unwell");
    const unwell = Date.now() - began;
    await until(async () => (await stateOf(cluster, "follower"))?.sockets === 0, PATIENCE_MS, "clients go");
    await until(() => clients.every((client) => client.up), PATIENCE_MS, "clients are elsewhere");
    const elsewhere = Date.now() - began;
    await cluster.control("/nodes/follower/heal-postgres");
    const healed = Date.now();
    await until(async () => (await health()).status === 200, PATIENCE_MS, "the node is well again");
    return {
      unwell_after_ms: unwell,
      clients_elsewhere_ms: elsewhere,
      well_after_ms: Date.now() - healed,
    };
  });
});

test("offline only when the last connection is gone, also with its node", async () => {
  const user = town.people[7]!;
  const [first, second] = connect({ ...town, people: [user] }, 2, { fetches: false });
  const status = async () => {
    const { body } = await on("leader", town.admin.token, "GET", `users/${user.id}/status`);
    return body.status;
  };
  try {
    await until(() => first!.up && second!.up, PATIENCE_MS, "both are connected");
    await until(async () => (await status()) === "online", PATIENCE_MS, "online");
    first!.stop();
    await until(
      async () => (await stateOf(town.cluster, "leader"))?.sockets === 0,
      PATIENCE_MS,
      "one is gone",
    );
    expect(await status()).toBe("online");
    // The second is at "follower"; it does not come back.
    second!.stop = () => undefined as never;
    (second as any).stopped = true;
    await kill(town.cluster, "follower");
    await until(
      async () => (await status()) === "offline",
      2 * PATIENCE_MS,
      "offline after its node has died",
    );
  } finally {
    await start(town.cluster, "follower").catch(() => undefined);
  }
});
