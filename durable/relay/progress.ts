import { BEGINNING, comparePositions, type Position } from "./position.ts";

/** How far this node has come in the stream. */
export class Progress {
  /** Everything up to here has taken effect on this node. */
  position: Position = BEGINNING;
  private readonly waiting = new Set<() => void>();

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
      await Promise.race([new Promise<void>((resolve) => this.waiting.add(resolve)), scheduler.wait(left)]);
    }
    return true;
  }
}
