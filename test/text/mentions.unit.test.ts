import { describe, expect, test } from "vitest";
import {
  attachmentTexts,
  hasChannelWideMention,
  matchKeywords,
  mentionTokens,
} from "../../workers/text/mentions.ts";
import { expectLinear, HOSTILE } from "./growth.ts";

/** Users mentioned by a message; `keywords` maps a keyword to its users. */
function mentioned(message: string, keywords: Record<string, string[]>): string[] {
  const table = new Map(Object.entries(keywords));
  return [...matchKeywords(mentionTokens([message]), (word) => table.get(word), table.keys())].sort();
}

describe("2.2 tokens", () => {
  test.each<[string, string[]]>([
    ["hello, @bob! (@Al)", ["hello", "@bob", "@Al"]],
    ["a:b c.d e-f g_h", ["a:b", "c.d", "e-f", "g_h"]],
    [":smile: :smile:. x:y:", ["smile:.", "x:y:"]],
    ["::@bob -.:_@bob", ["@bob"]],
    [": :: . - _", []],
    ["él 日本語、テスト ½", ["él", "日本語", "テスト", "½"]],
    ["@bob's a/@c", ["@bob", "s", "a", "@c"]],
    ["a a a", ["a"]],
    ["`@a` [@b](@c)", ["@b"]],
  ])("2.2 %j", (message, expected) => {
    expect(mentionTokens([message]).tokens).toEqual(expected);
  });

  test("2.1 attachment texts", () => {
    const props = {
      attachments: [{ pretext: "p", text: "t", title: "x", fields: [{ value: "v" }, { value: 1 }] }],
    };
    expect(attachmentTexts(props)).toEqual(["p", "t", "v"]);
    expect(mentionTokens(["m", ...attachmentTexts(props)]).tokens).toEqual(["m", "p", "t", "v"]);
  });
});

describe("2.3 trials", () => {
  test("2.3 candidates in trial order", () => {
    expect(mentionTokens(["Foo.bar-. @Al:"]).candidates).toEqual([
      "foo.bar-.",
      "Foo.bar-.",
      "foo.bar-",
      "Foo.bar-",
      "foo.bar",
      "Foo.bar",
      "foo",
      "Foo",
      "bar",
      "@al:",
      "@Al:",
      "@al",
      "@Al",
    ]);
  });

  test("2.3 usernames", () => {
    expect(mentionTokens(["@Bob. @al-ice:, x.@c @all @channel! @here @d@e @f:g"]).usernames).toEqual([
      "bob.",
      "bob",
      "al-ice",
      "c",
    ]);
    expect(mentionTokens([`@${"a".repeat(65)} @${"b".repeat(64)}`]).usernames).toEqual(["b".repeat(64)]);
  });

  test("2.3 the whole token wins, then the longest stripped one, then parts", () => {
    const keywords = { "@bob.": ["dot"], "@bob": ["bob"], "@bob.x": ["x"] };
    expect(mentioned("@bob.", keywords)).toEqual(["dot"]);
    expect(mentioned("@bob..", keywords)).toEqual(["dot"]);
    expect(mentioned("@bob_", keywords)).toEqual(["bob"]);
    expect(mentioned("@bob:-", keywords)).toEqual(["bob"]);
    expect(mentioned("@bob.x", keywords)).toEqual(["x"]);
    expect(mentioned("@bob.y", keywords)).toEqual([]);
    expect(mentioned("@bob!x", keywords)).toEqual(["bob"]);
    expect(mentioned("y.@bob", keywords)).toEqual(["bob"]);
    expect(mentioned("x:@bob:", keywords)).toEqual(["bob"]);
    expect(mentioned(":@bob:", keywords)).toEqual([]);
  });

  test("2.3 parts at . - : but not _", () => {
    const keywords = { foo: ["f"], bar: ["b"], "foo.bar": ["fb"] };
    expect(mentioned("foo-bar", keywords)).toEqual(["b", "f"]);
    expect(mentioned("foo.bar", keywords)).toEqual(["fb"]);
    expect(mentioned("foo_bar", keywords)).toEqual([]);
    expect(mentioned("foo_.bar", keywords)).toEqual(["b"]);
  });

  test("2.3 multi-byte keywords match anywhere in multi-byte tokens without a match", () => {
    const keywords = { 日本: ["j"], 日本語: ["k"], ab: ["a"], été: ["e"] };
    expect(mentioned("これは日本のabです", keywords)).toEqual(["j"]);
    expect(mentioned("これは日本語です", keywords)).toEqual(["j", "k"]);
    expect(mentioned("日本語", keywords)).toEqual(["k"]);
    expect(mentioned("日本語.", keywords)).toEqual(["k"]);
    expect(mentioned("xabx", keywords)).toEqual([]);
    expect(mentioned("l'ÉTÉ @étés", keywords)).toEqual(["e"]);
    expect(mentioned("`これは日本です`", keywords)).toEqual([]);
    expect(mentioned("日 本", keywords)).toEqual([]);
  });

  test("2.4 lower-cased and exact lookups", () => {
    const keywords = { bob: ["key"], Bob: ["name"], Al: ["al"], eve: ["eve"] };
    expect(mentioned("bob", keywords)).toEqual(["key"]);
    expect(mentioned("Bob", keywords)).toEqual(["key", "name"]);
    expect(mentioned("BOB", keywords)).toEqual(["key"]);
    expect(mentioned("al AL", keywords)).toEqual([]);
    expect(mentioned("Al.", keywords)).toEqual(["al"]);
    expect(mentioned("Eve", keywords)).toEqual(["eve"]);
  });

  test("2.3 an empty list of users is no match", () => {
    expect(mentioned("@bob.", { "@bob.": [], "@bob": ["b"] })).toEqual(["b"]);
  });
});

describe("2.5 channel-wide mentions", () => {
  test.each<[string, string]>([
    ["@all", "all"],
    ["hey @Channel.", "channel"],
    ["x:@HERE", "here"],
    ["@all @channel @here", "all channel here"],
    ["@all-hands @allx x@all @all@x all", ""],
    ["`@all` :@all:", ""],
    ["**@all**", "all"],
  ])("2.5 %j", (message, expected) => {
    const { all, channel, here } = mentionTokens([message]);
    const flags = [all && "all", channel && "channel", here && "here"].filter((flag) => flag !== false);
    expect(flags.join(" ")).toBe(expected);
  });

  test.each<[string, boolean]>([
    ["@all", true],
    ["x @HERE!", true],
    ["`@channel`", true],
    ["@all-hands", true],
    ["x@all", false],
    ["@allx", false],
    ["@ all", false],
    ["nothing", false],
  ])("1.10 %j", (message, expected) => {
    expect(hasChannelWideMention(message)).toBe(expected);
  });
});

test("2.3 the number and length of candidates is bounded", () => {
  const { candidates } = mentionTokens([`${"a".repeat(300)} b${".".repeat(16_000)} ${"c.".repeat(200)}`]);
  expect(candidates.length).toBeLessThan(1000);
  expect(Math.max(...candidates.map((word) => word.length))).toBeLessThanOrEqual(256);
  expect(candidates).toContain("b");
  expect(candidates).toContain("c");
});

test("2.2-2.4 hostile input takes linear time", { timeout: 120_000 }, () => {
  const run = (text: string) => matchKeywords(mentionTokens([text]), () => undefined, ["éé", "日本"]);
  for (const input of HOSTILE) expectLinear(input, run);
  for (const input of HOSTILE) expectLinear(input, hasChannelWideMention);
});
