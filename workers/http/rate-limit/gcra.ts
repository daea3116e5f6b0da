/** What one key may do: one request every `everyMs` in the long run, and `burst` more at once. */
export interface Rate {
  everyMs: number;
  burst: number;
}

export interface Verdict {
  allowed: boolean;
  /** Requests that may follow at once. */
  remaining: number;
  /** Until the key is as if it had never been used, ms. */
  resetMs: number;
  /** Until the next request may come, ms; 0 where this one was allowed. */
  retryMs: number;
}

/**
 * The generic cell rate algorithm. `tat` is the key's theoretical arrival time in ms (undefined: never used); the second
 * value is the one to keep, undefined where nothing changes because the request was refused.
 * `durable/relay/rate-limits.ts` has the same in Lua.
 */
export function gcra(rate: Rate, tat: number | undefined, now: number): [Verdict, number | undefined] {
  const { everyMs, burst } = rate;
  const room = (burst + 1) * everyMs;
  const old = Math.max(tat ?? now, now);
  const next = old + everyMs;
  const retryMs = next - room - now;
  if (retryMs > 0) return [{ allowed: false, remaining: 0, resetMs: old - now, retryMs }, undefined];
  const remaining = Math.floor((room - (next - now)) / everyMs);
  return [{ allowed: true, remaining, resetMs: next - now, retryMs: 0 }, next];
}

/** Keys in this isolate's memory; the one that was not used for longest goes first. */
export class MemoryStore {
  private readonly tats = new Map<string, number>();

  take(key: string, rate: Rate, size: number, now = Date.now()): Verdict {
    const [verdict, next] = gcra(rate, this.tats.get(key), now);
    const kept = next ?? this.tats.get(key);
    this.tats.delete(key);
    if (kept !== undefined) this.tats.set(key, kept);
    for (const oldest of this.tats.keys()) {
      if (this.tats.size <= size) break;
      this.tats.delete(oldest);
    }
    return verdict;
  }
}
