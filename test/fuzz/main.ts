// npm run fuzz -- [--seconds 600] [--seed N] [--operation CreatePost | "/api/v4/posts"]: the fuzzer for as long as one likes.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { seconds: { type: "string" }, seed: { type: "string" }, operation: { type: "string" } },
});
const { seconds = "600", seed = `${Date.now() % 2 ** 32}`, operation = "" } = values;
const manifest = createRequire(import.meta.url).resolve("vitest/package.json");
const vitest = join(dirname(manifest), JSON.parse(readFileSync(manifest, "utf8")).bin.vitest);
const { status } = spawnSync(process.execPath, [vitest, "run", "--project", "node", "test/fuzz"], {
  stdio: "inherit",
  env: { ...process.env, FUZZ_SECONDS: seconds, FUZZ_SEED: seed, FUZZ_OPERATION: operation },
});
process.exit(status ?? 1);
