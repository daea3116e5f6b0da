import { describe, expect, test } from "vitest";
import { parseSearch } from "../../workers/text/search/search.ts";
import { lexeme } from "../../workers/text/search/tsquery.ts";
import { expectLinear, HOSTILE } from "./growth.ts";

/** Include and exclude text of the only group. */
function text(terms: string, orTerms = false): [string, string] {
  const { groups } = parseSearch(terms, { orTerms });
  expect(groups.length).toBe(1);
  return [groups[0]!.include, groups[0]!.exclude];
}

/** A reader of the tsquery syntax that quoted operands make: throws unless the text is well formed. */
function checkQuery(query: string): void {
  const tokens = query.match(/'(?:[^'\\]|''|\\\\)+'(?::\*)?|<->|[&|()]| +|./gsu) ?? [];
  let depth = 0;
  let operand = false;
  for (const token of tokens) {
    if (/^ +$/.test(token)) continue;
    if (token.startsWith("'") && token.length > 2) {
      if (operand) throw new Error("two operands");
      operand = true;
    } else if (token === "(") {
      if (operand) throw new Error("operand before (");
      depth++;
    } else if (token === ")") {
      if (!operand || --depth < 0) throw new Error("unbalanced");
    } else if (token === "&" || token === "|" || token === "<->") {
      if (!operand) throw new Error("operator without operand");
      operand = false;
    } else throw new Error(`unexpected ${token}`);
  }
  if (depth !== 0 || !operand) throw new Error("incomplete");
}

describe("21.2, 21.3, 21.5 words", () => {
  test.each<[string, [string, string]]>([
    ["foo bar", ["'foo' & 'bar'", ""]],
    ["foo -bar -baz", ["'foo'", "'bar' | 'baz'"]],
    ['"foo bar" baz', ["('foo' <-> 'bar') & 'baz'", ""]],
    ['foo -"bar baz"', ["'foo'", "('bar' <-> 'baz')"]],
    ['"from:bob"', ["('from' <-> 'bob')", ""]],
    ["foo*", ["'foo':*", ""]],
    ['"foo bar*"', ["('foo' <-> 'bar':*)", ""]],
    ["foo-bar a+b <x> (y) ~z", ["'foo' & 'bar' & 'a' & 'b' & 'x' & 'y' & 'z'", ""]],
    ["!foo, bar! ,baz.", ["'foo' & 'bar' & 'baz'", ""]],
    ["a&b a|b it's a\\b", ["'a&b' & 'a|b' & 'it''s' & 'a\\\\b'", ""]],
    ['foo "bar', ["'foo' & 'bar'", ""]],
    ['a"b c"d', ["'a' & 'b' & 'c' & 'd'", ""]],
    ["#1 #x*", ["'#1' & '#x':*", ""]],
    ["été 日本語 e\u0301", ["'été' & '日本語' & 'e\u0301'", ""]],
    ["http://a.b", ["'http' & '//a.b'", ""]],
    ["-foo", ["", "'foo'"]],
    ["foo ... --- ! *", ["'foo'", ""]],
  ])("21.3 %j", (terms, expected) => {
    expect(text(terms)).toEqual(expected);
  });

  test("21.5 OR search", () => {
    expect(text('foo "a b" -c -d', true)).toEqual(["'foo' | ('a' <-> 'b')", "'c' | 'd'"]);
  });

  test("21.7 nothing to search", () => {
    for (const terms of ["", " ", "*", "* *", "!!! ...", '""', '" "', "-", "from:"]) {
      expect(parseSearch(terms).groups, terms).toEqual([]);
    }
  });
});

describe("21.3 hashtags", () => {
  test("21.3 a second query", () => {
    const { groups } = parseSearch("foo #Tag #a-b. -#no -bar");
    expect(groups).toEqual([
      { hashtag: false, include: "'foo'", exclude: "'bar'", hashtags: [], excludedHashtags: ["#no"] },
      {
        hashtag: true,
        include: "'#tag' & '#a-b'",
        exclude: "'bar'",
        hashtags: ["#tag", "#a-b"],
        excludedHashtags: ["#no"],
      },
    ]);
  });

  test("21.3 hashtags only, OR search, exclusion only", () => {
    expect(parseSearch("#aa #bb", { orTerms: true }).groups).toEqual([
      {
        hashtag: true,
        include: "'#aa' | '#bb'",
        exclude: "",
        hashtags: ["#aa", "#bb"],
        excludedHashtags: [],
      },
    ]);
    expect(parseSearch("-#aa").groups).toEqual([
      { hashtag: false, include: "", exclude: "", hashtags: [], excludedHashtags: ["#aa"] },
    ]);
  });
});

describe("21.2 flags", () => {
  test("21.2 values, any case, after a space, excluded", () => {
    const search = parseSearch(
      "FROM:@Bob from: al -from:eve in:~town -IN:off Channel: x ext:.PDF -ext:png word",
    );
    expect(search).toMatchObject({
      from: ["bob", "al"],
      notFrom: ["eve"],
      in: [
        { kind: "name", value: "town" },
        { kind: "name", value: "x" },
      ],
      notIn: [{ kind: "name", value: "off" }],
      ext: ["pdf"],
      notExt: ["png"],
    });
    expect(search.groups.map((group) => group.include)).toEqual(["'word'"]);
  });

  test("21.2 direct and group channels", () => {
    expect(parseSearch("in:@Bob in:@a,@b,C in:@ in:@,").in).toEqual([
      { kind: "direct", value: "Bob", username: "bob" },
      { kind: "group", value: "a,@b,C", usernames: ["a", "b", "c"] },
    ]);
  });

  test("21.2 flags alone make one group without text; other words with colons are text", () => {
    expect(parseSearch("from:bob").groups).toEqual([
      { hashtag: false, include: "", exclude: "", hashtags: [], excludedHashtags: [] },
    ]);
    expect(text("frm:bob a:b")).toEqual(["'frm' & 'bob' & 'a' & 'b'", ""]);
  });
});

describe("21.4 dates", () => {
  const day = Date.UTC(2020, 1, 3);
  const length = 86_400_000;
  test.each<[string, { ge?: number; lt?: number }, { ge: number; lt: number }[]]>([
    ["before:2020-02-03", { lt: day }, []],
    ["after:2020-2-3", { ge: day + length }, []],
    ["on:2020-2-03", { ge: day, lt: day + length }, []],
    ["-before:2020-2-3", { ge: day }, []],
    ["-after:2020-2-3", { lt: day + length }, []],
    ["-on:2020-2-3", {}, [{ ge: day, lt: day + length }]],
    ["after:2020-2-1 before:2020-2-3", { ge: day - length, lt: day }, []],
    ["after:2019-1-1 -before:2020-2-3", { ge: day }, []],
    ["on:2020-2-3 before:2019-1-1 -on:2020-2-3", { ge: day, lt: day + length }, []],
    ["before:2019-1-1 before:2020-2-3", { lt: day }, []],
    ["before:2020-2-30 on:2020-13-1 after:x -on:20-1-1 before:", {}, []],
  ])("21.4 %j", (terms, dates, notDates) => {
    expect(parseSearch(terms)).toMatchObject({ dates, notDates });
    expect(parseSearch(terms).dates).toEqual(dates);
  });

  test("21.4 the zone offset, in seconds", () => {
    expect(parseSearch("on:2020-2-3", { timeZoneOffset: 3600 }).dates).toEqual({
      ge: day - 3_600_000,
      lt: day + length - 3_600_000,
    });
    expect(parseSearch("before:2020-2-3", { timeZoneOffset: -7200 }).dates).toEqual({ lt: day + 7_200_000 });
  });
});

describe("21.5 safety", () => {
  test("21.5 lexemes are quoted", () => {
    expect(lexeme("a'b\\c")).toBe("'a''b\\\\c'");
  });

  test("21.5 every query text is well formed and has no NUL", () => {
    const bits = [
      "foo",
      "'",
      "\\",
      '"',
      "-",
      "!",
      "&",
      "|",
      "(",
      ")",
      "<->",
      ":*",
      "*",
      "#tag",
      "\0",
      "\ud800",
    ];
    bits.push("😀", " ", "in:", "\n", "'':*", "\\'", '-"', '" ');
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    for (let round = 0; round < 5000; round++) {
      let terms = "";
      for (let count = random(12) + 1; count > 0; count--) terms += bits[random(bits.length)];
      for (const group of parseSearch(terms, { orTerms: round % 2 === 0 }).groups) {
        for (const query of [group.include, group.exclude]) {
          if (query === "") continue;
          expect(query).not.toContain("\0");
          expect(() => checkQuery(query), `${JSON.stringify(terms)} gave ${query}`).not.toThrow();
        }
      }
    }
  });

  test("21.5 the number of operands is bounded", () => {
    for (const unit of ["a ", "a-", '"a b" ', "#aa", "#ab ", "-a "]) {
      for (const group of parseSearch(unit.repeat(10_000)).groups) {
        expect((group.include + group.exclude).split("'").length).toBeLessThan(2000);
      }
    }
    expect(parseSearch(`"${"a ".repeat(10_000)}"`).groups[0]!.include.length).toBeLessThan(3000);
  });

  test("21.2-21.5 hostile input takes linear time", { timeout: 120_000 }, () => {
    for (const input of HOSTILE) expectLinear(input, (terms) => parseSearch(terms));
  });
});
