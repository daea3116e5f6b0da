// Prometheus' text format 0.0.4, as the instruments write it.

import { expect, test } from "vitest";
import { Counter, CounterBy, Gauge, Histogram } from "../../workers/metrics/instruments.ts";

test("a counter has help, type and one line", () => {
  const counter = new Counter("a_total", "What\nit \\ counts.");
  counter.value += 2;
  expect(counter.text()).toBe("# HELP a_total What\\nit \\\\ counts.\n# TYPE a_total counter\na_total 2\n");
});

test("label values are escaped", () => {
  const counter = new CounterBy("b_total", "name", "B.");
  counter.add('q"\\\n');
  counter.add('q"\\\n', 2);
  expect(counter.text().split("\n")[2]).toBe('b_total{name="q\\"\\\\\\n"} 3');
});

test("a gauge is read when it is written", () => {
  let value = 1;
  const gauge = new Gauge("c", "C.", () => value);
  value = Number.POSITIVE_INFINITY;
  expect(gauge.text()).toBe("# HELP c C.\n# TYPE c gauge\nc +Inf\n");
});

test("a histogram's buckets are cumulative, a bound belongs to its bucket, and series stay apart", () => {
  const histogram = new Histogram("d", "D.");
  for (const seconds of [0.005, 0.006, 0.5, 99]) histogram.observe("x", () => ({ of: "x" }), seconds);
  histogram.observe("y", () => ({ of: "y" }), 1);
  const lines = histogram.text().trimEnd().split("\n");
  expect(lines.filter((line) => line.startsWith('d_bucket{of="x"'))).toEqual(
    [1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4].map((count, at) => {
      const bound = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, "+Inf"][at];
      return `d_bucket{of="x",le="${bound}"} ${count}`;
    }),
  );
  expect(lines).toContain('d_count{of="x"} 4');
  expect(lines).toContain('d_sum{of="x"} 99.511');
  expect(lines).toContain('d_count{of="y"} 1');
});
