// The outgoing client inside of workerd, with the launcher's network services, against a site on the loopback.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { outboundNetworks } from "../../nginx-compat/launcher/workerd/outbound.ts";
import { startWorker, type Worker } from "../ports/workerd.ts";
import { type Site, startSite } from "./site.ts";

const LIMITS = { timeoutMs: 20_000, maxBytes: 1_000 };

let worker: Worker;
let allowing: Worker;
let site: Site;

beforeAll(async () => {
  const entry = join(import.meta.dirname, "outbound-worker.ts");
  const vars = { PROFILE: "single" };
  worker = await startWorker({ entry, vars, networks: outboundNetworks("") });
  allowing = await startWorker({ entry, vars, networks: outboundNetworks("127.0.0.0/8") });
  site = await startSite();
  site.page("/hello", ({ headers }, response) => response.end(`hello ${headers["user-agent"]}`));
  site.page("/large", (_, response) => response.end("x".repeat(5_000)));
  site.page("/slow", (_, response) => {
    response.write("first");
  });
  site.page("/silent", () => {});
  site.page("/to", ({ path }, response) => {
    const to = new URLSearchParams(path.split("?")[1]).get("url")!;
    response.writeHead(302, { location: to }).end();
  });
  site.page("/loop", (_, response) => response.writeHead(307, { location: "/loop" }).end());
  site.page("/echo", (request, response) => response.end(JSON.stringify(request)));
});

afterAll(async () => {
  await Promise.all([worker?.stop(), allowing?.stop(), site?.stop()]);
});

interface Asked {
  allowed?: string;
  on?: Worker;
  stream?: boolean;
  request?: Record<string, unknown>;
}

async function ask(url: string, { on = worker, request, ...more }: Asked = {}) {
  const body = JSON.stringify({ url, request: { ...LIMITS, ...request }, ...more });
  const response = await fetch(on.url, { method: "POST", body });
  return response.json() as Promise<{ status?: number; text?: string; url?: string; reason?: string }>;
}

const allowed = "127.0.0.1";

describe("private addresses", () => {
  test("are refused, whatever way they are written", async () => {
    for (const host of ["127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "localhost"])
      expect(await ask(`http://${host}:${site.port}/hello`), host).toEqual({ reason: "blocked" });
    expect(site.seen).toEqual([]);
  });

  test("are reached where an administrator names them, or the request is trusted", async () => {
    const url = `${site.url}/hello`;
    expect(await ask(url, { allowed })).toMatchObject({
      status: 200,
      text: expect.stringMatching(/^hello Edgemost\//),
      url,
    });
    expect(await ask(url, { allowed: "10.0.0.0/8 127.0.0.0/8" })).toMatchObject({ status: 200 });
    expect(await ask(url, { request: { trusted: true } })).toMatchObject({ status: 200 });
    const named = `http://localhost:${site.port}/hello`;
    expect(await ask(named, { allowed: "localhost" })).toMatchObject({ status: 200 });
    expect(await ask(named, { allowed: "other" })).toEqual({ reason: "blocked" });
  });

  test("are refused as a redirect's target", async () => {
    const blocked = encodeURIComponent(`http://localhost:${site.port}/hello`);
    const request = { redirects: 3 };
    expect(await ask(`${site.url}/to?url=${blocked}`, { allowed, request })).toEqual({ reason: "blocked" });
    const trusted = { redirects: 3, trusted: true };
    expect(await ask(`${site.url}/to?url=${blocked}`, { request: trusted })).toEqual({ reason: "blocked" });
    const file = encodeURIComponent("file:///etc/passwd");
    expect(await ask(`${site.url}/to?url=${file}`, { allowed, request })).toEqual({ reason: "blocked" });
  });

  test("are out of reach for a name that leads there, but within an allowed range", async (context) => {
    // A name that no rule about names refuses: this machine's own, as /etc/hosts has it.
    const { hostname } = await import("node:os");
    const { lookup } = await import("node:dns/promises");
    const name = hostname();
    const found = await lookup(name).catch(() => undefined);
    if (!found?.address.startsWith("127.") || name === "localhost") return context.skip();
    const before = site.seen.length;
    expect(await ask(`http://${name}:${site.port}/hello`)).toEqual({ reason: "unreachable" });
    expect(site.seen.length).toBe(before);
    expect(await ask(`http://${name}:${site.port}/hello`, { on: allowing })).toMatchObject({ status: 200 });
  });
});

describe("limits", () => {
  test("of size", async () => {
    expect(await ask(`${site.url}/large`, { allowed })).toEqual({ reason: "too_large" });
    expect(await ask(`${site.url}/large`, { allowed, stream: true })).toEqual({ reason: "too_large" });
    const cut = await ask(`${site.url}/large`, { allowed, request: { cut: true } });
    expect(cut.text).toBe("x".repeat(1_000));
    const whole = { maxBytes: 5_000 };
    expect((await ask(`${site.url}/large`, { allowed, request: whole })).text).toHaveLength(5_000);
    expect((await ask(`${site.url}/large`, { allowed, stream: true, request: whole })).text).toHaveLength(
      5_000,
    );
  });

  test("of time, before the answer and within it", async () => {
    const request = { timeoutMs: 200 };
    for (const path of ["/silent", "/slow"])
      expect(await ask(site.url + path, { allowed, request }), path).toEqual({ reason: "timeout" });
    expect(await ask(`${site.url}/slow`, { allowed, request, stream: true })).toEqual({ reason: "timeout" });
  });

  test("of redirects; without any the redirect is the answer", async () => {
    expect(await ask(`${site.url}/loop`, { allowed })).toMatchObject({ status: 307 });
    expect(await ask(`${site.url}/loop`, { allowed, request: { redirects: 3 } })).toEqual({
      reason: "redirects",
    });
    expect(site.seen.filter(({ path }) => path === "/loop")).toHaveLength(5);
  });
});

test("a redirected POST becomes a GET, and another origin is not told what was meant for the first", async () => {
  const other = await startSite();
  other.page("/echo", (request, response) => response.end(JSON.stringify(request)));
  const headers = { Authorization: "Bearer secret", "Content-Type": "text/plain", "X-Kept": "yes" };
  const request = { method: "POST", body: "hello", headers, redirects: 1 };
  const direct = await ask(`${site.url}/echo`, { allowed, request });
  expect(JSON.parse(direct.text!)).toMatchObject({
    method: "POST",
    body: "hello",
    headers: { authorization: "Bearer secret" },
  });
  const to = encodeURIComponent(`${other.url}/echo`);
  const moved = await ask(`${site.url}/to?url=${to}`, { allowed, request });
  await other.stop();
  const got = JSON.parse(moved.text!);
  expect(got).toMatchObject({ method: "GET", body: "", headers: { "x-kept": "yes" } });
  expect(got.headers).not.toHaveProperty("authorization");
});

test("nobody there is unreachable", async () => {
  expect(await ask("http://127.0.0.1:1/", { allowed })).toEqual({ reason: "unreachable" });
});
