import { BEGINNING, comparePositions, msOf, type Position } from "../../relay/stream/position.ts";
import type { Entry } from "../../relay/stream/stream.ts";
import { RETENTION_MS } from "../reaper.ts";

/** How many of the stream's newest entries a hub keeps in memory at least, to take over other nodes' connections. */
const SIZE = 20_000;
/** Looks at what is too old only once there are so many more. */
const STEP = 1_000;

/** What this hub has read of the cluster's stream in the last ten minutes; it has applied all of it. */
export class History {
  /** Which Redis process the stream is in; places of another mean nothing here. */
  run = "";
  /** The place of the newest entry read. */
  position: Position = BEGINNING;
  /** Entries after this place are all here. */
  private from: Position | undefined;
  /** Newest last. */
  private entries: Entry[] = [];
  private checkedAt = 0;

  /** All the entries there are after `after` and up to `upTo`. */
  add(entries: Entry[], after: Position, upTo: Position, run: string): void {
    if (run !== this.run) this.clear();
    this.run = run;
    this.from ??= after;
    this.entries.push(...entries);
    this.position = upTo;
    if (this.entries.length - this.checkedAt >= STEP) this.trim();
  }

  /** Every entry after `place`; undefined where that is further back than is kept. */
  after(place: Position): Entry[] | undefined {
    if (this.from === undefined || comparePositions(place, this.from) < 0) return undefined;
    return this.entries.slice(this.firstAfter(place));
  }

  clear(): void {
    this.entries = [];
    this.from = undefined;
    this.position = BEGINNING;
    this.checkedAt = 0;
  }

  private firstAfter(place: Position): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePositions(this.entries[middle]!.position, place) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private trim(): void {
    const oldest = `${msOf(this.position) - RETENTION_MS}-0`;
    const kept = Math.max(this.firstAfter(oldest), this.entries.length - SIZE);
    if (kept > 0) {
      this.from = this.entries[kept - 1]!.position;
      this.entries = this.entries.slice(kept);
    }
    this.checkedAt = this.entries.length;
  }
}
