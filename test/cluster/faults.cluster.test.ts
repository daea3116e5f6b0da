// Everything that can break, broken in the middle of the load. Each test prints its figures as one JSON line.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cutRedis, healRedis, kill, restartInTurn, start, stateOf, twoLead } from "./chat/faults.ts";
import { report } from "./chat/results.ts";
import { CLIENTS, underLoad } from "./chat/scene.ts";
import {
  connect,
  leaseHolder,
  NODES,
  nodeUrl,
  PATIENCE_MS,
  startTown,
  type Town,
  until,
} from "./chat/town.ts";

let town: Town;

beforeAll(async () => {
  town = await startTown(30);
}, 120_000);
afterAll(() => town?.cluster.stop(), 60_000);

const others = (name: string) => NODES.filter((node) => node !== name);

test("nothing breaks", async () => {
  const outcome = await underLoad(town, "none", () => sleep(3_000));
  expect(outcome).toMatchObject({ failed: 0, resumed: 0, fresh: 0 });
});

test("kill -9 of a follower", async () => {
  const [victim] = others(await leaseHolder(town));
  const outcome = await underLoad(town, "kill -9 of a follower", async () => {
    await kill(town.cluster, victim!);
    await sleep(4_000);
  });
  await start(town.cluster, victim!);
  expect(outcome.slowest).toBeLessThan(10_000);
  expect(outcome.resumed).toBeGreaterThan(0.7 * (CLIENTS / 3));
});

test("kill -9 of the leader; another one leads within 15 s, and never two", async () => {
  const victim = await leaseHolder(town);
  let two = false;
  const outcome = await underLoad(town, "kill -9 of the leader", async () => {
    const began = Date.now();
    await kill(town.cluster, victim);
    const leads = async () => {
      const states = await Promise.all(others(victim).map((name) => stateOf(town.cluster, name)));
      const leaders = states.filter((state) => state?.leads).length;
      two ||= await twoLead(town.cluster);
      return leaders === 1 && ![victim, ""].includes(await leaseHolder(town));
    };
    await until(leads, 15_000, "another node leads");
    return { leadership_ms: Date.now() - began };
  });
  await start(town.cluster, victim);
  expect(two).toBe(false);
  expect(outcome.slowest).toBeLessThan(10_000);
  expect(outcome.resumed).toBeGreaterThan(0.7 * (CLIENTS / 3));
});

test("kill -9 of two of three", async () => {
  const outcome = await underLoad(town, "kill -9 of two of three", async () => {
    await Promise.all([kill(town.cluster, "leader"), kill(town.cluster, "follower2")]);
    await sleep(5_000);
  });
  await Promise.all([start(town.cluster, "leader"), start(town.cluster, "follower2")]);
  expect(outcome.slowest).toBeLessThan(10_000);
  expect(outcome.resumed).toBeGreaterThan(0.7 * ((CLIENTS * 2) / 3));
});

test("a rolling restart of all nodes fails no request", async () => {
  const outcome = await underLoad(town, "rolling restart", () => restartInTurn(town.cluster, NODES, 500));
  expect(outcome.failed).toBe(0);
  expect(outcome.fresh).toBeLessThan(0.1 * CLIENTS);
});

test("Redis is killed for 10 s and comes back empty", async () => {
  await underLoad(town, "Redis away for 10 s", async ({ clients, posters }) => {
    await town.cluster.control("/redis/kill");
    await sleep(10_000);
    const healed = Date.now();
    await town.cluster.control("/redis/start");
    const before = posters.acknowledged.length;
    await until(() => posters.acknowledged.length > before, PATIENCE_MS, "posts are taken again");
    const posting = Date.now() - healed;
    await until(() => clients.every((client) => client.up), PATIENCE_MS, "clients are back");
    return { posting_after_ms: posting, sockets_after_ms: Date.now() - healed };
  });
});

test.each(["blackhole", "reset"] as const)("one node is cut off from Redis (%s)", async (mode) => {
  const { cluster } = town;
  await underLoad(town, `one node cut off from Redis (${mode})`, async ({ clients }) => {
    const url = nodeUrl(cluster, "follower");
    const health = async () => (await fetch(`${url}/api/v4/system/ping?get_server_status=true`)).status;
    expect(await health()).toBe(200);
    const began = Date.now();
    await cutRedis(cluster, "follower", mode);
    await until(async () => (await health()) === 500, PATIENCE_MS, "the node says that it is unwell");
    const unwell = Date.now() - began;
    await until(
      async () => (await stateOf(cluster, "follower"))?.sockets === 0,
      PATIENCE_MS,
      "the node lets its clients go",
    );
    await until(() => clients.every((client) => client.up), PATIENCE_MS, "clients are elsewhere");
    const elsewhere = Date.now() - began;
    await healRedis(cluster, "follower");
    const healed = Date.now();
    await until(async () => (await health()) === 200, PATIENCE_MS, "the node is well again");
    return { unwell_after_ms: unwell, clients_elsewhere_ms: elsewhere, well_after_ms: Date.now() - healed };
  });
});

test("PostgreSQL is restarted", async () => {
  let away = 0;
  const outcome = await underLoad(town, "PostgreSQL restarted", async () => {
    const began = Date.now();
    await town.cluster.control("/postgres/restart");
    away = Date.now() - began;
    await sleep(3_000);
    return { away_ms: away };
  });
  expect(outcome.fresh).toBe(0);
  expect(outcome.slowest - away).toBeLessThan(10_000);
});

test("S3 is away: files fail clearly, chat goes on", async () => {
  const upload = () => {
    const form = new FormData();
    form.set("channel_id", town.channels[0]!);
    form.set("files", new Blob(["text"]), "a.txt");
    return town.admin.request("POST", "files", form);
  };
  const outcome = await underLoad(town, "S3 away", async () => {
    expect((await upload()).status).toBe(201);
    await town.cluster.control("/s3/stop");
    const failed = await upload();
    expect(failed.status).toBeGreaterThanOrEqual(500);
    expect(failed.body.id).toMatch(/./);
    await town.cluster.control("/s3/start");
    expect((await upload()).status).toBe(201);
    return { upload_status: failed.status };
  });
  expect(outcome).toMatchObject({ failed: 0, fresh: 0 });
});

test("a client moves between nodes twenty times", async () => {
  await underLoad(town, "twenty moves", async ({ clients }) => {
    const client = clients[1]!;
    for (let move = 0; move < 20; move++) {
      client.move();
      await until(() => !client.up, PATIENCE_MS, "gone");
      await until(() => client.up, PATIENCE_MS, `back after move ${move}`);
      await sleep(150);
    }
    return { moves: client.counts.resumed + client.counts.fresh, moves_resumed: client.counts.resumed };
  });
});

test("500 sockets come at once", async () => {
  const storm = connect(town, 500, { fetches: false });
  try {
    const connected = await until(
      () => storm.every((client) => client.up),
      2 * PATIENCE_MS,
      "500 clients are connected",
    );
    const outcome = await underLoad(town, "reconnect storm", async () => {
      for (const client of storm) client.move();
      await until(() => storm.every((client) => !client.up), PATIENCE_MS, "all are gone");
      return {
        first_ms: connected,
        again_ms: await until(() => storm.every((client) => client.up), 2 * PATIENCE_MS, "all are back"),
      };
    });
    expect(outcome).toMatchObject({ failed: 0, fresh: 0 });
    expect(storm.flatMap((client) => client.violations)).toEqual([]);
    const resumed = storm.reduce((sum, client) => sum + client.counts.resumed, 0);
    report("reconnect storm of 500", {
      resumed,
      fresh: storm.reduce((sum, { counts }) => sum + counts.fresh, 0),
    });
  } finally {
    for (const client of storm) client.stop();
  }
});
