import { createClient, type RedisClientType } from "@redis/client";

export type Redis = RedisClientType;

const CONNECT_MS = 2_000;

/**
 * A connection that ends at the first failure and then fails everything: one that came back by itself could lead to
 * another Redis process, unnoticed between two commands.
 */
export async function connectRedis(url: string): Promise<Redis> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    // Each command has `inTime`. The client's own timers are never cleared here, and workerd allows 10,000 in an object.
    commandOptions: { timeout: 0 },
    // A feature of Redis Enterprise, for which the client would look up the host's name itself: by DNS over HTTPS.
    maintNotifications: "disabled",
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false },
  }) as Redis;
  // Errors surface where a command fails; without a listener they would end the process.
  client.on("error", () => undefined);
  try {
    await inTime(client.connect(), CONNECT_MS);
  } catch (error) {
    close(client);
    throw error;
  }
  return client;
}

export function close(client: Redis): void {
  try {
    client.destroy();
  } catch {
    // Closed already.
  }
}

/** The identity of the Redis process: another one may have lost entries. */
export async function runId(client: Redis): Promise<string> {
  return /run_id:(\S+)/.exec(await client.info("server"))?.[1] ?? "";
}

export class NoAnswer extends Error {
  override name = "NoAnswer";
  override message = "Redis does not answer";
}

/** A connection that leads nowhere does not fail by itself. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer()), ms);
  });
  // Whichever loses may fail later; nobody looks at it then.
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
