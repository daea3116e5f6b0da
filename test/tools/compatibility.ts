// npm run readme: writes the compatibility table into README.md.

import { readFileSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { resolve } from "node:path";

// Outside of workerd, what only workerd has is there by name only.
const stub = new URL("../harness/workerd-modules.ts", import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers" || specifier.endsWith(".wasm")
      ? { url: stub, shortCircuit: true }
      : next(specifier, context),
});

const { withTable } = await import("./table.ts");
const path = resolve(import.meta.dirname, "../../README.md");
const before = readFileSync(path, "utf8");
const after = withTable(before);
if (after !== before) writeFileSync(path, after);
console.log(after === before ? "README.md is up to date" : "README.md has been updated");
