import { BEGINNING, comparePositions, type Position } from "./position.ts";

/** How far this node has come in the stream. */
export class Progress {
  /** Everything up to here has taken effect on this node. */
  position: Position = BEGINNING;
  private readonly waiting = new Set<() => void>();
  private hurry: (() => void) | undefined;

  reach(position: Position): void {
    this.position = position;
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  /** Whether the node gets as far as `position` within that time. */
  async at(position: Position, patienceMs: number): Promise<boolean> {
    const until = Date.now() + patienceMs;
    while (comparePositions(this.position, position) < 0) {
      const left = until - Date.now();
      if (left <= 0) return false;
      this.hurry?.();
      await Promise.race([new Promise<void>((resolve) => this.waiting.add(resolve)), scheduler.wait(left)]);
    }
    return true;
  }

  /** For the reader: `ms` in which more may come, cut short as soon as somebody waits for a position ahead. */
  async pause(ms: number): Promise<void> {
    if (this.waiting.size > 0) return;
    const hurry = new Promise<void>((resolve) => {
      this.hurry = resolve;
    });
    await Promise.race([hurry, scheduler.wait(ms)]);
    this.hurry = undefined;
  }
}
