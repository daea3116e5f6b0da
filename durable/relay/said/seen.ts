/** The ids of the newest bundles, to tell one that was published again. */
export class Seen {
  private readonly size: number;
  private newer = new Set<string>();
  private older = new Set<string>();

  /** @param size at least so many ids are known, at most twice as many. */
  constructor(size = 20_000) {
    this.size = size;
  }

  /** False if the id is known. */
  add(id: string): boolean {
    if (this.newer.has(id) || this.older.has(id)) return false;
    this.newer.add(id);
    if (this.newer.size >= this.size) {
      this.older = this.newer;
      this.newer = new Set();
    }
    return true;
  }

  delete(id: string): void {
    this.newer.delete(id);
    this.older.delete(id);
  }

  clear(): void {
    this.newer.clear();
    this.older.clear();
  }
}
