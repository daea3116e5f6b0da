// Runs bench/load/k6.js without k6, whose licence keeps it out of here: Node's modules behind k6's names, as far as the
// script uses them. It shows that the script's requests are right, not that k6 itself takes it. Prints samples as JSON.

import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { WebSocket } from "ws";

const SCRIPT = resolve(import.meta.dirname, "../../bench/load/k6.js");

const samples: [name: string, ok: boolean][] = [];
let vu = 0;

async function asyncRequest(method: string, url: string, body: string | null, params: any) {
  const answer = await fetch(url, { method, body, headers: params.headers });
  const text = await answer.text();
  samples.push([params.tags.name, answer.ok]);
  const headers = Object.fromEntries(
    [...answer.headers].map(([name, value]) => [name.replace(/(^|-)./g, (c) => c.toUpperCase()), value]),
  );
  return { status: answer.status, headers, json: () => JSON.parse(text) };
}

/** k6's Counter and Trend; the only Counter counts failures. */
class Metric {
  readonly failures: boolean;

  constructor(name: string) {
    this.failures = name.endsWith("_failed");
  }

  add(_value: number, { name }: { name: string }): void {
    samples.push([name, !this.failures]);
  }
}

const modules: Record<string, Record<string, unknown>> = {
  k6: {
    check: (value: unknown, checks: Record<string, (value: unknown) => boolean>) =>
      Object.values(checks).every((holds) => holds(value)),
  },
  "k6/http": { default: { asyncRequest } },
  "k6/metrics": { Counter: Metric, Trend: Metric },
  "k6/websockets": {
    WebSocket: class extends WebSocket {
      constructor(url: string, protocols: null, options: object) {
        super(url, protocols ?? [], options);
      }
    },
  },
};

Object.assign(globalThis, {
  modules,
  __ENV: process.env,
  open: (path: string) => readFileSync(resolve(SCRIPT, "..", path), "utf8"),
});
Object.defineProperty(globalThis, "__VU", { get: () => vu });

registerHooks({
  resolve: (name, context, next) =>
    modules[name] ? { url: `stand-in:${name}`, format: "module", shortCircuit: true } : next(name, context),
  load: (url, context, next) => {
    const name = url.replace(/^stand-in:/, "");
    if (name === url) return next(url, context);
    const source = Object.keys(modules[name]!).map((key) =>
      key === "default"
        ? `export default modules["${name}"].default;`
        : `export const { ${key} } = modules["${name}"];`,
    );
    return { format: "module", source: source.join("\n"), shortCircuit: true };
  },
});

const script = await import(pathToFileURL(SCRIPT).href);
const users: Promise<void>[] = [];
// It reads its number before it first waits.
for (vu = 1; vu <= script.options.scenarios.everyday.vus; vu++) users.push(script.default());
await Promise.all(users);
console.log(JSON.stringify(samples));
process.exit(0);
