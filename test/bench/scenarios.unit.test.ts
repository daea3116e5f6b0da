import { spawn } from "node:child_process";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runScenario } from "../../bench/measure/runner.ts";
import { type Options, parseOptions } from "../../bench/options.ts";
import { linesOf } from "../../bench/report/report.ts";
import { scenarios } from "../../bench/scenarios/index.ts";
import { interleave } from "../../bench/scenarios/mixed.ts";
import { prepare } from "../../bench/server/prepare.ts";
import { type FakeOptions, FakeServer } from "./fake-server.ts";

vi.setConfig({ testTimeout: 60_000 });

const servers: FakeServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const QUICK = [
  "--users=6",
  "--seconds=0.2",
  "--warm=0.05",
  "--concurrency=3",
  "--seed-posts=8",
  "--page-channels=2",
];

async function fake(fakeOptions?: FakeOptions) {
  const server = await new FakeServer(fakeOptions).listen();
  servers.push(server);
  return server;
}

function optionsFor(server: FakeServer, ...more: string[]): Options {
  return parseOptions(
    ["--url", server.url, ...QUICK, ...more],
    scenarios.map((s) => s.name),
  ); // prettier-ignore
}

const prepared = (server: FakeServer, o: Options) => prepare("ours", server.url, o.admin, o, () => {});

async function run(name: string, server: FakeServer, ...more: string[]) {
  const o = optionsFor(server, ...more);
  const target = await prepared(server, o);
  return linesOf(await runScenario(scenarios.find((s) => s.name === name)!, [target], o));
}

describe("prepare", () => {
  it("fills an empty server once and finds everything on the second run", async () => {
    const server = await fake();
    const o = optionsFor(server, "--members=60");
    const target = await prepared(server, o);
    expect([target.users.length, target.members.length, target.pageChannelIds.length]).toEqual([6, 6, 2]);
    expect(server.users.size).toBe(61);
    expect(server.joins.get(target.mainChannelId)!.size).toBe(60);
    expect(server.maxUsersPerTeam).toBe(61);
    expect(server.posts).toBe(8);
    const again = await prepared(server, o);
    expect(again.mainChannelId).toBe(target.mainChannelId);
    expect(server.users.size).toBe(61);
  });

  it("adds one by one where the server wants that", async () => {
    const server = await fake({ oneMemberPerCall: true });
    const target = await prepared(server, optionsFor(server));
    expect(server.joins.get(target.mainChannelId)!.size).toBe(6);
  });

  it("says what is wrong on a server that has another administrator", async () => {
    const server = await fake();
    const o = optionsFor(server);
    await prepared(server, o);
    const stranger = { username: "x", password: "y" };
    await expect(prepare("ours", server.url, stranger, o, () => {})).rejects.toThrow("pass --admin");
    const mere = [...server.users.values()].find((u) => u.username === "bench-00001")!;
    await expect(prepare("ours", server.url, mere, o, () => {})).rejects.toThrow(
      "not a system administrator",
    );
  });
});

describe("scenarios", () => {
  it("me: counts requests, latency and what the server told", async () => {
    const server = await fake();
    const [line] = await run("me", server);
    // More than one for each connection: none stops after its first.
    expect(line!.ours!.count).toBeGreaterThan(3);
    // Warm-up requests are not in the figures.
    expect(server.requests.get("GET /users/me")).toBeGreaterThanOrEqual(line!.ours!.count);
    expect(line!.ours).toMatchObject({ errors: {}, sql: 1, objects: 2, cpuMs: 0.5 });
    expect(line!.ours!.p50Ms).toBeGreaterThan(0);
    expect(line!.ours!.p99Ms).toBeGreaterThanOrEqual(line!.ours!.p50Ms);
    expect(line!.ours!.seconds).toBeGreaterThanOrEqual(0.2);
  });

  it("me: two servers in one run", async () => {
    const [a, b] = [await fake(), await fake()];
    const o = optionsFor(a);
    const targets = [await prepared(a, o), await prepared(b, o)];
    const [line] = linesOf(await runScenario(scenarios.find((s) => s.name === "me")!, targets, o));
    expect(line!.ratio!.rate).toBeGreaterThan(0);
    expect(line!.bar!.rate).toBe(1.5);
  });

  it.each(["login", "post", "page", "channels", "mixed"])("%s: runs without an error", async (name) => {
    const lines = await run(name, await fake());
    expect(lines[0]!.name).toBe(name);
    for (const line of lines) expect(line.ours).toMatchObject({ errors: {} });
    expect(lines[0]!.ours!.count).toBeGreaterThan(3);
  });

  it.each([[[]], [["--rate=50"]]])("fanout: every post reaches every socket %j", async (more) => {
    const [deliveries, posts] = await run("fanout", await fake(), "--sockets=5", "--seconds=1", ...more);
    expect(deliveries!.ours!.errors).toEqual({});
    expect(posts!.ours!.count).toBeGreaterThan(5);
    expect(deliveries!.ours!.count).toBe(posts!.ours!.count * 5);
    expect(deliveries!.paced).toBe(more.length > 0);
  });

  it("resume: a faithful server loses and doubles nothing", async () => {
    const [line] = await run("resume", await fake(), "--seconds=1.2");
    expect(line!.ours).toMatchObject({ errors: {}, notes: {} });
    expect(line!.ours!.count).toBeGreaterThan(5);
  });

  it("resume: a lossy one is caught", async () => {
    const [line] = await run("resume", await fake({ loseOnResume: 1 }), "--seconds=1.2");
    expect(line!.ours!.errors["seq skipped"]).toBeGreaterThan(0);
    expect(line!.ours!.errors["post lost"]).toBeGreaterThan(0);
  });

  it("resume: a doubling one is caught, and one that cannot resume is excused", async () => {
    const [doubling] = await run("resume", await fake({ loseOnResume: -1 }), "--seconds=1.2");
    expect(doubling!.ours!.errors["seq repeated"]).toBeGreaterThan(0);
    const [fresh] = await run("resume", await fake({ resume: false }), "--seconds=1.2");
    expect(fresh!.ours!.errors).toEqual({});
    expect(fresh!.ours!.notes.fresh).toBe(fresh!.ours!.count);
  });

  it("mixed: spreads its kinds evenly", () => {
    const kinds = interleave().map((entry) => entry[0]);
    expect(kinds.length).toBe(20);
    expect(kinds.slice(0, 10).filter((k) => k === "page").length).toBe(3);
  });
});

describe("a server that breaks", () => {
  it("ends the run with the scenario, the server and the reason", async () => {
    const server = await fake();
    const o = optionsFor(server);
    const target = await prepared(server, o);
    const broken = { ...target, users: target.users.map((u) => ({ ...u, auth: "" })) };
    const me = scenarios.find((s) => s.name === "me")!;
    await expect(runScenario(me, [broken], o)).rejects.toThrow(
      /^me at http.*no success at all, .*401 api.context/,
    );
    server.close();
    await expect(runScenario(me, [target], o)).rejects.toThrow(/ECONNREFUSED|ECONNRESET|closed/);
  });
});

describe("the command", () => {
  const bench = (...argv: string[]) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const child = spawn(process.execPath, ["bench/main.ts", ...argv]);
      let [out, err] = ["", ""];
      child.stdout.on("data", (d) => {
        out += d;
      });
      child.stderr.on("data", (d) => {
        err += d;
      });
      child.on("close", (code) => resolve({ code, out, err }));
    });

  it("ends with code 1 and one line when nobody answers or an option is wrong", async () => {
    expect(await bench("--url", "http://127.0.0.1:1")).toEqual({
      code: 1,
      out: "",
      err: "bench: cannot reach http://127.0.0.1:1: ECONNREFUSED (GET /api/v4/system/ping)\n",
    });
    expect(await bench("--users", "none")).toMatchObject({ code: 1, out: "" });
  });

  it("prints a table and, on the last line, JSON", async () => {
    const server = await fake();
    const { code, out } = await bench("--url", server.url, ...QUICK, "--scenarios", "me,post");
    expect(code).toBe(0);
    expect(out).toContain("ours: http://127.0.0.1");
    const report = JSON.parse(out.trim().split("\n").at(-1)!);
    expect(report.lines.map((l: { name: string }) => l.name)).toEqual(["me", "post"]);
  });
});
