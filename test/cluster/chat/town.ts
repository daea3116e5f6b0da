// A cluster with people in it, and what a fault test does to it.

import { newId } from "../../../workers/model/id.ts";
import { createAdmin } from "../../harness/global-setup.ts";
import { type NodeAddress, type Person, person } from "../../harness/people.ts";
import { database, insertUsers } from "../../harness/sql.ts";
import { type ClusterOptions, type RunningCluster, startCluster } from "../support/cluster.ts";
import { ChatClient } from "./client.ts";

export const NODES = ["leader", "follower", "follower2"] as const;

export interface Town {
  cluster: RunningCluster;
  admin: Person;
  /** Everyone is in the team and in all channels. */
  people: { id: string; username: string; token: string }[];
  team: string;
  channels: string[];
}

export async function startTown(count: number, options: ClusterOptions = {}): Promise<Town> {
  // Without an address a configuration with CacheType redis is not valid, so that no change of it could be saved.
  const cluster = await startCluster({
    ...options,
    env: {
      MM_CACHESETTINGS_REDISADDRESS: "127.0.0.1:6379",
      MM_CACHESETTINGS_REDISDB: "0",
      ...options.env,
    },
  });
  const url = cluster.url;
  const facts = await createAdmin({ url });
  const node: NodeAddress = { url, databaseUrl: cluster.databaseUrl, admin: facts };
  const admin = person(node, facts);
  const team = await admin.client.createTeam({
    name: `t${newId()}`,
    display_name: "Town",
    type: "O",
  } as never);
  const channels: string[] = [];
  for (const name of ["a", "b", "c"]) {
    const channel = { team_id: team.id, name: `${name}${newId()}`, display_name: name, type: "O" };
    channels.push((await admin.client.createChannel(channel as never)).id);
  }
  const people = await insertUsers(count, { node, teams: [team.id], channels });
  return { cluster, admin, people, team: team.id, channels };
}

export function nodeUrl(cluster: RunningCluster, name: string): string {
  return cluster.nodes.find((node) => node.name === name)!.url;
}

/**
 * `count` clients spread over the nodes. One that loses its socket comes back to the next node, every third one through
 * NGINX.
 */
export function connect(
  town: Town,
  count: number,
  options: { since?: number; fetches?: boolean } = {},
): ChatClient[] {
  const urls = town.cluster.nodes.map((node) => node.url);
  return Array.from({ length: count }, (_, n) => {
    const client = new ChatClient({
      token: town.people[n % town.people.length]!.token,
      channels: town.channels,
      api: town.cluster.url,
      target: (attempt) =>
        attempt > 0 && n % 3 === 0 ? town.cluster.url : urls[(n + attempt) % urls.length]!,
      fetches: options.fetches ?? true,
    });
    client.since = options.since ?? Date.now() - 1_000;
    return client.start();
  });
}

/** Longer than anything takes that is not itself the question, on the slowest machine. */
export const PATIENCE_MS = 30_000;

/**
 * Waits until `holds`. How long after now the opposite was last seen, ms: when that request was sent, not when its answer was
 * here, for a slow machine is not a node that knows too little.
 */
export async function staleFor(holds: () => Promise<boolean>, what: string): Promise<number> {
  const began = Date.now();
  let stale = 0;
  const look = async () => {
    const sent = Date.now() - began;
    const fresh = await holds();
    if (!fresh) stale = sent;
    return fresh;
  };
  await until(look, PATIENCE_MS, what);
  return stale;
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  ms: number,
  what: string,
): Promise<number> {
  const began = Date.now();
  while (!(await condition())) {
    if (Date.now() - began > ms) throw new Error(`Not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return Date.now() - began;
}

/** Which node holds the leader's lease, by the database; "" where it has run out. */
export async function leaseHolder(town: Town): Promise<string> {
  const [row] = await database(town.admin.node)`
    select d.hostname::jsonb->>'name' as name from systems s join clusterdiscovery d on d.id = s.value::jsonb->>'node'
    where s.name = 'EdgemostLeader' and (s.value::jsonb->>'until')::bigint > extract(epoch from clock_timestamp()) * 1000`;
  return row?.name ?? "";
}
