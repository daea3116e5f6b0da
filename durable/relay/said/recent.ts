/** A bundle with the id of another one that came at most this long before is the same, published again. */
export const SAME_WITHIN_MS = 120_000;

/**
 * The ids of the newest bundles, to tell one that was published again. What counts as "again" follows from the times
 * given alone, so that every node that has read for SAME_WITHIN_MS decides the same.
 */
export class Recent {
  private readonly withinMs: number;
  /**
   * Two generations, the older of which is dropped whole: a map that is emptied from its front keeps what was deleted in the way of
   * every look at its beginning.
   */
  private times = new Map<string, number>();
  private older = new Map<string, number>();
  private since = 0;

  constructor(withinMs = SAME_WITHIN_MS) {
    this.withinMs = withinMs;
  }

  /** False if the id is known. */
  add(id: string, at: number): boolean {
    if (at - this.since > this.withinMs) {
      this.older = this.times;
      this.times = new Map();
      this.since = at;
    }
    const before = this.times.get(id) ?? this.older.get(id);
    if (before !== undefined && at - before <= this.withinMs) return false;
    this.times.set(id, at);
    return true;
  }

  clear(): void {
    this.times.clear();
    this.older.clear();
    this.since = 0;
  }
}
