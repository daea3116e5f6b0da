// Locust, JMeter and the k6 script run the one everyday mix of bench/load/mix.json against a node, without a failed request.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import mix from "../../bench/load/mix.json" with { type: "json" };
import { type OwnNode, ownNode } from "../harness/node.ts";
import { database } from "../harness/sql.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const NODE = join(ROOT, "node_modules/.bin/node");
const USERS = 8;
/** JMeter needs half of them to compile its scripts, where the preparations take PREPARED_MS; slower machines get more. */
const SECONDS = 10;
const PREPARED_MS = 2_500;

const directory = mkdtempSync(join(tmpdir(), "edgemost-load-"));
let node: OwnNode;
let env: Record<string, string>;

/** Samples by name: how many went well, and how many did not. */
type Samples = Map<string, { ok: number; failed: number }>;

async function run(command: string, args: string[], more: Record<string, string> = {}): Promise<string> {
  const options = { cwd: ROOT, env: { ...process.env, ...env, ...more }, maxBuffer: 1 << 26 };
  try {
    return (await promisify(execFile)(command, args, options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(
      `${command} ${args.join(" ")}: ${error}\n${stdout?.slice(-3_000)}\n${stderr?.slice(-3_000)}`,
    );
  }
}

beforeAll(async () => {
  const installed = promisify(execFile)("sh", ["bench/load/tools/install.sh"], { cwd: ROOT });
  node = await ownNode();
  env = {
    URL: node.url,
    USERS: `${USERS}`,
    DURATION: `${SECONDS}`,
    ADMIN: `${node.admin.username}:${node.admin.password}`,
    PREPARED: join(directory, "load.json"),
    AUTH: "login",
  };
  const began = Date.now();
  await run(NODE, ["bench/load/setup.ts"]);
  const slower = Math.max(1, (Date.now() - began) / PREPARED_MS);
  env.DURATION = `${Math.ceil(SECONDS * Math.min(slower, 6))}`;
  await installed;
  // What is not there yet comes from package registries.
}, 600_000);

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  expect(await node?.stop()).toBe(0);
});

/** Every name that a user's session goes through. */
const names = [
  mix.login.name,
  ...mix.boot.map(({ name }) => name),
  "socket",
  ...mix.steps.flatMap(({ requests }) => requests.map(({ name }) => name)),
];

const tools: Record<string, () => Promise<Samples>> = {
  async Locust() {
    const prefix = join(directory, "locust");
    await run("sh", ["bench/load/run.sh", "locust", "--csv", prefix, "--only-summary"]);
    const [head, ...rows] = readFileSync(`${prefix}_stats.csv`, "utf8").trim().split(/\r?\n/);
    const columns = head!.split(",");
    const column = (row: string[], name: string) => row[columns.indexOf(name)]!;
    return new Map(
      rows
        .map((row) => row.split(","))
        .filter((row) => column(row, "Name") !== "Aggregated")
        .map((row) => {
          const failed = Number(column(row, "Failure Count"));
          return [column(row, "Name"), { ok: Number(column(row, "Request Count")) - failed, failed }];
        }),
    );
  },
  async JMeter() {
    const results = join(directory, "load.jtl");
    await run("sh", ["bench/load/run.sh", "jmeter"], { RESULTS: results });
    const [head, ...rows] = readFileSync(results, "utf8").trim().split("\n");
    const columns = head!.split(",");
    return counted(
      rows.map((row) => {
        const cells = row.split(",");
        return [cells[columns.indexOf("label")]!, cells[columns.indexOf("success")] === "true"];
      }),
    );
  },
  async "the k6 script"() {
    return counted(JSON.parse(await run(NODE, ["test/load/k6-stand-in.ts"])));
  },
};

function counted(samples: [name: string, ok: boolean][]): Samples {
  const by: Samples = new Map();
  for (const [name, ok] of samples) {
    const counts = by.get(name) ?? { ok: 0, failed: 0 };
    counts[ok ? "ok" : "failed"]++;
    by.set(name, counts);
  }
  return by;
}

test("each tool runs every step of the mix, no request fails, and what was posted is there", {
  timeout: 240_000,
}, async () => {
  const posts = async () => {
    const [row] = await database(node)`select count(*)::int as n from posts where type = ''`;
    return row!.n as number;
  };
  const before = await posts();
  const results = await Promise.all(
    Object.entries(tools).map(async ([tool, run]) => [tool, await run()] as const),
  );
  for (const [tool, samples] of results) {
    expect([tool, [...samples].filter(([, { failed }]) => failed > 0)]).toEqual([tool, []]);
    expect([tool, [...samples.keys()].sort()]).toEqual([tool, [...new Set(names)].sort()]);
    for (const name of [mix.login.name, "socket", ...mix.boot.map(({ name }) => name)])
      expect([tool, name, samples.get(name)!.ok]).toEqual([tool, name, USERS]);
  }
  const acknowledged = results.reduce((sum, [, samples]) => sum + samples.get("post")!.ok, 0);
  expect(acknowledged).toBeGreaterThan(3 * USERS);
  expect(await posts()).toBeGreaterThanOrEqual(before + acknowledged);
});

test("the k6 script is told to fail on a failed request", () => {
  const text = readFileSync(join(ROOT, "bench/load/k6.js"), "utf8");
  expect(text).toContain('http_req_failed: ["rate==0"]');
  expect(text).toContain('socket_failed: ["count==0"]');
});
