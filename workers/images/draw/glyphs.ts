/**
 * Letters as strokes (no font file): SVG-like paths of M, L and C with absolute coordinates, baseline at y =
 * 80, cap height 80, x from 0 to the letter's own width.
 */
const PATHS: Record<string, string> = {
  a: "M0 80L30 0L60 80M11 52L49 52",
  b: "M0 0L0 80L30 80C60 80 60 38 30 38L0 38M30 38C54 38 54 0 30 0L0 0",
  c: "M58 16C50 4 40 0 34 0C10 0 0 20 0 40C0 60 10 80 34 80C42 80 52 76 58 64",
  d: "M0 0L0 80L22 80C76 80 76 0 22 0L0 0",
  e: "M50 0L0 0L0 80L50 80M0 39L42 39",
  f: "M50 0L0 0L0 80M0 40L42 40",
  g: "M60 16C52 4 42 0 35 0C10 0 0 20 0 40C0 60 10 80 35 80C52 80 62 66 62 44L38 44",
  h: "M0 0L0 80M56 0L56 80M0 40L56 40",
  i: "M0 0L0 80",
  j: "M40 0L40 56C40 72 32 80 20 80C8 80 0 72 0 60",
  k: "M0 0L0 80M52 0L0 48M18 32L54 80",
  l: "M0 0L0 80L48 80",
  m: "M0 80L0 0L36 52L72 0L72 80",
  n: "M0 80L0 0L56 80L56 0",
  o: "M36 0C12 0 0 18 0 40C0 62 12 80 36 80C60 80 72 62 72 40C72 18 60 0 36 0",
  p: "M0 80L0 0L28 0C60 0 60 44 28 44L0 44",
  q: "M36 0C12 0 0 18 0 40C0 62 12 80 36 80C60 80 72 62 72 40C72 18 60 0 36 0M46 58L70 84",
  r: "M0 80L0 0L28 0C60 0 60 44 28 44L0 44M28 44L54 80",
  s: "M50 12C44 4 36 0 27 0C12 0 2 8 2 20C2 34 14 37 27 40C42 43 54 47 54 60C54 72 42 80 27 80C14 80 4 75 0 66",
  t: "M0 0L60 0M30 0L30 80",
  u: "M0 0L0 50C0 70 12 80 28 80C44 80 56 70 56 50L56 0",
  v: "M0 0L30 80L60 0",
  w: "M0 0L20 80L42 10L64 80L84 0",
  x: "M0 0L56 80M56 0L0 80",
  y: "M0 0L29 42L58 0M29 42L29 80",
  z: "M0 0L54 0L0 80L54 80",
  0: "M28 0C8 0 0 18 0 40C0 62 8 80 28 80C48 80 56 62 56 40C56 18 48 0 28 0",
  1: "M0 16L22 0L22 80",
  2: "M2 20C2 6 14 0 26 0C40 0 50 8 50 22C50 38 34 48 0 80L52 80",
  3: "M2 10C8 3 16 0 25 0C40 0 50 8 50 20C50 32 40 38 24 38C42 38 52 46 52 59C52 72 40 80 25 80C14 80 4 76 0 66",
  4: "M40 80L40 0L0 56L54 56",
  5: "M48 0L8 0L4 36C10 30 18 28 26 28C42 28 52 38 52 53C52 70 40 80 25 80C14 80 5 76 0 67",
  6: "M44 4C20 4 0 24 0 54C0 72 12 80 26 80C42 80 52 70 52 55C52 41 42 31 27 31C12 31 2 42 0 54",
  7: "M0 0L50 0L18 80",
  8:
    "M26 37C12 37 4 29 4 19C4 7 14 0 26 0C38 0 48 7 48 19C48 29 40 37 26 37" +
    "C10 37 0 46 0 59C0 72 11 80 26 80C41 80 52 72 52 59C52 46 42 37 26 37",
  9: "M8 76C32 76 52 56 52 26C52 8 40 0 26 0C10 0 0 10 0 25C0 39 10 49 25 49C40 49 50 38 52 26",
  _: "M0 80L56 80",
  "-": "M0 42L36 42",
  ".": "M0 78L0 78",
  "?": "M0 18C2 6 12 0 24 0C38 0 48 8 48 21C48 38 24 38 24 56M24 80L24 80",
};

/** x1, y1, x2, y2 of a straight stroke. */
export type Segment = [x1: number, y1: number, x2: number, y2: number];

const CURVE_STEPS = 10;

/** Strokes of a character, centred on (0, 0) with cap height 80. Unknown characters give a question mark. */
export function glyph(character: string): Segment[] {
  const path = PATHS[character.toLowerCase()] ?? PATHS["?"]!;
  const segments: Segment[] = [];
  let x = 0;
  let y = 0;
  let right = 0;
  const line = (toX: number, toY: number) => {
    segments.push([x, y, toX, toY]);
    [x, y, right] = [toX, toY, Math.max(right, x, toX)];
  };
  for (const [, command, list] of path.matchAll(/([MLC])([^MLC]*)/g)) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = list!.split(" ").map(Number);
    if (command === "M") [x, y] = [a, b];
    else if (command === "L") line(a, b);
    else {
      const [x0, y0] = [x, y];
      for (let i = 1; i <= CURVE_STEPS; i++) {
        const t = i / CURVE_STEPS;
        const u = 1 - t;
        const at = (p0: number, p1: number, p2: number, p3: number) =>
          u * u * u * p0 + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t * t * t * p3;
        line(at(x0, a, c, e), at(y0, b, d, f));
      }
    }
  }
  return segments.map(([x1, y1, x2, y2]) => [x1 - right / 2, y1 - 40, x2 - right / 2, y2 - 40]);
}
