import { inTime, type Redis } from "../stream/redis.ts";

const COMMAND_MS = 1_000;
/** Longer than a node needs between two heartbeats. */
const KEPT_MS = 60_000;

/**
 * Tells a node that is cut off from the database from a database that is gone: every node leaves a sign in Redis after
 * each heartbeat. Signs of others that are newer than one's own failure mean that they still reach it.
 */
export class DatabaseVoice {
  private readonly redis: () => Redis | undefined;
  private readonly key: string;
  private readonly self: string;
  /** The newest sign when this node's heartbeat first failed; undefined while it does not. */
  private atFailure: string | undefined;

  constructor(redis: () => Redis | undefined, prefix: string, self: string) {
    this.redis = redis;
    this.key = `${prefix}database`;
    this.self = self;
  }

  /** This node has reached the database. */
  async reached(): Promise<void> {
    this.atFailure = undefined;
    await this.redis()?.set(this.key, `${this.self} ${Date.now()}`, { PX: KEPT_MS });
  }

  /** This node has not reached it once more; whether others have since the first time. */
  async missed(): Promise<boolean> {
    const redis = this.redis();
    if (!redis) return false;
    const sign = (await inTime(redis.get(this.key), COMMAND_MS)) ?? "";
    this.atFailure ??= sign;
    return sign !== this.atFailure && !sign.startsWith(`${this.self} `);
  }
}
