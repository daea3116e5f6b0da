import { hearing } from "./hearing.ts";

/** Taken before a load; see Cache. */
export type Guard = number;

/**
 * A bounded map of loaded values, least recently used out first.
 *
 * Invariant: a value read from the database before an invalidation of its key is never kept after it. A load takes a
 * guard first (the count of invalidations so far); `fill` refuses a value whose key was invalidated since.
 */
export class Cache<V> {
  /** How often `get` had an answer, and had none. */
  hits = 0;
  misses = 0;
  private readonly entries = new Map<string, { value: V; until: number }>();
  /** Recently invalidated keys and when (as a count); older ones fall below `floor`. */
  private readonly invalidated = new Map<string, number>();
  private count = 0;
  private floor = 0;
  private readonly size: number;
  private readonly lifeMs: number;

  /** @param lifeMs how long an entry may live where invalidations cannot reach it; Infinity where they always do. */
  constructor(size: number, lifeMs = Number.POSITIVE_INFINITY) {
    this.size = size;
    this.lifeMs = lifeMs;
  }

  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    // A cluster node that does not hear the others cannot know what has changed.
    if (entry === undefined || !hearing.fresh()) {
      this.misses++;
      return undefined;
    }
    if (entry.until < Date.now()) {
      this.entries.delete(key);
      this.misses++;
      return undefined;
    }
    this.hits++;
    // Reordering is only worth its cost when something may have to go.
    if (this.entries.size > this.size / 2) {
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry.value;
  }

  /** Every value that is still good. */
  values(): V[] {
    const now = Date.now();
    return [...this.entries.values()].filter(({ until }) => until >= now).map(({ value }) => value);
  }

  guard(): Guard {
    return this.count;
  }

  /** Whether `key` has not been invalidated since `guard` was taken. */
  unchanged(key: string, guard: Guard): boolean {
    return guard >= this.floor && (this.invalidated.get(key) ?? 0) <= guard && hearing.fresh();
  }

  /** Keeps `value` unless its key was invalidated since `guard` was taken. */
  fill(key: string, guard: Guard, value: V): void {
    if (this.lifeMs <= 0 || guard < this.floor || (this.invalidated.get(key) ?? 0) > guard) return;
    this.entries.set(key, {
      value,
      until: this.lifeMs === Number.POSITIVE_INFINITY ? this.lifeMs : Date.now() + this.lifeMs,
    });
    if (this.entries.size > this.size) this.entries.delete(this.entries.keys().next().value as string);
  }

  /**
   * Keeps `value`, which this isolate has just written, past the invalidation that `announce` makes at once, unless there has
   * been another one since `guard`, taken before the write. Gives what `announce` gives.
   */
  written<T>(key: string, guard: Guard, value: V, announce: () => T): T {
    const alone = this.unchanged(key, guard);
    const announced = announce();
    if (alone) this.fill(key, this.guard(), value);
    return announced;
  }

  /** The cached value, or the loader's (kept unless undefined). */
  async load(key: string, loader: (guard: Guard) => Promise<V | undefined>): Promise<V | undefined> {
    const hit = this.get(key);
    if (hit !== undefined) return hit;
    const guard = this.guard();
    const value = await loader(guard);
    if (value !== undefined) this.fill(key, guard, value);
    return value;
  }

  delete(key: string): void {
    this.entries.delete(key);
    this.invalidated.delete(key);
    this.invalidated.set(key, ++this.count);
    if (this.invalidated.size > 10_000) this.forget();
  }

  /** Invalidates every entry that matches, and every load under way. */
  deleteWhere(matches: (value: V) => boolean): void {
    for (const [key, { value }] of this.entries) if (matches(value)) this.entries.delete(key);
    this.forget();
  }

  clear(): void {
    this.entries.clear();
    this.forget();
  }

  private forget(): void {
    this.invalidated.clear();
    this.floor = ++this.count;
  }
}
