import type { Env } from "../workers/env.ts";
import type { Bundle } from "../workers/events/envelope.ts";
import type { Hub } from "./hub.ts";

/** The one hub of a self-hosted node. */
const LOCAL = "hub";
/** Shares of the users on the edge. */
const EDGE_HUBS = 32;

/** The hub that holds a user's sockets. */
export function hubOf(env: Env, userId: string): DurableObjectStub<Hub> {
  return env.HUB.get(env.HUB.idFromName(nameOf(env, userId)));
}

/** Names of the hubs a bundle concerns: each once, whatever the number of users behind it. */
export function hubNamesOf(env: Env, bundle: Pick<Bundle, "topic">): string[] {
  // In a cluster the relay has given it to the hub already.
  if (env.PROFILE === "cluster") return [];
  if (env.PROFILE !== "edge") return [LOCAL];
  if (bundle.topic.startsWith("user:")) return [nameOf(env, bundle.topic.slice("user:".length))];
  return Array.from({ length: EDGE_HUBS }, (_, share) => `hub-${share}`);
}

function nameOf(env: Env, userId: string): string {
  return env.PROFILE === "edge" ? `hub-${shareOf(userId)}` : LOCAL;
}

function shareOf(userId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < userId.length; i++) hash = Math.imul(hash ^ userId.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % EDGE_HUBS;
}
