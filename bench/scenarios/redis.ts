import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@redis/client";
import { BenchFailure, label } from "../failure.ts";
import { HttpConnection } from "../http/http-client.ts";
import { ops, perform } from "../measure/ops.ts";
import type { Scenario } from "../measure/scenario.ts";

const POSTS_PER_SECOND = 60;

export const redis: Scenario = {
  name: "redis",
  about: "commands that a cluster's Redis is sent per post; posts come at random times, as people's do",
  cluster: true,
  async start(target, options) {
    const client = createClient({ url: options.cluster!.redis, socket: { reconnectStrategy: false } });
    client.on("error", () => undefined);
    await client.connect().catch((error) => {
      throw new BenchFailure(`Redis: ${label(error)}`);
    });
    const conns = Array.from({ length: options.concurrency }, () => new HttpConnection(target.base));
    const meanPauseMs = (conns.length * 1000) / (options.rate || POSTS_PER_SECOND);
    let from = new Map<string, number>();
    let posted = 0;
    return {
      async slice(seconds, meters) {
        const meter = meters.get("redis", "posts/s");
        meter.paced = true;
        if (meter.count === 0) {
          posted = 0;
          from = await commands(client.info("commandstats"));
        }
        const start = performance.now();
        const end = start + seconds * 1000;
        const poster = async (conn: HttpConnection, worker: number) => {
          const user = target.members[worker % target.members.length]!;
          for (let due = start; ; ) {
            due += -Math.log(1 - Math.random()) * meanPauseMs;
            if (due >= end) return;
            await sleep(Math.max(0, due - performance.now()));
            if (await perform(conn, user, ops.post(target, user), [meter])) posted++;
          }
        };
        await Promise.all(conns.map(poster));
        meters.elapsed((performance.now() - start) / 1000);
        const to = await commands(client.info("commandstats"));
        let all = 0;
        for (const [name, calls] of to) {
          const share = (calls - (from.get(name) ?? 0)) / posted;
          all += share;
          if (share >= 0.05) meter.facts.set(`${name} per post`, share);
        }
        meter.facts.set("Redis commands per post", all);
      },
      close() {
        client.destroy();
        for (const conn of conns) conn.close();
      },
    };
  },
};

/** Calls by command, without what this asks itself. */
async function commands(info: Promise<string>): Promise<Map<string, number>> {
  const found = [...(await info).matchAll(/cmdstat_(\S+?):calls=(\d+)/g)];
  return new Map(
    found.map(([, name, calls]) => [name!, Number(calls)] as const).filter(([name]) => name !== "info"),
  );
}
