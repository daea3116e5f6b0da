import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { withTable } from "./table.ts";

it("README.md lists what is served (else: npm run readme)", () => {
  const readme = readFileSync(resolve(import.meta.dirname, "../../README.md"), "utf8");
  expect(withTable(readme) === readme).toBe(true);
});
