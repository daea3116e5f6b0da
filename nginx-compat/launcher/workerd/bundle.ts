// Builds the worker's bundle for workerd, or finds that the last one still fits its sources.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, resolve } from "node:path";
import type { BuildFailure, BuildOptions, Plugin } from "esbuild";
import { oneLine, StartError } from "../errors.ts";
import { writeWhole } from "./files.ts";

export interface BundledFile {
  /** The name by which the bundle imports it. */
  name: string;
  kind: "esModule" | "wasm";
  path: string;
}

export interface Bundle {
  /** The first is the entry. */
  files: BundledFile[];
  cached: boolean;
}

const ROOT = resolve(import.meta.dirname, "../../..");
const ENTRY = join(ROOT, "workers/index.ts");

/** Module names of Node come as node:x, and `require` of one (in CommonJS dependencies) becomes an import. */
const nodeModules: Plugin = {
  name: "node-modules",
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_0-9/]+$/ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined;
      const full = path.startsWith("node:") ? path : `node:${path}`;
      return kind === "require-call" ? { path: full, namespace: "required" } : { path: full, external: true };
    });
    build.onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
      contents: `import it from ${JSON.stringify(path)};\nmodule.exports = it;`,
    }));
  },
};

const OPTIONS: BuildOptions = {
  absWorkingDir: ROOT,
  entryNames: "index",
  assetNames: "[name]",
  bundle: true,
  format: "esm",
  target: "es2023",
  // As Wrangler: packages' "browser" variants use fetch where others would use sockets (@aws-sdk).
  platform: "browser",
  conditions: ["workerd", "worker", "browser"],
  mainFields: ["browser", "module", "main"],
  // Its browser variant needs DOMParser, which workerd lacks. Also in wrangler.toml.
  alias: { "@aws-sdk/xml-builder": "@aws-sdk/xml-builder/dist-cjs/index.js" },
  external: ["cloudflare:*"],
  define: { "process.env.NODE_ENV": '"production"' },
  // workerd takes WebAssembly as modules of their own, beside the script.
  loader: { ".wasm": "copy" },
  sourcemap: "external",
  metafile: true,
  logLevel: "silent",
};

export async function bundle(outDir: string, { entry = ENTRY }: { entry?: string } = {}): Promise<Bundle> {
  const recipe = hash(JSON.stringify([OPTIONS, nodeModules.setup.toString(), entry]));
  const cached = fits(outDir, recipe);
  if (!cached) await build(outDir, entry, recipe);
  return { files: list(outDir), cached };
}

interface Stamp {
  recipe: string;
  /** Hash of the content of each source, dependencies included, by path. */
  inputs: Record<string, string>;
}

const stampOf = (outDir: string) => join(outDir, "stamp.json");

function fits(outDir: string, recipe: string): boolean {
  try {
    const stamp = JSON.parse(readFileSync(stampOf(outDir), "utf8")) as Stamp;
    if (stamp.recipe !== recipe || !existsSync(join(outDir, "index.js"))) return false;
    return Object.entries(stamp.inputs).every(
      ([path, was]) => hash(readFileSync(resolve(ROOT, path))) === was,
    );
  } catch {
    return false;
  }
}

async function build(outDir: string, entry: string, recipe: string): Promise<void> {
  const fresh = `${outDir}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const esbuild = await import("esbuild");
  try {
    const options = { ...OPTIONS, entryPoints: [entry], outdir: fresh, plugins: [nodeModules] };
    const { metafile } = await esbuild.build(options);
    const sources = Object.keys(metafile!.inputs).filter((path) => !path.startsWith("required:"));
    const inputs = Object.fromEntries(sources.map((path) => [path, hash(readFileSync(resolve(ROOT, path)))]));
    writeWhole(stampOf(fresh), JSON.stringify({ recipe, inputs } satisfies Stamp));
  } catch (error) {
    const [first] = (error as BuildFailure).errors ?? [];
    const where = first?.location ? `${first.location.file}:${first.location.line}: ` : "";
    throw new StartError(`Cannot bundle the server: ${where}${first ? first.text : oneLine(error)}`);
  } finally {
    await esbuild.stop();
  }
  rmSync(outDir, { recursive: true, force: true });
  renameSync(fresh, outDir);
}

/** A bundle that `bundle` has made before, on whatever machine. */
export function readBundle(outDir: string): BundledFile[] {
  if (!existsSync(join(outDir, "index.js"))) throw new StartError(`There is no bundle in ${outDir}`);
  return list(outDir);
}

function list(outDir: string): BundledFile[] {
  const wasm = readdirSync(outDir).filter((name) => name.endsWith(".wasm"));
  return [
    { name: "index.js", kind: "esModule", path: join(outDir, "index.js") },
    ...wasm.map((name): BundledFile => ({ name, kind: "wasm", path: join(outDir, name) })),
  ];
}

function hash(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("base64url");
}
