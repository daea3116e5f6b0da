import { describe, expect, test } from "vitest";
import { channelLinks, headerChannelLinks } from "../../workers/text/channel-links.ts";
import { byteLength } from "../../workers/text/clean.ts";
import { hashtagsOf } from "../../workers/text/hashtags.ts";
import { expectLinear, HOSTILE } from "./growth.ts";

describe("1.16 hashtags", () => {
  test.each<[string, string]>([
    ["no tags", ""],
    ["#one and #Two", "#one #Two"],
    ["#one #one", "#one #one"],
    ["(#one), #two! #three.", "#one #two #three"],
    ["###one", "#one"],
    ["##-one", ""],
    ["a#one 1#one -#one", "#one"],
    ["#a #ab #1a #a1", "#ab #a1"],
    ["#a-b_c.d #a/b #a#b", "#a-b_c.d"],
    ["#été #日本 #ßü", "#été #日本 #ßü"],
    ["#a\u0301b", ""],
    ["`#code`", "#code"],
    ["#one\u00a0#two\u3000#three\u0085#four", "#one #two #three #four"],
    ["#one\u{1f600} \u{1f600}#two", "#one #two"],
    ["#\u{20000}\u{20001}", "#\u{20000}\u{20001}"],
    ["# ## #- #. ", ""],
  ])("1.16 %j", (message, expected) => {
    expect(hashtagsOf(message)).toBe(expected);
  });

  test("1.16 at most 1000 bytes, cut at a tag", () => {
    const tags = hashtagsOf("#été ".repeat(500));
    expect(tags).toMatch(/^#été( #été)*$/);
    expect(byteLength(tags)).toBeLessThanOrEqual(1000);
    expect(byteLength(`${tags} #été`)).toBeGreaterThan(1000);
    expect(hashtagsOf(`#${"a".repeat(999)} #b2`)).toBe(`#${"a".repeat(999)}`);
    expect(hashtagsOf(`#${"a".repeat(1000)}`)).toBe("");
  });

  test("1.16 hostile input takes linear time", { timeout: 120_000 }, () => {
    for (const input of HOSTILE) expectLinear(input, hashtagsOf);
  });
});

describe("1.11 channel links", () => {
  test.each<[string, string[]]>([
    ["no links", []],
    ["see ~town-square and ~off_topic.", ["town-square", "off_topic"]],
    ["~a ~a ~b-_", ["a", "b-_"]],
    ["x~a 1~a _~a é~b (~c) ~~d", ["b", "c", "d"]],
    ["~ ~! ~é", []],
    ["`~code`", ["code"]],
  ])("1.11 %j", (message, expected) => {
    expect(channelLinks(message)).toEqual(expected);
  });

  test("1.11 attachments: pretext, text and string field values", () => {
    const props = {
      attachments: [
        {
          pretext: "~a",
          text: "~b",
          title: "~no",
          fallback: "~no",
          fields: [{ title: "~no", value: "~c" }, { value: 5 }, null],
        },
        null,
        { text: 7, fields: "~no" },
      ],
    };
    expect(channelLinks("~m", props)).toEqual(["m", "a", "b", "c"]);
    for (const bad of [null, undefined, 3, "x", [], { attachments: "~x" }, { attachments: {} }]) {
      expect(channelLinks("", bad)).toEqual([]);
    }
  });

  test("12.21 header links", () => {
    expect(headerChannelLinks("go to ~help | ~help")).toEqual(["help"]);
  });

  test("1.11 hostile input takes linear time", { timeout: 120_000 }, () => {
    for (const input of HOSTILE) expectLinear(input, channelLinks);
  });
});
