import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { completed, platformOf } from "./complete-lock.ts";

const lock = JSON.parse(readFileSync(`${import.meta.dirname}/../../package-lock.json`, "utf8"));

test("npm ci works on every platform: no optional package is missing from the lock file", () => {
  // Otherwise: node test/tools/complete-lock.ts
  const missing = Object.keys(completed(lock).packages).filter((path) => !lock.packages[path]);
  expect(missing).toEqual([]);
});

test("the lock file names no registry", () => {
  const named = Object.entries(lock.packages as Record<string, { resolved?: string }>).filter(
    ([, { resolved }]) => resolved,
  );
  expect(named).toEqual([]);
});

test("a package's platform follows from its name", () => {
  expect(platformOf("@biomejs/cli-linux-x64-musl")).toEqual({ os: ["linux"], cpu: ["x64"], libc: ["musl"] });
  expect(platformOf("@cloudflare/workerd-darwin-64")).toEqual({ os: ["darwin"], cpu: ["x64"] });
  expect(platformOf("@esbuild/win32-ia32")).toEqual({ os: ["win32"], cpu: ["ia32"] });
});
