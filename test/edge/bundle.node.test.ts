import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { COMPATIBILITY_DATE } from "../../nginx-compat/launcher/workerd/workerd-config.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** Of the free plan. */
const MAX_GZIP = 3 * 1024 * 1024;

/** What Cloudflare's runtime has in earnest; the rest of Node's modules is missing there, or a stub that throws. */
const AVAILABLE = new Set([
  "node:assert",
  "node:async_hooks",
  "node:buffer",
  "node:crypto",
  "node:diagnostics_channel",
  "node:events",
  "node:path",
  "node:process",
  "node:querystring",
  "node:stream",
  "node:stream/promises",
  "node:stream/web",
  "node:string_decoder",
  "node:timers",
  "node:timers/promises",
  "node:url",
  "node:util",
  "node:util/types",
  "node:zlib",
]);

let out: string;
let printed: string;
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), "edgemost-wrangler-"));
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [wrangler, "deploy", "--dry-run", "--outdir", out],
    {
      cwd: ROOT,
      env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1", NO_COLOR: "1" },
      timeout: 170_000,
    },
  );
  printed = stdout + stderr;
}, 180_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

it("wrangler takes the bundle, without a warning", () => {
  expect(printed).toContain("--dry-run: exiting now");
  for (const binding of ["SQL_POOL", "TOPIC", "HUB", 'PROFILE ("edge")']) expect(printed).toContain(binding);
  expect(printed.replace(/update available/g, "")).not.toMatch(/warning|error/i);
});

it("is small enough", () => {
  const files = readdirSync(out).filter((name) => /\.(js|wasm)$/.test(name));
  expect(files.length).toBeGreaterThan(1);
  const size = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(out, name))).length, 0);
  expect(size).toBeLessThan(MAX_GZIP);
});

it("is built for the same runtime as self-hosted nodes", () => {
  const toml = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
  expect(/^compatibility_date = "(.+)"$/m.exec(toml)?.[1]).toBe(COMPATIBILITY_DATE);
});

it("asks for nothing of Node that Cloudflare lacks", () => {
  const missing: string[] = [];
  for (const folder of ["workers", "durable"]) {
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })) {
      if (!entry.endsWith(".ts")) continue;
      const source = readFileSync(join(ROOT, folder, entry), "utf8");
      for (const [, name] of source.matchAll(
        /(?:\bfrom|\bimport|\brequire\()\s*\(?["']([^"'.][^"']*)["']/g,
      )) {
        if (!isBuiltin(name!)) continue;
        if (!AVAILABLE.has(name!)) missing.push(`${folder}/${entry}: ${name}`);
      }
    }
  }
  expect(missing).toEqual([]);
});

it("nor do its dependencies", () => {
  const bundle = readFileSync(join(out, "index.js"), "utf8");
  const names = [...bundle.matchAll(/^import\b[^;"']*["'](node:[^"']+)["']/gm)].map(([, name]) => name!);
  expect(names).toContain("node:crypto");
  // The driver of the TCP pool; on the edge nothing makes one.
  const pool = ["node:net", "node:tls", "node:os", "node:fs", "node:perf_hooks"];
  // Nodemailer's loader of attachments by URL, which its composer imports and nothing asks for.
  const loader = ["node:http", "node:https", "node:dns"];
  const unused = [...pool, ...loader];
  expect([...new Set(names)].filter((name) => !AVAILABLE.has(name) && !unused.includes(name))).toEqual([]);
});
