import { describe, expect, it } from "vitest";
import { newId } from "../../../workers/model/id.ts";
import { type Answer, violationsOf } from "./contract.ts";

const id = newId();
const standard = {
  "content-type": "application/json",
  "x-request-id": id,
  "x-version-id": `11.6.0.11.6.0.${"a".repeat(64)}.false`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "permissions-policy": "",
  expires: "0",
};
function answer(body: unknown, more: Partial<Answer> = {}, headers: Record<string, string> = {}): Answer {
  return {
    method: "GET",
    path: "/api/v4/users/me/preferences",
    conditional: false,
    status: 200,
    headers: new Headers({ ...standard, ...headers }),
    text: JSON.stringify(body),
    ...more,
  };
}
const preference = { user_id: newId(), category: "a", name: "b", value: "c" };
const error = { id: "x", message: "y", detailed_error: "", request_id: id, status_code: 403 };

describe("the contract", () => {
  it("accepts what is right", () => {
    expect(violationsOf(answer([preference]))).toEqual([]);
    expect(violationsOf(answer(error, { status: 403 }))).toEqual([]);
    expect(violationsOf(answer(undefined, { status: 304, conditional: true, text: "" }))).toEqual([]);
  });

  it.each([
    ["a wrong type", answer([{ ...preference, value: 1 }]), "/0/value must be string"],
    [
      "a missing property",
      answer([{ ...preference, value: undefined }]),
      "must have required property 'value'",
    ],
    ["a charset", answer([], {}, { "content-type": "application/json; charset=utf-8" }), "Content-Type"],
    ["no request id", answer([], {}, { "x-request-id": "" }), "X-Request-Id"],
    ["another status of success", answer([], { status: 201 }), "status 201, not 200"],
    ["a crash", answer({ ...error, status_code: 500 }, { status: 500 }), "status 500"],
    ["another status in the body", answer(error, { status: 404 }), "status_code 403"],
    [
      "another request id in the body",
      answer({ ...error, request_id: newId() }, { status: 403 }),
      "request_id differs",
    ],
    ["an unasked 304", answer(undefined, { status: 304 }), "304"],
    ["no JSON", answer(undefined, { text: "<html>" }), "not JSON"],
    ["a route that is not there", answer({}, { path: "/api/v4/nothing" }), "does not know"],
  ])("finds %s", (_, given, expected) => {
    expect(violationsOf(given).join("; ")).toContain(expected);
  });

  it("prefers literal segments", () => {
    const given = answer({ status: "OK" }, { method: "POST", path: "/api/v4/users/ids" });
    expect(violationsOf(given).join("; ")).toContain("must be array");
  });
});
