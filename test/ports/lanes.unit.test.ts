import { expect, test } from "vitest";
import { SqlLanes } from "../../durable/sql/lanes.ts";
import type { SqlResult, Statement } from "../../workers/ports/sql/sql.ts";

/** Lanes over a database that answers when told, and notes what was sent together. */
function stage() {
  const sent: string[][] = [];
  const open: ((result?: SqlResult) => void)[] = [];
  const lanes = new SqlLanes((statements) => {
    const texts = statements.map(({ text }) => text);
    sent.push(texts);
    return new Promise((resolve) =>
      open.push((result) => resolve(result ?? { rows: texts.map((text) => [{ text }]) })),
    );
  });
  const add = (lane: string, text: string) => lanes.add(lane, { text } satisfies Statement);
  const answer = async (result?: SqlResult) => {
    open.shift()!(result);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { sent, add, answer };
}

const error = (code: string): SqlResult => ({ error: { code, message: "no", constraint: "" } });

test("what waits for one lane goes together, in order, and each gets its own rows", async () => {
  const { sent, add, answer } = stage();
  const results = ["a", "b", "c", "d"].map((text) => add("x", text));
  expect(sent).toEqual([["a"]]);
  await answer();
  expect(sent).toEqual([["a"], ["b", "c", "d"]]);
  await answer();
  for (const [i, text] of ["a", "b", "c", "d"].entries())
    expect(await results[i]).toEqual({ rows: [[{ text }]] });
  const later = add("x", "e");
  expect(sent.at(-1)).toEqual(["e"]);
  await answer();
  expect(await later).toEqual({ rows: [[{ text: "e" }]] });
});

test("lanes do not wait for each other", () => {
  const { sent, add } = stage();
  void add("x", "a");
  void add("y", "b");
  expect(sent).toEqual([["a"], ["b"]]);
});

test("what fails alone spoils nothing for the others", async () => {
  const { sent, add, answer } = stage();
  const results = ["a", "bad", "c"].map((text) => add("x", text));
  await answer();
  await answer(error("22P02"));
  await answer(error("22P02"));
  await answer();
  expect(sent).toEqual([["a"], ["bad", "c"], ["bad"], ["c"]]);
  expect(await results[1]).toEqual(error("22P02"));
  expect(await results[2]).toEqual({ rows: [[{ text: "c" }]] });
});

test("a lost connection is everyone's answer: nothing is tried twice", async () => {
  const { sent, add, answer } = stage();
  const results = ["a", "b", "c"].map((text) => add("x", text));
  await answer();
  await answer(error("unknown"));
  expect(await Promise.all(results.slice(1))).toEqual([error("unknown"), error("unknown")]);
  expect(sent).toHaveLength(2);
});

test("a group is bounded", async () => {
  const { sent, add, answer } = stage();
  for (let i = 0; i < 40; i++) void add("x", `${i}`);
  await answer();
  await answer();
  expect(sent.map(({ length }) => length)).toEqual([1, 32, 7]);
});
