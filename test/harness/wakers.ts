/** Whoever waits for a condition, to be looked at again after everything that may have changed it. */
export class Wakers {
  private readonly looks = new Set<() => void>();

  /** Something has happened. */
  wake(): void {
    for (const look of [...this.looks]) look();
  }

  /** Resolves once `condition` holds; after `timeoutMs` rejects with what `why` says then. */
  async until(condition: () => boolean, why: () => string, timeoutMs: number): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        this.looks.delete(look);
        clearTimeout(timer);
      };
      const look = () => {
        if (!condition()) return;
        done();
        resolve();
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(why()));
      }, timeoutMs);
      this.looks.add(look);
    });
  }
}
