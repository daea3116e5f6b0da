import { setTimeout as sleep } from "node:timers/promises";
import { inPool } from "../http/api.ts";
import { HttpConnection } from "../http/http-client.ts";
import { BenchSocket, numberAfter } from "../http/socket.ts";
import { Meter, type Meters } from "../measure/meter.ts";
import { ops, perform } from "../measure/ops.ts";
import type { Run, Scenario } from "../measure/scenario.ts";
import type { Options } from "../options.ts";
import type { Target } from "../server/target.ts";

/** A post that has not reached every socket by then counts as lost there. */
const PATIENCE_MS = 5000;

interface InFlight {
  start: number;
  left: number;
  delivered: () => void;
}

export const fanout: Scenario = {
  name: "fanout",
  about: "posts to a channel whose members all listen; counts deliveries, latency from post to socket",
  bar: 1.5,
  async start(target, options) {
    const run = new Fanout(target, options);
    await run.open();
    return run;
  },
};

class Fanout implements Run {
  private readonly target: Target;
  private readonly options: Options;
  private readonly marker: Buffer;
  private readonly conns: HttpConnection[];
  private readonly sockets: BenchSocket[] = [];
  private readonly inFlight = new Map<number, InFlight>();
  private deliveries = new Meter("", "");
  private alive = 0;
  private nextPost = 0;

  constructor(target: Target, options: Options) {
    this.target = target;
    this.options = options;
    this.marker = Buffer.from(`${target.runId}f`);
    this.conns = Array.from({ length: options.concurrency }, () => new HttpConnection(target.base));
  }

  async open(): Promise<void> {
    const listeners = this.target.members.slice(0, this.options.sockets);
    await inPool(listeners, 16, async (user) => {
      const onClose = (code: number) => {
        this.alive--;
        this.deliveries.fail(`socket closed ${code}`);
      };
      const onFrame = (frame: Buffer) => this.onFrame(frame);
      this.sockets.push(await BenchSocket.open(this.target.base, user, { onFrame, onClose }));
      this.alive++;
    });
    await sleep(300); // presence of so many newcomers
  }

  /**
   * Each poster goes on when its post has been answered and delivered everywhere, so that what is under way stays
   * bounded. With a rate, posts are due at fixed times and late ones are measured from when they were due.
   */
  async slice(seconds: number, meters: Meters): Promise<void> {
    const { rate } = this.options;
    this.deliveries = meters.get("fanout", "deliv/s");
    const posts = meters.get("fanout post", "posts/s");
    this.deliveries.paced = posts.paced = rate > 0;
    const start = performance.now();
    const end = start + seconds * 1000;
    let turn = 0;
    const poster = async (conn: HttpConnection, worker: number) => {
      for (;;) {
        let at = performance.now();
        if (rate > 0) {
          const due = start + (turn++ * 1000) / rate;
          if (due >= end) return;
          if (due > at) await sleep(due - at);
          at = due > at ? performance.now() : due;
        }
        if (at >= end) return;
        await this.one(conn, worker, at, posts);
      }
    };
    await Promise.all(this.conns.map(poster));
    meters.elapsed((performance.now() - start) / 1000);
  }

  close(): void {
    for (const socket of this.sockets) socket.close();
    for (const conn of this.conns) conn.close();
  }

  private async one(conn: HttpConnection, worker: number, start: number, posts: Meter): Promise<void> {
    const { members } = this.target;
    const user = members[worker % members.length]!;
    const index = this.nextPost++;
    let timer: NodeJS.Timeout | undefined;
    const all = new Promise<void>((resolve) => {
      this.inFlight.set(index, { start, left: this.alive, delivered: resolve });
      timer = setTimeout(resolve, PATIENCE_MS) as unknown as NodeJS.Timeout;
    });
    const mark = `${this.target.runId}f${index}x`;
    if (await perform(conn, user, ops.post(this.target, user, mark), [posts])) {
      if (this.alive > 0) await all;
      this.deliveries.fail("not delivered", this.inFlight.get(index)?.left ?? 0);
    }
    clearTimeout(timer);
    this.inFlight.delete(index);
  }

  private onFrame(frame: Buffer): void {
    const index = numberAfter(frame, this.marker);
    const post = index < 0 ? undefined : this.inFlight.get(index);
    if (!post) return;
    this.deliveries.ok(performance.now() - post.start);
    if (--post.left === 0) {
      this.inFlight.delete(index);
      post.delivered();
    }
  }
}
