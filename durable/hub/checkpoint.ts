import { comparePositions, msOf, type Position } from "../relay/position.ts";

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
 * Adds a mark, and thins the older ones out to about one for each doubling of age: a client that was cut off long
 * before its node noticed finds a mark from before that, and a checkpoint stays small.
 */
export function addMark(marks: Mark[], mark: Mark): Mark[] {
  const all = [...marks.filter(([position]) => comparePositions(position, mark[0]) < 0), mark];
  const recent = all.slice(-NEWEST);
  const older: Mark[] = [];
  let limit = 0;
  for (const candidate of all.slice(0, -NEWEST).reverse()) {
    const age = msOf(mark[0]) - msOf(candidate[0]);
    if (age < limit) continue;
    older.unshift(candidate);
    limit = Math.max(2 * age, 2_000);
  }
  return [...older, ...recent];
}

/** The newest mark before or at the event `seq`. */
export function markBefore(marks: Mark[], seq: number): Mark | undefined {
  return marks.findLast(([, next]) => next <= seq);
}
