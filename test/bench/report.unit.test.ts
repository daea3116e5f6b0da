import { describe, expect, it } from "vitest";
import { Meter, Meters } from "../../bench/measure/meter.ts";
import type { Scenario } from "../../bench/measure/scenario.ts";
import { SequenceCheck } from "../../bench/measure/sequence.ts";
import { parseOptions } from "../../bench/options.ts";
import { disappoints, linesOf, over, reportOf } from "../../bench/report/report.ts";
import { align, renderTable } from "../../bench/report/table.ts";
import type { Target } from "../../bench/server/target.ts";

const scenario: Scenario = {
  name: "post",
  about: "",
  bar: 4,
  start: () => Promise.reject(new Error("not run")),
};

/** `n` requests of `ms` each within `seconds`. */
function meters(n: number, ms: number, seconds: number, more: (m: Meter) => void = () => {}): Meters {
  const all = new Meters();
  const meter = all.get("post");
  for (let i = 0; i < n; i++) meter.ok(ms);
  more(meter);
  all.elapsed(seconds);
  all.cpuSeconds = seconds / 4;
  return all;
}

describe("ratios", () => {
  it("are above 1 where ours is better, for rates and for latencies", () => {
    const [line] = linesOf({ scenario, results: [meters(1000, 2, 10), meters(200, 10, 10)] });
    expect(line!.ours!.rate).toBe(100);
    expect(line!.ratio).toEqual({ rate: 5, p50: over(10, 2), p99: over(10, 2) });
    expect(line!.bar).toEqual({ rate: 4, p99: 2, met: true });
    expect(line!.generatorCpu).toEqual({ ours: 0.25, theirs: 0.25 });
  });

  it("meet a bar that was given by the rate alone", () => {
    const outcome = { scenario, results: [meters(180, 10, 10), meters(200, 2, 10)] };
    expect(linesOf(outcome, 0.85)[0]!.bar).toEqual({ rate: 0.85, p99: 0, met: true });
    expect(linesOf(outcome, 0.95)[0]!.bar!.met).toBe(false);
  });

  it("miss the bar by rate or by p99", () => {
    const rate = linesOf({ scenario, results: [meters(700, 2, 10), meters(200, 10, 10)] });
    expect(rate[0]!.bar!.met).toBe(false);
    const p99 = linesOf({ scenario, results: [meters(1000, 6, 10), meters(200, 10, 10)] });
    expect(p99[0]!.bar!.met).toBe(false);
  });

  it("say nothing where nothing was measured or the pace was ours", () => {
    expect([over(1, 0), over(0, 1), over(3, 2)]).toEqual([null, null, 1.5]);
    const paced = (m: Meter) => {
      m.paced = true;
    };
    const [line] = linesOf({ scenario, results: [meters(10, 1, 1, paced), meters(10, 4, 1)] });
    expect(line!.ratio).toMatchObject({ rate: null, p99: over(4, 1) });
    expect(linesOf({ scenario, results: [meters(1, 1, 1)] })[0]).toMatchObject({ theirs: null, ratio: null });
  });

  it("count only slices' time, also for meters that appear late", () => {
    const all = new Meters();
    all.get("a").ok(1);
    all.elapsed(2);
    all.get("b").ok(1);
    all.elapsed(2);
    expect(all.all().map((m) => m.rate)).toEqual([0.25, 0.25]);
  });

  it("average what the server told, over the requests on which it did", () => {
    const meter = new Meter("x", "req/s");
    const reply = { status: 200, body: "", bytes: 10, token: "", ms: 1, close: false, objects: NaN };
    meter.reply({ ...reply, sql: 1, cpu: 0.5 });
    meter.reply({ ...reply, sql: 2, cpu: NaN });
    expect([meter.sql.mean, meter.cpu.mean, meter.objects.mean]).toEqual([1.5, 0.5, null]);
  });
});

describe("report", () => {
  const target = (label: string) =>
    ({ label, base: { url: `http://${label}` }, version: "11.6.0" }) as Target;
  const options = parseOptions(["--vs", "http://theirs", "--admin", "root:secret-word"], ["post"]);
  const fail = (m: Meter) => m.fail("500 boom", 3);

  it("prints aligned columns, ratios, errors and bars, and no password", () => {
    const results = [meters(1000, 2, 10, fail), meters(200, 10, 10)];
    const report = reportOf(options, [target("ours"), target("theirs")], [{ scenario, results }]);
    const table = renderTable(report);
    expect(table).toContain("post at ours: 3 x 500 boom");
    expect(table).toMatch(/post +100 +req\/s +20\.0 +5\.00x .* 3\/0 +25% +4x met/);
    expect(disappoints(report)).toBe(true);
    expect(JSON.stringify(report)).not.toContain("secret-word");
  });

  it("does without the second server", () => {
    const outcome = { scenario, results: [meters(1000, 2, 10)] };
    const report = reportOf(options, [target("ours")], [outcome]);
    expect(renderTable(report)).not.toContain("ratio");
    expect(disappoints(report)).toBe(false);
  });

  it("aligns", () => {
    expect(
      align([
        ["a", "1"],
        ["bcd", "234"],
      ]),
    ).toBe("a      1\nbcd  234"); // prettier-ignore
  });
});

describe("SequenceCheck", () => {
  const feed = (steps: (c: SequenceCheck, m: Meter) => void) => {
    const [check, meter] = [new SequenceCheck(), new Meter("x", "")];
    check.hello(5);
    steps(check, meter);
    return Object.fromEntries(meter.errors);
  };

  it("accepts a whole sequence, also with posts that were under way at hello", () => {
    const errors = feed((c, m) => {
      c.event(1, m);
      c.post(4, m);
      c.event(2, m);
      c.post(5, m);
      c.finish(6, m);
    });
    expect(errors).toEqual({});
  });

  it("sees holes and repeats", () => {
    const errors = feed((c, m) => {
      for (const seq of [1, 2, 2, 5]) c.event(seq, m);
      for (const post of [6, 6, 9]) c.post(post, m);
      c.finish(12, m);
    });
    expect(errors).toEqual({
      "seq repeated": 1,
      "seq skipped": 2,
      "post doubled": 1,
      "post lost": 1 + 2 + 2,
    });
  });

  it("excuses what was missed before a fresh hello, not after", () => {
    const errors = feed((c, m) => {
      c.post(5, m);
      c.hello(9);
      c.finish(9, m);
      c.finish(11, m);
    });
    expect(errors).toEqual({ "post lost": 2 });
  });
});
