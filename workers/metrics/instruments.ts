/** Something that a scrape reads. Names and labels are the program's own; label values may be anything. */
export interface Instrument {
  /** Its lines in Prometheus' text format 0.0.4, each ended by a line feed. */
  text(): string;
}

type Labels = Record<string, string | number>;

/** A count that only grows. `value` is public so that a hot path pays one addition in memory. */
export class Counter implements Instrument {
  value = 0;
  private readonly name: string;
  private readonly help: string;

  constructor(name: string, help: string) {
    this.name = name;
    this.help = help;
  }

  text(): string {
    return head(this.name, "counter", this.help) + sample(this.name, {}, this.value);
  }
}

/** Counters of one name, by the values of one label. */
export class CounterBy implements Instrument {
  readonly values = new Map<string, number>();
  private readonly name: string;
  private readonly label: string;
  private readonly help: string;

  constructor(name: string, label: string, help: string) {
    this.name = name;
    this.label = label;
    this.help = help;
  }

  add(value: string, by = 1): void {
    this.values.set(value, (this.values.get(value) ?? 0) + by);
  }

  text(): string {
    let text = head(this.name, "counter", this.help);
    for (const [value, count] of this.values) text += sample(this.name, { [this.label]: value }, count);
    return text;
  }
}

/** A figure that is worked out when it is read. */
export class Gauge implements Instrument {
  private readonly name: string;
  private readonly help: string;
  private readonly read: () => number;

  constructor(name: string, help: string, read: () => number) {
    this.name = name;
    this.help = help;
    this.read = read;
  }

  text(): string {
    return head(this.name, "gauge", this.help) + sample(this.name, {}, this.read());
  }
}

/** Upper bounds in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Series {
  labels: Labels;
  /** One for each bound, and one for what is beyond the last; not cumulative. */
  counts: number[];
  sum: number;
}

/** Distributions of times in seconds. */
export class Histogram implements Instrument {
  private readonly series = new Map<string, Series>();
  private readonly name: string;
  private readonly help: string;

  constructor(name: string, help: string) {
    this.name = name;
    this.help = help;
  }

  /** @param key tells the series apart; @param labels is asked when the key is new. */
  observe(key: string, labels: () => Labels, seconds: number): void {
    let series = this.series.get(key);
    if (!series) {
      series = { labels: labels(), counts: new Array(BOUNDS.length + 1).fill(0), sum: 0 };
      this.series.set(key, series);
    }
    let at = 0;
    while (at < BOUNDS.length && seconds > BOUNDS[at]!) at++;
    series.counts[at]!++;
    series.sum += seconds;
  }

  text(): string {
    let text = head(this.name, "histogram", this.help);
    for (const { labels, counts, sum } of this.series.values()) {
      let count = 0;
      for (const [at, bound] of [...BOUNDS, "+Inf"].entries()) {
        count += counts[at]!;
        text += sample(`${this.name}_bucket`, { ...labels, le: bound }, count);
      }
      text += sample(`${this.name}_sum`, labels, sum) + sample(`${this.name}_count`, labels, count);
    }
    return text;
  }
}

export function head(name: string, type: "counter" | "gauge" | "histogram", help: string): string {
  return `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n`;
}

export function sample(name: string, labels: Labels, value: number): string {
  const inner = Object.entries(labels).map(([label, of]) => `${label}="${escaped(String(of))}"`);
  return `${name}${inner.length > 0 ? `{${inner.join(",")}}` : ""} ${shown(value)}\n`;
}

const escaped = (text: string) =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

function shown(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}
