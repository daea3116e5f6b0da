import { describe, expect, test } from "vitest";
import {
  autolinks,
  firstLink,
  markdownImages,
  parseMarkdown,
  plainText,
} from "../../workers/text/markdown/markdown.ts";
import { expectLinear, HOSTILE } from "./growth.ts";

/** Words of the plain text. */
function words(message: string): string[] {
  return plainText(message)
    .split(/\s+/)
    .filter((word) => word !== "");
}

describe("2.1 plain text", () => {
  test("2.1 a message without syntax is returned as it is", () => {
    const message = "hello @bob, how are you?\nfine (really)! *yes* > no";
    expect(plainText(message)).toBe(message);
  });

  test.each<[string, string[]]>([
    ["a `@b` c", ["a", "c"]],
    ["a ``b ` @b`` c", ["a", "c"]],
    ["a ` b", ["a", "`", "b"]],
    ["a \\`@b\\` c", ["a", "`@b`", "c"]],
    ["a `b\n@c` d", ["a", "d"]],
    ["`a `` b` c ``", ["c", "``"]],
    ["```\n@a\n```\nb", ["b"]],
    ["```js\n@a", []],
    ["~~~\n@a\n```\n@b\n~~~\nc", ["c"]],
    ["a\n```\n@b\n````\nc", ["a", "c"]],
    ["> ```\n> @a\n\nb", ["b"]],
    ["> ```\n> @a\nb", ["b"]],
    ["    @a\n\n    @b\nc", ["c"]],
    ["\t@a\nb", ["b"]],
    ["a\n    @b", ["a", "@b"]],
    ["- a\n\n      @b\n\n  c", ["a", "c"]],
    ["- a\n\n    @b", ["a", "@b"]],
    ["-     @a\n- b", ["b"]],
    ["1. a\n2. @b", ["a", "@b"]],
    ["a\n2. b", ["a", "2.", "b"]],
    ["> a\n> @b\nc `d`", ["a", "@b", "c"]],
    ["> > - @a `b`", ["@a"]],
    ["# @a `b`", ["@a"]],
    ["a `b\n# c` d", ["a", "`b", "c`", "d"]],
    ["a `b\n---\nc` d", ["a", "`b", "c`", "d"]],
    ["[@a](http://b/@c)", ["@a"]],
    ["[@a](<b c> 'd') e", ["@a", "e"]],
    ['[@a](b(c)d "e") f', ["@a", "f"]],
    ["[@a](b c)", ["[@a](b", "c)"]],
    ['![@a](http://b/@c =10x20 "t") d', ["@a", "d"]],
    ['[a][r] [r][] [r] [s]\n\n[r]: http://b/@c "t"', ["a", "r", "r", "[s]"]],
    ["[a][s]\n\n[r]: b", ["[a][s]"]],
    ["[a [b](c) d](e)", ["[a", "b", "d](e)"]],
    ["[![a](b)](c)", ["a"]],
    ["[[a]](b)", ["[a]"]],
    ["`[a`](b)", ["](b)"]],
    ["[a`](b)`", ["[a"]],
    ["\\[a](b)", ["[a](b)"]],
    ["@a\\_b &#64;c &lt;d&gt; &commat;e &nope; &#0;", ["@a_b", "@c", "<d>", "@e", "&nope;", "\ufffd"]],
    ["see http://a.b/@c now", ["see", "now"]],
    ["see <http://a.b/@c> <x@y.zz> <b>@d</b>", ["see", "<b>@d</b>"]],
    ["a\r\n\r\n    @b\r\nc", ["a", "c"]],
  ])("2.1 %j", (message, expected) => {
    expect(words(message)).toEqual(expected);
  });

  test("2.1 the edges of nodes separate words", () => {
    expect(words("@a`x`@b[@c](d)@e")).toEqual(["@a", "@b", "@c", "@e"]);
  });
});

describe("8.2 first link", () => {
  test.each<[string, string | null]>([
    ["no link", null],
    ["see http://a.com/x.", "http://a.com/x"],
    ["see www.a.com!", "http://www.a.com"],
    ["HTTPS://A.com/", "HTTPS://A.com/"],
    ["(http://a.com/b_(c))", "http://a.com/b_(c)"],
    ["http://a.com/b), c", "http://a.com/b"],
    ["http://a.com?b=1&amp;c=2", "http://a.com?b=1&c=2"],
    ["http://a.com/&nope;", "http://a.com/"],
    ["*http://a.com*", "http://a.com"],
    ["http://localhost:8065/x", "http://localhost:8065/x"],
    ["<http://a.com/b>", "http://a.com/b"],
    ["<mailto:a@b.cc> http://d.com", "http://d.com"],
    ["[t](http://a.com)", null],
    ["[http://a.com](http://b.com) http://c.com", "http://c.com"],
    ["![http://a.com](http://b.com)", null],
    ["[r]: http://a.com\n\n[r]", null],
    ["`http://a.com` http://b.com", "http://b.com"],
    ["```\nhttp://a.com\n```", null],
    ["    http://a.com", null],
    ["> - http://a.com", "http://a.com"],
    ["[draft] http://a.com", "http://a.com"],
    ["xhttp://a.com awww.a.com x://b http:// www. http://-a", null],
    ["ftp://a.com", "ftp://a.com"],
    ["http://例え.jp/パス です", "http://例え.jp/パス"],
    ["http://a.com<br>", "http://a.com"],
  ])("8.2 %j", (message, expected) => {
    expect(firstLink(message)).toBe(expected);
  });

  test("8.2 all links in order, for callers with restricted hosts", () => {
    expect(autolinks("http://a.com <http://b.com> www.c.com")).toEqual([
      "http://a.com",
      "http://b.com",
      "http://www.c.com",
    ]);
  });
});

test.each<[string, string[]]>([
  ["![a](http://b/c.png)", ["http://b/c.png"]],
  ["![a](/x.png =100x200) ![](<y z.png> 't')", ["/x.png", "y z.png"]],
  ["![a](x.png =100) ![b](y.png =x50) ![c](z.png =a)", ["x.png", "y.png"]],
  ["[![a](in.png)](out)", ["in.png"]],
  ["![r] ![t][r]\n\n[R]: i.png", ["i.png", "i.png"]],
  ["`![a](b)` \\![a](b) [a](b)", []],
  ["![a](b\\_c&amp;d)", ["b_c&d"]],
  ["no image", []],
])("8.5 images of %j", (message, expected) => {
  expect(markdownImages(message)).toEqual(expected);
});

test("2.1, 8.2, 8.5 hostile input takes linear time", { timeout: 120_000 }, () => {
  for (const input of HOSTILE) expectLinear(input, parseMarkdown);
});
