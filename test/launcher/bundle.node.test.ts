import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bundle } from "../../nginx-compat/launcher/workerd/bundle.ts";

const base = mkdtempSync(join(tmpdir(), "edgemost-bundle-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test("a bundle is built again only when a source changed", async () => {
  const entry = join(base, "entry.ts");
  const out = join(base, "out");
  writeFileSync(join(base, "part.ts"), "export const part: string = 'one';");
  writeFileSync(
    entry,
    "import { part } from './part.ts'; export default { fetch: () => new Response(part) };",
  );
  const first = await bundle(out, { entry });
  expect(first.cached).toBe(false);
  expect(first.files).toEqual([{ name: "index.js", kind: "esModule", path: join(out, "index.js") }]);
  expect((await bundle(out, { entry })).cached).toBe(true);
  writeFileSync(join(base, "part.ts"), "export const part: string = 'two';");
  expect((await bundle(out, { entry })).cached).toBe(false);
  expect(readFileSync(join(out, "index.js"), "utf8")).toContain('"two"');
});

test("a failure keeps the last bundle, and says what is wrong in one line", async () => {
  const entry = join(base, "broken.ts");
  const out = join(base, "broken");
  writeFileSync(entry, "export default 1;");
  await bundle(out, { entry });
  writeFileSync(entry, "export default (;");
  await expect(bundle(out, { entry })).rejects.toThrow(
    /^Cannot bundle the server: .*broken.ts:1: Unexpected ";"$/,
  );
  expect(readFileSync(join(out, "index.js"), "utf8")).toContain("default");
});

test("require of a module of Node, as CommonJS dependencies have it, becomes an import", async () => {
  const entry = join(base, "cjs.cjs");
  writeFileSync(entry, "const { createHash } = require('crypto'); module.exports = createHash;");
  const { files } = await bundle(join(base, "cjs"), { entry });
  const text = readFileSync(files[0]!.path, "utf8");
  expect(text).toMatch(/from "node:crypto"/);
  expect(text).not.toContain("Dynamic require");
});
