import { BEGINNING, comparePositions, type Position } from "./position.ts";

interface Waiter {
  position: Position;
  settle: (reached: boolean) => void;
}

/** How far this node has come in the stream. */
export class Progress {
  /** Everything up to here has taken effect on this node. */
  position: Position = BEGINNING;
  private readonly waiting = new Set<Waiter>();
  private hurry: (() => void) | undefined;

  reach(position: Position): void {
    this.position = position;
    for (const waiter of this.waiting) if (this.isPast(waiter.position)) waiter.settle(true);
  }

  /** Whether the node gets as far as `position` within that time. */
  at(position: Position, patienceMs: number): Promise<boolean> {
    if (this.isPast(position)) return Promise.resolve(true);
    this.hurry?.();
    return new Promise((resolve) => {
      const timer = setTimeout(() => waiter.settle(false), patienceMs);
      const waiter: Waiter = {
        position,
        settle: (reached) => {
          clearTimeout(timer);
          this.waiting.delete(waiter);
          resolve(reached);
        },
      };
      this.waiting.add(waiter);
    });
  }

  /** For the reader: `ms` in which more may come, cut short as soon as somebody waits for a position ahead. */
  async pause(ms: number): Promise<void> {
    if (this.waiting.size > 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.hurry = undefined;
  }

  private isPast(position: Position): boolean {
    return comparePositions(this.position, position) >= 0;
  }
}
