// A node's /metrics, as Prometheus reads it, and what the dashboard asks of it.

import { appendFileSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeWorld, type Person, type World } from "../harness/people.ts";

let node: OwnNode;
let world: World;
let alice: Person;
let url: string;
beforeAll(async () => {
  node = await ownNode({
    env: { MM_METRICSSETTINGS_ENABLE: "true", MM_METRICSSETTINGS_LISTENADDRESS: "127.0.0.1:0" },
  });
  url = JSON.parse(readFileSync(join(node.dataDir, "run/node.json"), "utf8")).metricsUrl;
  world = await makeWorld({ users: 1, node });
  [alice] = world.users as [Person];
}, 60_000);
afterAll(() => node?.stop());

/** Every sample by its name and labels as written. */
async function scrape(): Promise<Map<string, number>> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const samples = new Map<string, number>();
  const typed = new Set<string>();
  for (const line of (await response.text()).trimEnd().split("\n")) {
    const type = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line);
    if (type) typed.add(type[1]!);
    if (line.startsWith("#")) continue;
    const [, name, labels = "", value] =
      /^(\w+)(\{(?:\w+="(?:[^"\\]|\\.)*",?)+\})? (\S+)$/.exec(line) ?? expect.fail(line);
    expect(typed.has(name!) || typed.has(name!.replace(/_(bucket|sum|count)$/, ""))).toBe(true);
    samples.set(name + labels, Number(value));
  }
  return samples;
}

const grown = (before: Map<string, number>, after: Map<string, number>, name: string) =>
  (after.get(name) ?? 0) - (before.get(name) ?? 0);

describe("/metrics", () => {
  it("counts requests, posts, events, deliveries and round trips exactly", async () => {
    const socket = await alice.ws();
    const { channel } = world;
    const send = () => alice.request("POST", "posts", { channel_id: channel.id, message: "counted" });
    await send();
    await socket.next("posted");
    // It comes after the hello, by itself.
    await socket.next("status_change");
    await socket.settled();
    const before = await scrape();
    const seen = socket.events.length;
    let trips = 0;
    for (let i = 0; i < 5; i++) trips += Number((await send()).headers.get("x-edgemost-sql"));
    await alice.request("GET", "nowhere");
    const posted = () => socket.events.slice(seen).filter(({ event }) => event === "posted").length;
    await socket.waitFor(() => posted() === 5);
    await socket.settled();
    const after = await scrape();
    const more = (name: string) => grown(before, after, name);
    expect(more("mattermost_post_total")).toBe(5);
    expect(more('mattermost_websocket_broadcasts_total{name="posted"}')).toBe(5);
    expect(more("mattermost_http_requests_total")).toBe(6);
    expect(more("mattermost_http_errors_total")).toBe(1);
    const posts = 'handler="/api/v4/posts",method="POST",status_code="201"';
    expect(more(`mattermost_api_time_count{${posts}}`)).toBe(5);
    expect(more(`mattermost_api_time_bucket{${posts},le="+Inf"}`)).toBe(5);
    expect(more("edgemost_deliveries_total")).toBe(socket.events.length - seen);
    expect(trips).toBeGreaterThanOrEqual(5);
    expect(more("edgemost_sql_round_trips_total")).toBeGreaterThanOrEqual(trips);
    expect(after.get("edgemost_sql_failures_total")).toBe(0);
    expect(more('mattermost_cache_mem_hit_total{name="sessions"}')).toBeGreaterThanOrEqual(5);
    expect(after.get("edgemost_leader")).toBe(1);
    expect(after.get("edgemost_deaf")).toBe(0);
  });

  it("counts sockets, and whether clients could resume", async () => {
    const before = await scrape();
    const socket = await alice.ws();
    expect(grown(before, await scrape(), "mattermost_http_websockets_total")).toBe(1);
    socket.drop();
    expect(await socket.resume()).toBe(true);
    socket.drop();
    socket.connectionId = "nobodysnobodysnobodysnobod";
    await socket.resume();
    const after = await scrape();
    expect(grown(before, after, 'edgemost_resumes_total{result="hit"}')).toBe(1);
    expect(grown(before, after, 'edgemost_resumes_total{result="miss"}')).toBe(1);
  });

  it("is on its own port alone, and only there", async () => {
    expect((await fetch(`${node.url}/metrics`)).status).toBe(404);
    expect((await fetch(new URL("/api/v4/system/ping", url))).status).toBe(404);
    expect((await fetch(url, { method: "POST" })).status).toBe(405);
  });

  it("stands beside a log file that an administrator reads over the API", async () => {
    const mark = "a mark of this test";
    await world.admin.request("POST", "logs", { level: "ERROR", message: mark });
    const path = join(node.dataDir, "logs/mattermost.log");
    const line = () =>
      readFileSync(path, "utf8")
        .split(/(?<=\n)/)
        .find((line) => line.includes(mark) && line.endsWith("\n"));
    await expect.poll(line).toBeDefined();
    expect(JSON.parse(line()!)).toMatchObject({
      client: mark,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} Z$/),
      level: "info",
      msg: "client log",
      caller: "workerd",
    });
    appendFileSync(path, "a line of text\n");
    expect((await world.admin.request("GET", "logs/download")).text).toMatch(/a line of text\n$/);
    const newest = (await world.admin.request("GET", "logs?page=0&logs_per_page=1")).body;
    expect(JSON.parse(newest[0])).toMatchObject({ msg: "a line of text" });
  });

  it("has all that the dashboard asks for", async () => {
    const file = resolve(import.meta.dirname, "../../nginx-compat/monitoring/grafana-dashboard.json");
    const { panels } = JSON.parse(readFileSync(file, "utf8"));
    const queries: string[] = panels.flatMap(({ targets }: any) => targets.map(({ expr }: any) => expr));
    const names = new Set(queries.join(" ").match(/\b(mattermost|edgemost)_\w+/g));
    expect(names.size).toBeGreaterThan(15);
    const exposed = new Set([...(await scrape()).keys()].map((key) => key.split("{")[0]));
    expect([...names].filter((name) => !exposed.has(name))).toEqual([]);
  });
});
