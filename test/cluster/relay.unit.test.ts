import { expect, test, vi } from "vitest";
import { asLate } from "../../durable/relay/said/late.ts";
import { Recent } from "../../durable/relay/said/recent.ts";
import { Seen } from "../../durable/relay/said/seen.ts";
import { comparePositions, later, msOf, placeAt } from "../../durable/relay/stream/position.ts";
import { Progress } from "../../durable/relay/stream/progress.ts";
import { Shared } from "../../durable/relay/stream/shared.ts";
import type { Effect } from "../../workers/events/envelope.ts";

test("positions are ordered by their numbers, not as text", () => {
  const ordered = ["0-0", "9-5", "10-0", "10-2", "10-10", "1000-1"];
  for (const [i, a] of ordered.entries())
    for (const [j, b] of ordered.entries()) expect(Math.sign(comparePositions(a, b))).toBe(Math.sign(i - j));
  expect(later("10-2", "10-10")).toBe("10-10");
  expect(comparePositions("12", "12-0")).toBe(0);
  expect(msOf("1764000000123-7")).toBe(1_764_000_000_123);
  expect(placeAt(-5)).toBe("0-0");
});

test("a bundle is the same for two minutes, by the stream's time", () => {
  const recent = new Recent(120_000);
  expect(recent.add("a", 1_000)).toBe(true);
  expect(recent.add("a", 1_001)).toBe(false);
  expect(recent.add("b", 100_000)).toBe(true);
  // From its first time on: where it came again, it is not there anew.
  expect(recent.add("a", 121_000)).toBe(false);
  expect(recent.add("a", 121_001)).toBe(true);
  expect(recent.add("b", 121_001)).toBe(false);
});

test("two nodes that began to read at different times agree on what came twice", () => {
  const entries = Array.from({ length: 5_000 }, (_, i) => ({ id: `id${(i * 7919) % 1_500}`, at: i * 100 }));
  const [early, late] = [new Recent(60_000), new Recent(60_000)];
  for (const { id, at } of entries) {
    const fresh = early.add(id, at);
    if (at < 200_000) continue;
    // The later one reads the time before which nothing counts, then it says the same.
    const same = late.add(id, at);
    if (at >= 260_000) expect(same).toBe(fresh);
  }
});

test("Seen knows at least as many ids as it is told", () => {
  const seen = new Seen(10);
  for (let i = 0; i < 25; i++) expect(seen.add(`${i}`)).toBe(true);
  for (let i = 15; i < 25; i++) expect(seen.add(`${i}`)).toBe(false);
  seen.delete("24");
  expect(seen.add("24")).toBe(true);
  seen.clear();
  expect(seen.add("20")).toBe(true);
});

test("who asks while a question is under way gets the answer to a later one, shared", async () => {
  let asked = 0;
  const answers: (() => void)[] = [];
  const shared = new Shared(() => {
    const n = ++asked;
    return new Promise<number>((resolve) => answers.push(() => resolve(n)));
  });
  const first = shared.ask();
  const others = [shared.ask(), shared.ask(), shared.ask()];
  expect(asked).toBe(1);
  answers[0]!();
  expect(await first).toBe(1);
  await new Promise((resolve) => setTimeout(resolve));
  expect(asked).toBe(2);
  const last = shared.ask();
  answers[1]!();
  expect(await Promise.all(others)).toEqual([2, 2, 2]);
  await new Promise((resolve) => setTimeout(resolve));
  answers[2]!();
  expect(await last).toBe(3);
});

test("a question that fails fails for those who asked it, not for the next", async () => {
  let fails = true;
  const shared = new Shared(async () => {
    if (fails) throw new Error("away");
    return "here";
  });
  const [first, second] = [shared.ask(), shared.ask()];
  await expect(first).rejects.toThrow("away");
  await expect(second).rejects.toThrow("away");
  fails = false;
  expect(await shared.ask()).toBe("here");
});

test("a late bundle says whose memberships to read, not which they are", () => {
  const effects: Effect[] = [
    { kind: "channel_member", op: "add", channel: "c", user: "u" },
    { kind: "team_member", op: "remove", team: "t", user: "u" },
    { kind: "posts", channel: "c" },
  ];
  const late = asLate({ id: "b", topic: "channel:c", events: [], effects });
  expect(late.effects).toEqual([
    { kind: "channel_member", op: "change", channel: "c", user: "u" },
    { kind: "team_member", op: "change", team: "t", user: "u" },
    { kind: "posts", channel: "c" },
    { kind: "user", id: "u" },
  ]);
  expect(asLate(late)).toEqual({ ...late, effects: [...late.effects, { kind: "user", id: "u" }] });
});

test("who waits for a place is told once it is reached, or that it was not in time; no timer stays", async () => {
  vi.useFakeTimers();
  try {
    const progress = new Progress();
    const waits = ["5-0", "7-0", "9-0"].map((position) => progress.at(position, 500));
    progress.reach("6-0");
    expect(await waits[0]).toBe(true);
    expect(vi.getTimerCount()).toBe(2);
    for (let at = 0; at < 1_000; at++) progress.reach(`6-${at}`);
    expect(vi.getTimerCount()).toBe(2);
    progress.reach("7-0");
    expect(await waits[1]).toBe(true);
    await vi.advanceTimersByTimeAsync(500);
    expect(await waits[2]).toBe(false);
    expect(await progress.at("7-0", 500)).toBe(true);
    const pause = progress.pause(5);
    const hurried = progress.at("8-0", 500);
    await pause;
    progress.reach("8-0");
    expect(await hurried).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
