import { RETENTION_MS } from "../hub/reaper.ts";
import { inTime, type Redis } from "./stream/redis.ts";

const COMMAND_MS = 1_500;
const KEEP_EVERY_MS = 60_000;

/**
 * The nodes' checkpoints in Redis: a hash for each start of a hub, which outlives its node for as long as its clients may
 * come back, and a sorted set that tells which hashes there are.
 */
export class CheckpointStore {
  private readonly redis: () => Redis | undefined;
  private readonly prefix: string;
  private readonly keptAt = new Map<string, number>();

  constructor(redis: () => Redis | undefined, prefix: string) {
    this.redis = redis;
    this.prefix = prefix;
  }

  async save(key: string, checkpoints: Record<string, string>, gone: string[]): Promise<void> {
    const redis = this.connected();
    const work: Promise<unknown>[] = [];
    if (gone.length > 0) work.push(redis.hDel(this.key(key), gone));
    if (Object.keys(checkpoints).length > 0) work.push(redis.hSet(this.key(key), checkpoints));
    const now = Date.now();
    const keep = now - (this.keptAt.get(key) ?? 0) > KEEP_EVERY_MS;
    if (keep) {
      work.push(redis.expire(this.key(key), (2 * RETENTION_MS) / 1_000));
      work.push(redis.zAdd(this.names, { score: now, value: key }));
      work.push(redis.zRemRangeByScore(this.names, 0, now - 2 * RETENTION_MS));
    }
    await inTime(Promise.all(work), COMMAND_MS);
    if (keep) this.keptAt.set(key, now);
  }

  /** What each hub last saved of a connection. */
  async find(id: string): Promise<string[]> {
    const redis = this.connected();
    const keys = await inTime(redis.zRange(this.names, 0, -1), COMMAND_MS);
    const found = await inTime(Promise.all(keys.map((key) => redis.hGet(this.key(key), id))), COMMAND_MS);
    return found.filter((value) => value !== null);
  }

  private connected(): Redis {
    const redis = this.redis();
    if (!redis) throw new Error("Redis is away");
    return redis;
  }

  private get names(): string {
    return `${this.prefix}connections`;
  }

  private key(name: string): string {
    return `${this.prefix}connections:${name}`;
  }
}
