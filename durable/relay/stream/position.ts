/** A place in the cluster's stream: Redis' `<ms>-<n>`. */
export type Position = string;

export const BEGINNING: Position = "0-0";

/** Negative, 0 or positive as `a` comes before, is, or comes after `b`. */
export function comparePositions(a: Position, b: Position): number {
  const [aMs, aN] = parts(a);
  const [bMs, bN] = parts(b);
  return aMs - bMs || aN - bN;
}

/** The later of the two. */
export function later(a: Position, b: Position): Position {
  return comparePositions(a, b) < 0 ? b : a;
}

/** The time of a position, ms by Redis' clock. */
export function msOf(position: Position): number {
  return parts(position)[0];
}

/** The place before everything of that millisecond. */
export function placeAt(ms: number): Position {
  return `${Math.max(0, Math.floor(ms))}-0`;
}

function parts(position: Position): [number, number] {
  const dash = position.indexOf("-");
  return dash < 0
    ? [Number(position), 0]
    : [Number(position.slice(0, dash)), Number(position.slice(dash + 1))];
}
