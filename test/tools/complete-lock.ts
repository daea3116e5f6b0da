// Adds the other platforms' optional packages to package-lock.json: `node test/tools/complete-lock.ts`.
//
// A registry that serves only this platform's packages makes `npm install` leave the others out, and `npm ci` then
// refuses the lock file. They are listed with their platform, so that npm skips them here and installs them there.
import { readFileSync, writeFileSync } from "node:fs";

interface Locked {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

interface Lock {
  packages: Record<string, Locked>;
}

const OS: Record<string, string> = { windows: "win32", win32: "win32", sunos: "sunos", wasm32: "wasm32" };
const SYSTEMS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony"];
const CPUS = ["arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"];

/** The platform that a package's name tells, as npm writes it. */
export function platformOf(name: string): Pick<Locked, "os" | "cpu" | "libc"> {
  const words = name.split("/").at(-1)!.split("-");
  const os = words.map((word) => OS[word] ?? (SYSTEMS.includes(word) ? word : "")).find(Boolean);
  const cpu = words.find((word) => CPUS.includes(word)) ?? (words.includes("64") ? "x64" : undefined);
  const libc = words.includes("musl") || words.includes("musleabihf") ? "musl" : undefined;
  return { ...(os ? { os: [os] } : {}), ...(cpu ? { cpu: [cpu] } : {}), ...(libc ? { libc: [libc] } : {}) };
}

/** Where npm would look a dependency of the package at `path` up. */
function found(packages: Lock["packages"], path: string, name: string): boolean {
  for (let at = path; ; at = at.slice(0, Math.max(at.lastIndexOf("/node_modules/"), 0))) {
    if (packages[`${at ? `${at}/` : ""}node_modules/${name}`]) return true;
    if (!at) return false;
  }
}

/** The lock with every optional dependency in it. */
export function completed(lock: Lock): Lock {
  const packages = { ...lock.packages };
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const platform = platformOf(name);
      if (found(packages, path, name) || (!platform.os && !platform.cpu)) continue;
      const top = !lock.packages[`node_modules/${name}`] && !packages[`node_modules/${name}`];
      const place = top ? `node_modules/${name}` : `${path}/node_modules/${name}`;
      packages[place] = {
        version: version.replace(/^[\^~]/, ""),
        ...platform,
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
      };
    }
  }
  const names = Object.keys(packages).sort((a, b) => a.localeCompare(b, "en"));
  return { ...lock, packages: Object.fromEntries(names.map((name) => [name, packages[name]!])) };
}

if (import.meta.main) {
  const file = `${import.meta.dirname}/../../package-lock.json`;
  writeFileSync(
    file,
    `${JSON.stringify(completed(JSON.parse(readFileSync(file, "utf8")) as Lock), null, 2)}\n`,
  );
}
