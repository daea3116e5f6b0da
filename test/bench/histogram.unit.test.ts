import { describe, expect, it } from "vitest";
import { Histogram } from "../../bench/measure/histogram.ts";

describe("Histogram", () => {
  it("is exact for small values", () => {
    const h = new Histogram();
    for (let i = 1; i <= 100; i++) h.record(i);
    expect([h.count, h.min, h.max, h.mean]).toEqual([100, 1, 100, 50.5]);
    expect([h.quantile(0), h.quantile(0.5), h.quantile(0.99), h.quantile(1)]).toEqual([1, 50, 99, 100]);
  });

  it("stays within 1 % of the sorted samples at any magnitude", () => {
    const h = new Histogram();
    const samples: number[] = [];
    let x = 1;
    for (let i = 0; i < 20_000; i++) {
      x = (x * 48_271) % 2_147_483_647;
      const v = Math.round(Math.exp((x / 2_147_483_647) * 20));
      samples.push(v);
      h.record(v);
    }
    samples.sort((a, b) => a - b);
    for (const q of [0.01, 0.25, 0.5, 0.9, 0.99, 0.999]) {
      const exact = samples[Math.ceil(q * samples.length) - 1]!;
      expect(Math.abs(h.quantile(q) - exact) / exact).toBeLessThan(0.01);
    }
  });

  it("answers 0 when empty and clamps what it cannot hold", () => {
    const h = new Histogram();
    expect([h.quantile(0.5), h.mean, h.max]).toEqual([0, 0, 0]);
    h.record(-5);
    h.record(1e12);
    expect([h.min, h.max]).toEqual([0, 2 ** 31 - 1]);
  });

  it("merges as if all had been recorded in one", () => {
    const [a, b, all] = [new Histogram(), new Histogram(), new Histogram()];
    for (let i = 0; i < 1000; i++) {
      (i % 3 ? a : b).record(i * i);
      all.record(i * i);
    }
    a.merge(b);
    a.merge(new Histogram());
    expect([a.count, a.min, a.max, a.mean]).toEqual([all.count, all.min, all.max, all.mean]);
    expect(a.quantile(0.99)).toBe(all.quantile(0.99));
  });
});
