import { BEGINNING, comparePositions, type Position } from "../relay/position.ts";
import type { Entry } from "../relay.ts";

/** How many of the stream's newest entries a hub keeps in memory, to take over other nodes' connections. */
const SIZE = 20_000;

/** What this hub has read of the cluster's stream, newest last; it has applied all of it. */
export class History {
  private entries: Entry[] = [];
  /** The place of the newest entry read. */
  position: Position = BEGINNING;
  /** Entries after this place are all here. */
  private from: Position | undefined;

  /** All the entries there are after `after` and up to `upTo`. */
  add(entries: Entry[], after: Position, upTo: Position): void {
    this.from ??= after;
    this.entries.push(...entries);
    this.position = upTo;
    if (this.entries.length > 2 * SIZE) {
      this.entries = this.entries.slice(-SIZE);
      this.from = this.entries[0]!.position;
    }
  }

  /** Every entry after `place`; undefined where that is further back than is kept. */
  after(place: Position): Entry[] | undefined {
    if (this.from === undefined || comparePositions(place, this.from) < 0) return undefined;
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePositions(this.entries[middle]!.position, place) <= 0) low = middle + 1;
      else high = middle;
    }
    return this.entries.slice(low);
  }

  clear(): void {
    this.entries = [];
    this.from = undefined;
    this.position = BEGINNING;
  }
}
