import type { Meter, Meters } from "../measure/meter.ts";
import type { Outcome } from "../measure/runner.ts";
import type { Options } from "../options.ts";
import type { Target } from "../server/target.ts";

/** The p99 asked for, as theirs divided by ours, wherever a scenario has a bar. */
export const P99_BAR = 2;

export interface Figures {
  rate: number;
  count: number;
  seconds: number;
  bytesPerRequest: number | null;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  errors: Record<string, number>;
  notes: Record<string, number>;
  facts: Record<string, number>;
  sql: number | null;
  objects: number | null;
  cpuMs: number | null;
}

export interface Line {
  name: string;
  unit: string;
  paced: boolean;
  ours: Figures | null;
  theirs: Figures | null;
  /** Above 1: ours is better. Rates as ours/theirs, latencies as theirs/ours. */
  ratio: { rate: number | null; p50: number | null; p99: number | null } | null;
  bar: { rate: number; p99: number; met: boolean } | null;
  /** Share of one core this process used; near 1, it was the limit. */
  generatorCpu: { ours: number; theirs: number | null } | null;
}

export interface Report {
  version: 1;
  at: string;
  options: Record<string, unknown>;
  targets: { label: string; url: string; version: string }[];
  lines: Line[];
}

export function figures(meter: Meter): Figures {
  const ms = (us: number) => round(us / 1000, 3);
  return {
    rate: round(meter.rate, 2),
    count: meter.count,
    seconds: round(meter.seconds, 3),
    bytesPerRequest: meter.bytes > 0 ? Math.round(meter.bytes / meter.count) : null,
    p50Ms: ms(meter.latency.quantile(0.5)),
    p99Ms: ms(meter.latency.quantile(0.99)),
    maxMs: ms(meter.latency.max),
    errors: Object.fromEntries(meter.errors),
    notes: Object.fromEntries(meter.notes),
    facts: Object.fromEntries([...meter.facts].map(([what, n]) => [what, round(n, 2)])),
    sql: orNull(meter.sql.mean),
    objects: orNull(meter.objects.mean),
    cpuMs: orNull(meter.cpu.mean),
  };
}

/** Null where the division says nothing. */
export function over(a: number, b: number): number | null {
  return a > 0 && b > 0 ? round(a / b, 3) : null;
}

/** `bar`: the rate ratio asked for of every scenario, instead of its own. */
export function linesOf({ scenario, results }: Outcome, bar: number | null = null): Line[] {
  const [ours, theirs] = results as [Meters, Meters?];
  const other = new Map(theirs?.all().map((m) => [m.name, m]));
  const mine = ours.all();
  const lines = mine.map((meter, i) => {
    const vs = other.get(meter.name);
    const line = lineOf(meter, vs);
    if (i > 0) return line;
    if (line.ratio && bar !== null) line.bar = { rate: bar, p99: 0, met: (line.ratio.rate ?? 0) >= bar };
    else if (scenario.bar !== undefined && line.ratio)
      line.bar = barOf(scenario.bar, line.ratio, meter.paced);
    const share = (m: Meters) => (m.wallSeconds > 0 ? round(m.cpuSeconds / m.wallSeconds, 2) : 0);
    line.generatorCpu = { ours: share(ours), theirs: theirs ? share(theirs) : null };
    return line;
  });
  return lines;
}

function lineOf(meter: Meter, vs: Meter | undefined): Line {
  const ours = figures(meter);
  const theirs = vs ? figures(vs) : null;
  const ratio = theirs && {
    rate: meter.paced ? null : over(ours.rate, theirs.rate),
    p50: over(theirs.p50Ms, ours.p50Ms),
    p99: over(theirs.p99Ms, ours.p99Ms),
  };
  const { name, unit, paced } = meter;
  return { name, unit, paced, ours, theirs, ratio, bar: null, generatorCpu: null };
}

function barOf(rate: number, ratio: NonNullable<Line["ratio"]>, paced: boolean): Line["bar"] {
  const met = (paced || (ratio.rate ?? 0) >= rate) && (ratio.p99 ?? 0) >= P99_BAR;
  return { rate, p99: P99_BAR, met };
}

export function reportOf(options: Options, targets: Target[], outcomes: Outcome[]): Report {
  // Whitelisted: passwords stay out.
  const { users, members, sockets, concurrency, seconds, warm, rounds, rate, seedPosts, pageChannels } =
    options;
  return {
    version: 1,
    at: new Date().toISOString(),
    options: { users, members, sockets, concurrency, seconds, warm, rounds, rate, seedPosts, pageChannels },
    targets: targets.map(({ label, base, version }) => ({ label, url: base.url, version })),
    lines: outcomes.flatMap((outcome) => linesOf(outcome, options.bar)),
  };
}

/** Whether an error was counted on our side or a bar was missed. */
export function disappoints(report: Report): boolean {
  return report.lines.some((l) => Object.keys(l.ours?.errors ?? {}).length > 0 || l.bar?.met === false);
}

export function round(n: number, digits: number): number {
  const f = 10 ** digits;
  return Math.round(n * f) / f;
}

const orNull = (n: number | null): number | null => (n === null ? null : round(n, 3));
