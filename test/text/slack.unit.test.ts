import { expect, test } from "vitest";
import { slackAttachments, slackToMarkdown, slackUserIds } from "../../workers/text/slack.ts";
import { expectLinear, HOSTILE } from "./growth.ts";

const id = "abcdefghijklmnopqrstuvwxyz";
const usernameOf = (user: string) => (user === id ? "bob" : undefined);

test.each<[string, string]>([
  ["plain <b> & <", "plain <b> & <"],
  ["<!channel> <!here> <!all> <!other>", "@channel @here @all <!other>"],
  [`hi <@${id}>, <@nobody>`, "hi @bob, <@nobody>"],
  ["<http://a.b/?c=d|the text>", "[the text](http://a.b/?c=d)"],
  ["<a|b><c|d e>", "[b](a)[d e](c)"],
  ["<http://a.b> <|x> <x|> a < b | c > d", "<http://a.b> <|x> <x|> a < b | c > d"],
  ["<a|b|c>", "[b|c](a)"],
])("18.4 %j", (text, expected) => {
  expect(slackToMarkdown(text, usernameOf)).toBe(expected);
});

test("18.4 attachments: links not in titles", () => {
  const source = [
    {
      pretext: "<!here>",
      text: "<a|b>",
      title: `<@${id}> <a|b>`,
      fallback: "<a|b>",
      fields: [{ title: "<a|b>", value: "<a|b>", short: true }, { value: 4 }, null],
    },
    null,
    { color: "#fff" },
  ];
  const before = structuredClone(source);
  expect(slackAttachments(source, usernameOf)).toEqual([
    {
      pretext: "@here",
      text: "[b](a)",
      title: "@bob <a|b>",
      fallback: "<a|b>",
      fields: [{ title: "<a|b>", value: "[b](a)", short: true }, { value: 4 }, null],
    },
    null,
    { color: "#fff" },
  ]);
  expect(source).toEqual(before);
  expect(slackUserIds("<@x> <@y> <@x>", source)).toEqual(["x", "y", id]);
});

test("18.4 hostile input takes linear time", { timeout: 120_000 }, () => {
  for (const input of HOSTILE) expectLinear(input, (text) => slackToMarkdown(text));
  for (const input of HOSTILE) expectLinear(input, (text) => slackUserIds(text));
});
