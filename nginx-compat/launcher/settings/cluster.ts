// ClusterSettings and CacheSettings, Mattermost's own keys: what this node tells the others, and where they meet.

import { hostname, networkInterfaces } from "node:os";
import { StartError } from "../errors.ts";
import type { ConfigReader } from "./config-reader.ts";

export interface ClusterMember {
  nodeName: string;
  /** host:port, for people to tell nodes apart. */
  nodeAddress: string;
  clusterName: string;
  redisUrl: string;
  redisPrefix: string;
}

/** null where ClusterSettings.Enable is not set. `notes` gets a line for each setting that changes nothing here. */
export function readClusterMember(config: ConfigReader, port: number, notes: string[]): ClusterMember | null {
  const cacheType = config.text("CacheSettings", "CacheType") || "lru";
  if (cacheType !== "lru" && cacheType !== "redis")
    throw new StartError(`CacheSettings.CacheType must be lru or redis, not "${cacheType}"`);
  if (!config.flag("ClusterSettings", "Enable", false)) {
    if (cacheType === "redis")
      notes.push("CacheSettings.CacheType redis is not used: ClusterSettings.Enable is not set");
    return null;
  }
  if (cacheType !== "redis")
    throw new StartError(
      "ClusterSettings.Enable needs CacheSettings.CacheType redis, not lru: the nodes talk over one Redis",
    );
  const clusterName = config.text("ClusterSettings", "ClusterName") || "edgemost";
  noteUnused(config, notes);
  return {
    nodeName: config.text("ClusterSettings", "OverrideHostname") || hostname(),
    nodeAddress: `${host(config)}:${port}`,
    clusterName,
    redisUrl: redisUrl(config),
    redisPrefix: `${config.text("CacheSettings", "RedisCachePrefix")}${clusterName}:`,
  };
}

function redisUrl(config: ConfigReader): string {
  const address = config.text("CacheSettings", "RedisAddress");
  const url = URL.canParse(`redis://${address}`) ? new URL(`redis://${address}`) : null;
  if (!address) throw new StartError("CacheSettings.CacheType redis needs CacheSettings.RedisAddress");
  if (!url?.hostname || url.host !== address.toLowerCase())
    throw new StartError(`CacheSettings.RedisAddress is not host:port: "${address}"`);
  const database = config.number("CacheSettings", "RedisDB", -1);
  if (database < -1) throw new StartError(`CacheSettings.RedisDB must not be ${database}`);
  const password = encodeURIComponent(config.text("CacheSettings", "RedisPassword"));
  url.port ||= "6379";
  return `redis://${password && `:${password}@`}${url.host}/${Math.max(database, 0)}`;
}

/** As Mattermost: what is to be told first, then an interface's address, then any of this machine or its name. */
function host(config: ConfigReader): string {
  const told =
    config.text("ClusterSettings", "AdvertiseAddress") || config.text("ClusterSettings", "BindAddress");
  if (told) return told;
  const name = config.text("ClusterSettings", "NetworkInterface");
  if (name && !networkInterfaces()[name])
    throw new StartError(`ClusterSettings.NetworkInterface: there is no interface ${name}`);
  if (!name && !config.flag("ClusterSettings", "UseIPAddress", true)) return hostname();
  const found = Object.entries(networkInterfaces())
    .filter(([interfaceName]) => !name || interfaceName === name)
    .flatMap(([, addresses]) => addresses ?? []);
  const outer = found.filter(({ internal }) => !internal);
  const best = [...outer, ...found].find(({ family }) => family === "IPv4") ?? outer[0];
  return best ? (best.family === "IPv6" ? `[${best.address}]` : best.address) : hostname();
}

/** There is no gossip between nodes: what tunes it has nothing to tune. Told only where somebody did set it. */
function noteUnused(config: ConfigReader, notes: string[]): void {
  if (config.number("ClusterSettings", "GossipPort", 8074) !== 8074)
    notes.push("ClusterSettings.GossipPort is not used: the nodes talk over Redis");
  if (!config.flag("ClusterSettings", "EnableGossipCompression", true))
    notes.push("ClusterSettings.EnableGossipCompression is not used: the nodes talk over Redis");
  if (!config.flag("ClusterSettings", "EnableGossipEncryption", true))
    notes.push("ClusterSettings.EnableGossipEncryption is not used: the nodes talk over Redis");
  if (config.flag("CacheSettings", "DisableClientCache", false))
    notes.push("CacheSettings.DisableClientCache is not used: Redis keeps no record of what nodes cache");
}
