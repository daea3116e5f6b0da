import type { Rate, Verdict } from "../../workers/http/rate-limit/gcra.ts";
import { inTime, type Redis } from "./stream/redis.ts";

/** Longer than any answer of a Redis that is well; the node then counts for itself. */
const COMMAND_MS = 300;

/**
 * `gcra` of workers/http/rate-limit/gcra.ts on the clock of Redis: read, decide and write are one command, so that
 * requests on several nodes at once never pass together where only one may. Times as text: Lua's numbers become integers.
 */
const SCRIPT = `local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local every, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local room = (burst + 1) * every
local old = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local next = old + every
local retry = next - room - now
if retry > 0 then return {0, 0, tostring(old - now), tostring(retry)} end
redis.call('SET', KEYS[1], string.format('%.3f', next), 'PX', math.ceil(next - now))
return {1, math.floor((room - (next - now)) / every), tostring(next - now), '0'}`;

/** The cluster's one count of requests by key. */
export class RateLimits {
  private readonly redis: () => Redis | undefined;
  private readonly prefix: string;
  /** The script's name in the Redis process that `loadedIn` leads to. */
  private sha = "";
  private loadedIn: Redis | undefined;

  constructor(redis: () => Redis | undefined, prefix: string) {
    this.redis = redis;
    this.prefix = prefix;
  }

  /** Undefined while Redis is away. */
  async take(key: string, rate: Rate): Promise<Verdict | undefined> {
    const redis = this.redis();
    if (!redis) return undefined;
    try {
      if (this.loadedIn !== redis) {
        this.sha = await inTime(redis.scriptLoad(SCRIPT), COMMAND_MS);
        this.loadedIn = redis;
      }
      const call = redis.evalSha(this.sha, {
        keys: [`${this.prefix}rate:${key}`],
        arguments: [String(rate.everyMs), String(rate.burst)],
      });
      const [allowed, remaining, reset, retry] = (await inTime(call, COMMAND_MS)) as unknown as (
        | number
        | string
      )[];
      return {
        allowed: allowed === 1,
        remaining: Number(remaining),
        resetMs: Number(reset),
        retryMs: Number(retry),
      };
    } catch (error) {
      // Somebody has emptied Redis of its scripts: next time it is loaded again.
      if (String(error).includes("NOSCRIPT")) this.loadedIn = undefined;
      return undefined;
    }
  }
}
