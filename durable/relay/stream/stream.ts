import type { Bundle } from "../../../workers/events/envelope.ts";
import { comparePositions, type Position } from "./position.ts";
import { close, connectRedis, inTime, type Redis, runId } from "./redis.ts";

/** What a client that was away may have missed, in number; see RETENTION_MS for the time. */
const MAX_ENTRIES = 200_000;
const COMMAND_MS = 1_500;

export interface Entry {
  position: Position;
  bundle: Bundle;
}

/**
 * One connection to Redis and to the cluster's one ordered stream in it: a client for commands, and one for reads that
 * block. Both end with the first failure of either; then there is another `Stream`.
 */
export class Stream {
  readonly redis: Redis;
  /** Redis' run_id: another one means that entries may have been lost. */
  readonly run: string;
  private readonly reader: Redis;
  private readonly key: string;

  private constructor(redis: Redis, reader: Redis, run: string, key: string) {
    this.redis = redis;
    this.reader = reader;
    this.run = run;
    this.key = key;
  }

  static async open(url: string, key: string): Promise<Stream> {
    const redis = await connectRedis(url);
    try {
      const reader = await connectRedis(url);
      try {
        // The same process answers on both: a new one would have closed the first.
        return new Stream(redis, reader, await inTime(runId(redis), COMMAND_MS), key);
      } catch (error) {
        close(reader);
        throw error;
      }
    } catch (error) {
      close(redis);
      throw error;
    }
  }

  /** Whether both connections stand, as far as is known. */
  get intact(): boolean {
    return this.redis.isReady && this.reader.isReady;
  }

  close(): void {
    close(this.redis);
    close(this.reader);
  }

  append(bundle: Bundle): Promise<Position> {
    const trim = { strategy: "MAXLEN", strategyModifier: "~", threshold: MAX_ENTRIES } as const;
    const added = this.redis.xAdd(this.key, "*", { b: JSON.stringify(bundle) }, { TRIM: trim });
    return inTime(added, COMMAND_MS);
  }

  /** The next entries after `position`; waits for up to `blockMs` until there are some (0: does not wait). */
  async read(position: Position, count: number, blockMs: number): Promise<Entry[]> {
    const options = blockMs > 0 ? { BLOCK: blockMs, COUNT: count } : { COUNT: count };
    const answer = await inTime(
      this.reader.xRead({ key: this.key, id: position }, options),
      blockMs + COMMAND_MS,
    );
    const streams = answer as { messages: { id: string; message: Record<string, string> }[] }[] | null;
    return (streams?.[0]?.messages ?? []).map(({ id, message }) => ({
      position: id,
      bundle: JSON.parse(message.b!) as Bundle,
    }));
  }

  /** The newest place after `position`, or `position` where nothing has come since. */
  async newest(position: Position): Promise<Position> {
    const found = await inTime(this.redis.xRevRange(this.key, "+", `(${position}`, { COUNT: 1 }), COMMAND_MS);
    return found?.[0]?.id ?? position;
  }

  /** The place from which on nothing is missing: `position`, or a later one where entries after it have been trimmed. */
  async whole(position: Position): Promise<Position> {
    const [oldest] = (await inTime(this.redis.xRange(this.key, "-", "+", { COUNT: 1 }), COMMAND_MS)) ?? [];
    if (!oldest || comparePositions(oldest.id, position) <= 0) return position;
    const info = (await inTime(this.redis.xInfoStream(this.key), COMMAND_MS)) as unknown as Record<
      string,
      unknown
    >;
    // Redis before 7 does not tell: then it may have been.
    return Number(info["entries-added"]) === Number(info.length) ? position : oldest.id;
  }

  /** ms by the clock of Redis, which the positions follow. */
  async now(): Promise<number> {
    const [seconds] = await inTime(this.redis.time(), COMMAND_MS);
    return Number(seconds) * 1_000;
  }
}
