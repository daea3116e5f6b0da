// The launcher with real processes: workerd runs a stub worker, PostgreSQL is the embedded one.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type Edgemost, launch, type StartOptions, startEdgemost } from "./start.ts";

// A start from nothing, and the ends and starts of some tests, take a slow machine its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const STUB = { EDGEMOST_ENTRY: join(import.meta.dirname, "stub-worker.ts") };
const base = mkdtempSync(join(tmpdir(), "edgemost-launcher-"));
const running = new Set<Edgemost>();

async function start(dataDir: string, options: StartOptions = {}): Promise<Edgemost> {
  const node = await startEdgemost({ dataDir, env: { ...STUB, ...options.env } });
  running.add(node);
  return node;
}

const read = (dataDir: string, name: string) => readFileSync(join(dataDir, name), "utf8");
const pids = (dataDir: string) => JSON.parse(read(dataDir, "run/node.json")).pids;
const vars = async (node: Edgemost) =>
  (await (await fetch(`${node.url}/vars`)).json()) as Record<string, string>;
const visits = async (node: Edgemost) => ((await (await fetch(`${node.url}/hub`)).json()) as any).visits;

function alive(pid: number): boolean {
  try {
    // A zombie has no command line.
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return false;
  }
}

async function until(what: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; !(await what()); await sleep(25)) {
    if (Date.now() > end) throw new Error(`did not happen within ${ms} ms: ${what}`);
  }
}

afterEach(async () => {
  await Promise.all([...running].map((node) => node.stop()));
  running.clear();
});
afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

// The tests of this block run in order on one data directory, which saves the creation of a database each time.
describe("one data directory, from start to start", () => {
  const dataDir = join(base, "shared");
  let node: Edgemost;

  beforeAll(() => mkdirSync(dataDir, { recursive: true }));

  test("the first start creates everything and serves", async () => {
    node = await start(dataDir, { env: { MM_SERVICESETTINGS_SITENAME: 'Quote " \\ \n ünïcode' } });
    expect(node.logs().trim().split("\n").at(-1)).toBe(`Edgemost is ready at ${node.url}`);
    const given = await vars(node);
    expect(given).toMatchObject({ PROFILE: "single", CLEAN_BOOTS: "", CONFIG_JSON: "{}" });
    expect(JSON.parse(given.ENVIRONMENT_JSON!)).toEqual({
      MM_SERVICESETTINGS_SITENAME: 'Quote " \\ \n ünïcode',
    });
    expect(given.BOOT_ID).toMatch(/^[a-z0-9]{26}$/);
    expect(await (await fetch(`${node.url}/compute`)).text()).toBe("computed by compute");
    const modules = (await (await fetch(`${node.url}/modules`)).json()) as { wasm: number; node: string };
    expect(modules.wasm).toBeGreaterThan(0);
    expect(modules.node).toBe("function");
    expect(await visits(node)).toBe(1);
    await fetch(`${node.url}/files/2026/.hidden/a.txt`, { method: "PUT", body: "kept" });
    expect(read(dataDir, "files/2026/.hidden/a.txt")).toBe("kept");
    const sql = postgres(node.databaseUrl, { max: 1 });
    const [row] = await sql`select count(*)::int as roles, current_setting('fsync') as fsync from roles`;
    expect(row!.roles).toBeGreaterThan(0);
    expect(row!.fsync).toBe("on");
    await sql.end();
  });

  test("SIGTERM finishes what is in flight and stops PostgreSQL cleanly", async () => {
    node = await start(dataDir);
    const before = pids(dataDir);
    const slow = fetch(`${node.url}/slow`).then((response) => response.text());
    await until(async () => (await (await fetch(`${node.url}/in-flight`)).text()) === "1");
    expect(await node.stop()).toBe(0);
    expect(await slow).toBe("slow, but done");
    for (const pid of Object.values<number>(before)) expect(alive(pid)).toBe(false);
    expect(read(dataDir, "postgres.log")).toMatch(/database system is shut down\s*$/);
  });

  test("the next start knows the clean boots, and what was stored", async () => {
    const { clean } = JSON.parse(read(dataDir, "boots.json"));
    node = await start(dataDir);
    expect(clean).toHaveLength(2);
    expect((await vars(node)).CLEAN_BOOTS).toBe(clean.join(","));
    expect(await visits(node)).toBe(2);
    expect(read(dataDir, "postgres.log")).not.toContain("not properly shut down");
  });

  test("a second start on the same directory is refused, and harms nothing", async () => {
    node = await start(dataDir);
    const second = launch(dataDir, STUB);
    expect(await second.ended).toBe(1);
    expect(second.stderr()).toBe(
      `${dataDir} is in use by a running Edgemost (${node.url}, process ${node.pid})\n`,
    );
    expect(await visits(node)).toBe(3);
  });

  test("a killed workerd is replaced, under a new boot", async () => {
    node = await start(dataDir);
    const before = { ...(await vars(node)), ...pids(dataDir) };
    expect(before.CLEAN_BOOTS).not.toBe("");
    process.kill(before.workerd, "SIGKILL");
    process.kill(before.compute, "SIGKILL");
    await until(() =>
      fetch(`${node.url}/compute`).then(
        (response) => response.ok,
        () => false,
      ),
    );
    const after = await vars(node);
    expect(after.BOOT_ID).not.toBe(before.BOOT_ID);
    expect(after.CLEAN_BOOTS).toBe("");
    await until(() => node.logs().includes("The node ended unexpectedly (SIGKILL)"));
    expect(await visits(node)).toBe(4);
    await until(() => pids(dataDir).workerd !== before.workerd && pids(dataDir).compute !== before.compute);
  });

  test("a killed PostgreSQL is started again at the same place", async () => {
    node = await start(dataDir);
    process.kill(pids(dataDir).postgres, "SIGKILL");
    const sql = postgres(node.databaseUrl, { max: 1, connect_timeout: 10 });
    await until(() =>
      sql`select 1`.then(
        () => true,
        () => false,
      ),
    );
    await sql.end();
  });

  test("after kill -9 of the launcher, the next start takes over at once", async () => {
    const killed = await start(dataDir);
    const before = pids(dataDir);
    await killed.kill9();
    running.delete(killed);
    node = await start(dataDir, { env: { PORT: `${killed.port}` } });
    expect(node.databaseUrl).toBe(killed.databaseUrl);
    expect((await vars(node)).CLEAN_BOOTS).toBe("");
    expect(await visits(node)).toBe(5);
    for (const pid of Object.values<number>(before)) expect(alive(pid)).toBe(false);
  });

  test("after kill -9 of the launcher, its children end by themselves", async () => {
    const killed = await start(dataDir);
    const before = pids(dataDir);
    await killed.kill9();
    running.delete(killed);
    await until(() => !Object.values<number>(before).some(alive));
    expect(read(dataDir, "postgres.log")).toMatch(/database system is shut down\s*$/);
  });

  test("after kill -9 of everything, nothing committed is lost", async () => {
    const killed = await start(dataDir);
    const sql = postgres(killed.databaseUrl, { max: 1 });
    await sql`create table kept (n int)`;
    await sql`insert into kept values (7)`;
    for (const pid of Object.values<number>(pids(dataDir))) process.kill(pid, "SIGKILL");
    await sql.end({ timeout: 0 });
    running.delete(killed);
    node = await start(dataDir);
    const again = postgres(node.databaseUrl, { max: 1 });
    expect(await again`select n from kept`).toEqual([{ n: 7 }]);
    await again.end();
  });

  test("a second Ctrl-C while it starts ends everything at once, and nothing is started again", async () => {
    const launched = launch(dataDir, STUB);
    await launched.printed(/Starting the node/);
    const postmaster = Number(read(dataDir, "postgres/postmaster.pid").split("\n")[0]);
    launched.child.kill("SIGINT");
    await launched.printed(/Stopping/);
    launched.child.kill("SIGINT");
    await launched.ended;
    expect(launched.stdout()).not.toContain("starting it again");
    await until(() => !alive(postmaster));
  });

  test("Ctrl-C while it starts ends cleanly too", async () => {
    const launched = launch(dataDir, STUB);
    await launched.printed(/Starting PostgreSQL/);
    launched.child.kill("SIGINT");
    expect(await launched.ended).toBe(0);
    expect(launched.stderr()).toBe("");
    expect(read(dataDir, "postgres.log")).toMatch(/database system is shut down\s*$/);
  });
});
