// One fault under load: clients and posters before, the check of every stream after.

import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@redis/client";
import { expect } from "vitest";
import { checkStreams } from "./check.ts";
import type { ChatClient } from "./client.ts";
import { twoLead } from "./faults.ts";
import { type Posters, startPosters } from "./posters.ts";
import { quantile, report } from "./results.ts";
import { connect, PATIENCE_MS, type Town, until } from "./town.ts";

export const CLIENTS = 60;
/** Asked for; pauses between posts make it some fewer. */
const POSTS_PER_SECOND = 46;
const POSTERS = 20;

export interface Scene {
  town: Town;
  clients: ChatClient[];
  posters: Posters;
}

export interface Outcome {
  /** The longest that any post took from its first attempt to its acknowledgement, ms. */
  slowest: number;
  posts: number;
  failed: number;
  resumed: number;
  fresh: number;
}

/** Runs `fault` in the middle of the load; fails unless every client has every acknowledged post once and in order. */
export async function underLoad(
  town: Town,
  name: string,
  fault: (scene: Scene) => Promise<unknown>,
  options: { clients?: ChatClient[] } = {},
): Promise<Outcome> {
  const clients = options.clients ?? connect(town, CLIENTS);
  const { cluster, people, channels } = town;
  try {
    await until(() => clients.every((client) => client.up), PATIENCE_MS, "all clients are connected");
    const began = Date.now();
    const posters = startPosters({
      url: cluster.url,
      users: people.slice(0, POSTERS),
      channels,
      rate: POSTS_PER_SECOND,
    });
    const leaders = watchLeaders(town);
    await sleep(1_500);
    await savedOnce(town, clients);
    const figures = ((await fault({ town, clients, posters })) ?? {}) as Record<string, number | string>;
    await sleep(1_000);
    await posters.stop();
    const { samples, several } = await leaders.stop();
    const seconds = (Date.now() - began) / 1_000;
    await settle(clients, posters);
    const sum = (of: (client: ChatClient) => number) =>
      clients.reduce((total, client) => total + of(client), 0);
    const outages = clients.flatMap((client) => client.outages);
    const outcome: Outcome = {
      slowest: Math.max(0, ...posters.acknowledged.map(({ took }) => took)),
      posts: posters.acknowledged.length,
      failed: posters.failures.length,
      resumed: sum((client) => client.counts.resumed),
      fresh: sum((client) => client.counts.fresh),
    };
    report(name, {
      ...figures,
      posts_per_s: Math.round(outcome.posts / seconds),
      slowest_post_ms: outcome.slowest,
      failed_requests: outcome.failed,
      resumed: outcome.resumed,
      fresh: outcome.fresh,
      socket_outage_p50_ms: quantile(outages, 0.5),
      socket_outage_max_ms: quantile(outages, 1),
    });
    if (outcome.failed > 0) console.log(`first failure: ${posters.failures[0]!.reason}`);
    expect([samples > 3, several]).toEqual([true, 0]);
    expect(checkStreams(clients, posters.acknowledged)).toEqual([]);
    return outcome;
  } finally {
    for (const client of clients) client.stop();
  }
}

/** Until Redis has a checkpoint of every connection: before that, no other node can take it over. */
async function savedOnce({ cluster }: Town, clients: ChatClient[]): Promise<void> {
  const redis = createClient({ url: cluster.redisUrl });
  await redis.connect();
  const all = async () => {
    const hubs = await redis.zRange("edgemost:connections", 0, -1);
    const known = await Promise.all(hubs.map((hub) => redis.hKeys(`edgemost:connections:${hub}`)));
    const ids = new Set(known.flat());
    return clients.every(({ connectionId }) => ids.has(connectionId));
  };
  await until(all, PATIENCE_MS, "every connection can be taken over").finally(() => redis.close());
}

/** Counts how often more than one node believes that it leads. */
function watchLeaders({ cluster }: Town) {
  let ended = false;
  const counts = { samples: 0, several: 0 };
  const watching = (async () => {
    while (!ended || counts.samples <= 3) {
      if (await twoLead(cluster)) counts.several++;
      counts.samples++;
      await sleep(400);
    }
  })();
  return {
    stop: async () => {
      ended = true;
      await watching;
      return counts;
    },
  };
}

/** Until everyone is connected and has everything, or the time is up: then the check tells what is missing. */
async function settle(clients: ChatClient[], { acknowledged }: Posters): Promise<void> {
  const has = (client: ChatClient) => {
    if (!client.up) return false;
    const known = new Set(
      client.sessions.flatMap(({ posts, fetched }) => [...posts.map(({ id }) => id), ...fetched]),
    );
    return acknowledged.every(({ id }) => known.has(id));
  };
  const left = new Set(clients);
  const done = () => {
    for (const client of left) if (has(client)) left.delete(client);
    return left.size === 0;
  };
  await until(done, PATIENCE_MS, "everyone has everything").catch(() => undefined);
  await Promise.all(clients.map((client) => client.fetching));
}
