import type { Hub } from "../durable/hub.ts";
import type { Relay } from "../durable/relay.ts";
import type { SqlPool } from "../durable/sql-pool.ts";
import type { Topic } from "../durable/topic.ts";

/** The bindings of a node; the launcher, wrangler.toml and the tests set the same names. */
export interface Env {
  SQL_POOL: DurableObjectNamespace<SqlPool>;
  TOPIC: DurableObjectNamespace<Topic>;
  HUB: DurableObjectNamespace<Hub>;
  /** "compute" is the second process of a self-hosted node, for password hashes and images. */
  PROFILE: "single" | "cluster" | "edge" | "compute";
  DATABASE_URL: string;
  /** Sets the Neon adapter's endpoint where it is not Neon's own (tests). */
  NEON_ENDPOINT?: string;
  NODE_NAME?: string;
  /** Random per start of the process; see durable/journal.ts. */
  BOOT_ID?: string;
  /** Boots before this one that ended cleanly, comma separated. */
  CLEAN_BOOTS?: string;
  CONFIG_JSON?: string;
  ENVIRONMENT_JSON?: string;
  FILES_DISK?: Fetcher;
  /** The directory of mattermost.log, where the launcher writes one. */
  LOG_DISK?: Fetcher;
  /** The directory of the official web client, or the edge's static assets. */
  CLIENT?: Fetcher;
  COMPUTE?: Fetcher;
  /** Self-hosted: outgoing requests to public addresses, and to any (workers/ports/outbound). */
  OUTBOUND_PUBLIC?: Fetcher;
  OUTBOUND_ANY?: Fetcher;
  /** Cluster profile. */
  RELAY?: DurableObjectNamespace<Relay>;
  REDIS_URL?: string;
  REDIS_PREFIX?: string;
  /** host:port under which the other nodes know this one. */
  NODE_ADDRESS?: string;
  CLUSTER_NAME?: string;
}
