import { expect, it } from "vitest";
import { parseJson } from "../../workers/http/json.ts";

it.each([
  ['"\\ud800"', "\ufffd"],
  ['"\\udc00\\ud800"', "\ufffd\ufffd"],
  ['"\\ud83d\\ude00"', "\u{1f600}"],
  ['"\\ud800\\ud83d\\ude00"', "\ufffd\u{1f600}"],
  ['"\\\\ud800"', "\\ud800"],
  ['"\\\\\\uD800\\n"', "\\\ufffd\n"],
  ['{"\\ud800": ["\\udfff"]}', { "\ufffd": ["\ufffd"] }],
])("%s is read without halves of pairs", (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

it("refuses what is no JSON", () => {
  for (const text of ["", "{", '"\\ud80"', '"\\']) expect(() => parseJson(text), text).toThrow(SyntaxError);
});
