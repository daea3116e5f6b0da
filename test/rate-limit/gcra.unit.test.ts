import { describe, expect, test } from "vitest";
import { gcra, MemoryStore } from "../../workers/http/rate-limit/gcra.ts";

const rate = { everyMs: 100, burst: 4 };

describe("GCRA", () => {
  test("a fresh key may do burst + 1 at once, then one at a time", () => {
    let tat: number | undefined;
    const verdicts = Array.from({ length: 7 }, () => {
      const [verdict, next] = gcra(rate, tat, 1_000);
      tat = next ?? tat;
      return verdict;
    });
    expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, false, false]);
    expect(verdicts.map(({ remaining }) => remaining)).toEqual([4, 3, 2, 1, 0, 0, 0]);
    expect(verdicts[0]).toEqual({ allowed: true, remaining: 4, resetMs: 100, retryMs: 0 });
    expect(verdicts[5]).toEqual({ allowed: false, remaining: 0, resetMs: 500, retryMs: 100 });
    expect(gcra(rate, tat, 1_099)[0].allowed).toBe(false);
    expect(gcra(rate, tat, 1_100)[0].allowed).toBe(true);
    expect(gcra(rate, tat, 9_000)[0].remaining).toBe(4);
  });
});

test("the memory keeps the keys that were used last", () => {
  const store = new MemoryStore();
  const take = (key: string) => store.take(key, { everyMs: 1_000, burst: 0 }, 2, 0).allowed;
  expect([take("a"), take("b"), take("a")]).toEqual([true, true, false]);
  // "b" is forgotten, "a" was used later.
  expect([take("c"), take("a"), take("b")]).toEqual([true, false, true]);
});
