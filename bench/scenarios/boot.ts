import { label } from "../failure.ts";
import { refusal } from "../http/api.ts";
import { HttpConnection } from "../http/http-client.ts";
import { BenchSocket } from "../http/socket.ts";
import { type BootFacts, type BootRequest, bootRequests } from "../measure/boot.ts";
import type { Meter } from "../measure/meter.ts";
import { closedLoop, type Scenario } from "../measure/scenario.ts";
import { prepareBoots } from "../server/boot.ts";
import type { BenchUser, Target } from "../server/target.ts";

const BOOTERS = 4;
/** What a browser opens to one host. */
const CONNECTIONS = 6;
const ZONES = ["Europe/Berlin", "Asia/Tokyo"];

/** One user's browser. */
interface Browser {
  user: BenchUser;
  facts: BootFacts;
  conns: HttpConnection[];
  boots: number;
}

export const boot: Scenario = {
  name: "boot",
  about: "the web client's boot after login, whole: 5 teams, 200 channels, 19 unread, prefetch and WebSocket",
  bar: 3,
  async start(target, options) {
    const users = target.users.slice(0, Math.min(BOOTERS, options.concurrency));
    const facts = await prepareBoots(target, users);
    const browsers = users.map((user, i): Browser => {
      const conns = Array.from({ length: CONNECTIONS }, () => new HttpConnection(target.base));
      return { user, facts: facts[i]!, conns, boots: 0 };
    });
    return {
      async slice(seconds, meters) {
        const meter = meters.get("boot", "boots/s");
        const work = (worker: number) => bootOnce(target, browsers[worker]!, meter);
        meters.elapsed(await closedLoop(browsers.length, seconds, work));
      },
      close() {
        for (const { conns } of browsers) for (const conn of conns) conn.close();
      },
    };
  },
};

async function bootOnce(target: Target, browser: Browser, meter: Meter): Promise<void> {
  const timezone = ZONES[browser.boots++ % ZONES.length]!;
  const start = performance.now();
  let sql = 0;
  let failures = 0;
  let socket: BenchSocket | undefined;
  const ask = async (conn: HttpConnection, { method, path, body, status }: BootRequest) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const reply = await conn.request(method, `/api/v4/${path}`, browser.user.auth, text);
    // What older servers do not have fails no boot, but is told.
    if (reply.status === 404) meter.note(refusal(reply));
    else if (reply.status >= 300 && reply.status !== status) {
      failures++;
      meter.fail(refusal(reply));
    }
    sql += reply.sql;
  };
  const connect = async () => {
    socket = await BenchSocket.open(target.base, browser.user, {});
  };
  try {
    for (const stage of bootRequests({ ...browser.facts, timezone })) {
      let next = 0;
      const worker = async (conn: HttpConnection) => {
        while (next < stage.length) await ask(conn, stage[next++]!);
      };
      const asked = browser.conns.map(worker);
      if (stage.some(({ path }) => path === "users/me/patch")) asked.push(connect());
      await Promise.all(asked);
    }
    if (failures > 0) return;
    meter.ok(performance.now() - start);
    meter.sql.add(sql);
  } catch (error) {
    meter.fail(label(error));
  } finally {
    socket?.close();
  }
}
