import type { Reply } from "../http/http-parser.ts";
import { Histogram } from "./histogram.ts";

/** A mean over the requests on which the server told the number. */
export class Told {
  sum = 0;
  count = 0;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.sum += value;
    this.count++;
  }

  get mean(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }
}

/** What one kind of operation did, over all its slices. */
export class Meter {
  readonly name: string;
  readonly unit: string;
  /** The pace was set by us, so that the rate says nothing about the server. */
  paced = false;
  /** Seconds over which `count` was reached. */
  seconds = 0;
  count = 0;
  bytes = 0;
  readonly latency = new Histogram();
  readonly errors = new Map<string, number>();
  readonly notes = new Map<string, number>();
  /** Figures that are neither rates nor latencies. */
  readonly facts = new Map<string, number>();
  readonly sql = new Told();
  readonly objects = new Told();
  readonly cpu = new Told();

  constructor(name: string, unit: string) {
    this.name = name;
    this.unit = unit;
  }

  /** One success that took `ms`. */
  ok(ms: number): void {
    this.count++;
    this.latency.record(ms * 1000);
  }

  reply(reply: Reply): void {
    this.ok(reply.ms);
    this.bytes += reply.bytes;
    this.sql.add(reply.sql);
    this.objects.add(reply.objects);
    this.cpu.add(reply.cpu);
  }

  fail(what: string, n = 1): void {
    if (n > 0) this.errors.set(what, (this.errors.get(what) ?? 0) + n);
  }

  note(what: string, n = 1): void {
    this.notes.set(what, (this.notes.get(what) ?? 0) + n);
  }

  get failed(): number {
    let n = 0;
    for (const v of this.errors.values()) n += v;
    return n;
  }

  get rate(): number {
    return this.seconds > 0 ? this.count / this.seconds : 0;
  }
}

/** The meters of one scenario on one server, in order of first use: the first is the headline. */
export class Meters {
  private readonly byName = new Map<string, Meter>();
  wallSeconds = 0;
  /** CPU seconds of this process in the measured slices. */
  cpuSeconds = 0;

  get(name: string, unit = "req/s"): Meter {
    let meter = this.byName.get(name);
    if (!meter) {
      meter = new Meter(name, unit);
      this.byName.set(name, meter);
    }
    return meter;
  }

  all(): Meter[] {
    return [...this.byName.values()];
  }

  /** A slice is over. */
  elapsed(seconds: number): void {
    this.wallSeconds += seconds;
    for (const meter of this.byName.values()) meter.seconds = this.wallSeconds;
  }
}
