import { createClient, type RedisClientType } from "@redis/client";

export type Redis = RedisClientType;

/** A connection that reconnects by itself, and fails commands at once while it is away. */
export async function connectRedis(url: string): Promise<Redis> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: 2_000, reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, 1_000) },
  }) as Redis;
  // Errors surface where a command fails; without a listener they would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** The identity of the Redis process: another one may have lost entries. */
export async function runId(client: Redis): Promise<string> {
  return /run_id:(\S+)/.exec(await client.info("server"))?.[1] ?? "";
}
