import { comparePositions, msOf, type Position } from "../../relay/stream/position.ts";
import { RETENTION_MS } from "../reaper.ts";

/**
 * At the place `position` of the stream, the connection's next event had the number `next`, and its user the memberships
 * that `digest` stands for (Audience).
 */
export type Mark = [position: Position, next: number, digest: number];

/** What another node needs to take a connection over; oldest mark first. */
export interface Checkpoint {
  user: string;
  session: string;
  /** Of which Redis process the positions are. */
  run: string;
  marks: Mark[];
}

/** Newest marks that are kept whatever their age. */
const NEWEST = 4;

/**
 * Adds a mark, and thins the older ones out to one or two for each doubling of age: a client that was cut off long
 * before its node noticed finds a mark from before that, and a checkpoint stays small.
 *
 * Of the marks in a cell of time the first one stays. A cell is as long as its marks are old, by powers of two, so that
 * cells only ever grow together, and what is the first in a large one was the first in each smaller one.
 */
export function addMark(marks: Mark[], mark: Mark): Mark[] {
  const all = [...marks.filter(([position]) => comparePositions(position, mark[0]) < 0), mark];
  const recent = all.slice(-NEWEST);
  const now = msOf(mark[0]);
  const older: Mark[] = [];
  let last = 0;
  for (const candidate of all.slice(0, -NEWEST)) {
    const at = msOf(candidate[0]);
    if (now - at > RETENTION_MS) continue;
    const cell = 2 ** Math.floor(Math.log2(Math.max(now - at, 1_000)));
    if (older.length > 0 && Math.floor(at / cell) === Math.floor(last / cell)) continue;
    older.push(candidate);
    last = at;
  }
  return [...older, ...recent];
}

/** The newest mark before or at the event `seq`. */
export function markBefore(marks: Mark[], seq: number): Mark | undefined {
  return marks.findLast(([, next]) => next <= seq);
}
