import { expect } from "vitest";

const GROWTH = 16;

/** The processor's time of this thread, ms: what else runs on the machine does not count. */
function time(run: () => unknown): number {
  const start = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1_000;
}

function best(run: () => unknown): number {
  return Math.min(...Array.from({ length: 3 }, () => time(run)));
}

/**
 * Fails when work on 16 times the input takes more than 6 times as long as 16 times the work on the input (linear is 1,
 * quadratic 16) in each of three trials. Times below a millisecond are noise and count as one.
 */
export function expectLinear(input: (size: number) => string, run: (text: string) => unknown): void {
  const small = input(1_000);
  const large = input(1_000 * GROWTH);
  const often = () => {
    for (let i = 0; i < GROWTH; i++) run(small);
  };
  run(small);
  let ratio = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < 5 && ratio >= 6; trial++)
    ratio = Math.min(ratio, best(() => run(large)) / Math.max(1, best(often)));
  expect(ratio, JSON.stringify(small.slice(0, 24))).toBeLessThan(6);
}

/** Inputs that make careless parsers quadratic or worse; each takes a size in repetitions. */
export const HOSTILE: ((size: number) => string)[] = [
  ...[
    "[",
    "![",
    "]",
    "[a](",
    "[a](b",
    '[a](b "',
    "[a](<b",
    "[a](b 'c",
    "[a](b (c",
    "[a](((",
    "[a]: b\n",
    '[a]: b "c\n',
    "[a][",
    "[a]: <",
    "`",
    "` ``",
    "a`b``",
    "\\`",
    "<a:",
    "<a@",
    "<",
    "&",
    "&#1",
    "http://",
    "www.",
    "http://a)",
    "http://a.b/((",
    "> ",
    ">",
    "- ",
    "1. ",
    "\t",
    "    x\n",
    "- a\n",
    "> - ",
    "~~~\n",
    "```\n",
    "* ",
    "- -",
    "_",
    "***\n",
    "@a.",
    "@",
    ":",
    "a:",
    ".",
    "a-b.",
    "@a ",
    "~",
    "~a ",
    "#",
    "#a",
    "#a-",
    "# ",
    '"',
    '" ',
    '-"a" ',
    "-",
    "a*",
    "in:",
    "from: ",
    "<!",
    "<@a",
    "<a|",
    "<a|b",
    "é",
    "é.",
    "\ud83d\ude00",
    "\u2028",
    "\0",
    "\n",
    " ",
    "(",
    "'",
    "\\",
  ].map((unit) => (size: number) => unit.repeat(size)),
  (size) => `${"[".repeat(size)}${"[a](b)".repeat(size)}`,
  (size) => `${"- ".repeat(size)}\n${"\n".repeat(size)}`,
  (size) => `${"> ".repeat(size)}\n${"a\n".repeat(size)}`,
  (size) => `${"!".repeat(size)}a${".".repeat(size)}`,
  (size) => `${"#".repeat(size)}a${"-".repeat(size)}`,
  (size) => `@${"a".repeat(size)}${".".repeat(size)}`,
  (size) => `${"(".repeat(size)}http://a/${")".repeat(size)}`,
  (size) => `http://a/${"&amp;".repeat(size)}`,
  (size) => Array.from({ length: size / 8 }, (_, i) => "`".repeat((i % 100) + 1)).join(" "),
  (size) => `[a]: b\n\n${"[".repeat(size)}${"]".repeat(size)}`,
];
