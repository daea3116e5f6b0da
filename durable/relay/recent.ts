/** A bundle with the id of another one that came at most this long before is the same, published again. */
export const SAME_WITHIN_MS = 120_000;

/**
 * The ids of the newest bundles, to tell one that was published again. What counts as "again" follows from the times
 * given alone, so that every node that has read for SAME_WITHIN_MS decides the same.
 */
export class Recent {
  private readonly withinMs: number;
  /** Oldest first. */
  private readonly times = new Map<string, number>();

  constructor(withinMs = SAME_WITHIN_MS) {
    this.withinMs = withinMs;
  }

  /** False if the id is known. */
  add(id: string, at: number): boolean {
    this.forget(at);
    if (this.times.has(id)) return false;
    this.times.set(id, at);
    return true;
  }

  clear(): void {
    this.times.clear();
  }

  private forget(now: number): void {
    for (const [id, at] of this.times) {
      if (now - at <= this.withinMs) return;
      this.times.delete(id);
    }
  }
}
