import { expect, it } from "vitest";
import { description } from "../harness/contract/api-description.ts";
import { choices, type FuzzStage, generate } from "./generate.ts";

const id = (letter: string) => letter.repeat(26);
const person = (letter: string) => ({ id: id(letter), username: letter, token: id(letter) });
const stage = {
  owner: person("a"),
  teammate: person("b"),
  outsider: person("c"),
  team: { id: id("t"), name: "team", invite_id: id("i") },
  channel: { id: id("h"), name: "channel" },
  post: id("p"),
  reply: id("r"),
  file: id("f"),
  category: id("k"),
  uploads: [id("u")],
} as unknown as FuzzStage;

const made = (seed: number, turn: number) =>
  description.operations.map((operation) => {
    const { body, ...rest } = generate(operation, stage, choices(seed, operation, turn));
    return { ...rest, body: typeof body === "object" ? Buffer.from(body).toString("latin1") : body };
  });

it("the same seed makes the same requests, another turn or seed others", () => {
  for (let turn = 0; turn < 5; turn++) expect(made(7, turn)).toEqual(made(7, turn));
  expect(made(7, 1)).not.toEqual(made(7, 2));
  expect(made(7, 1)).not.toEqual(made(8, 1));
});

it("forms of uploads are mostly well made, and often broken", () => {
  const operation = description.operations.find(
    ({ path, method }) => method === "POST" && path === "/api/v4/files",
  )!;
  const forms = Array.from({ length: 300 }, (_, turn) =>
    generate(operation, stage, choices(1, operation, turn)),
  );
  const whole = forms.filter(
    ({ body, headers }) =>
      body !== undefined &&
      headers["content-type"] === 'multipart/form-data; boundary="edgemost"' &&
      Buffer.from(body).toString("latin1").endsWith("--edgemost--\r\n"),
  );
  expect(whole.length).toBeGreaterThan(150);
  expect(whole.length).toBeLessThan(290);
});
