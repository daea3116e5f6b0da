import { describe, expect, it } from "vitest";
import { decodeMessage, encodeMessage } from "../../workers/ports/compute/message.ts";

describe("messages to the compute process", () => {
  it.each([
    ["text", "hash"],
    ["values without bytes", { kind: "verify", password: 'p"ä\n', stored: "", list: [1, null, { a: true }] }],
    [
      "bytes in a job",
      { kind: "image", job: { op: "square", size: 128, bytes: new Uint8Array([1, 2, 255]) } },
    ],
    [
      "bytes in several places",
      {
        status: "ok",
        thumbnail: { bytes: new Uint8Array(3).fill(1), mime: "image/jpeg" },
        empty: new Uint8Array(0),
        miniPreview: new Uint8Array(70_000).fill(9),
        all: [new Uint8Array([4]), new Uint8Array([5, 6])],
      },
    ],
  ])("carry %s", (_, value) => {
    expect(decodeMessage(encodeMessage(value))).toEqual(value);
  });

  it("leave out what is undefined", () => {
    expect(decodeMessage(encodeMessage({ a: undefined, b: 1 }))).toEqual({ b: 1 });
  });
});
