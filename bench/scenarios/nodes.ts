import { setTimeout as sleep } from "node:timers/promises";
import { inPool } from "../http/api.ts";
import { HttpConnection, parseBase } from "../http/http-client.ts";
import { BenchSocket, numberAfter } from "../http/socket.ts";
import type { Meter, Meters } from "../measure/meter.ts";
import { ops, perform } from "../measure/ops.ts";
import type { Run, Scenario } from "../measure/scenario.ts";
import type { Options } from "../options.ts";
import type { Target } from "../server/target.ts";

/** Few enough that no queue hides the way between the nodes. */
const POSTS_PER_SECOND = 20;
const PATIENCE_MS = 5_000;

export const nodes: Scenario = {
  name: "nodes",
  about: "deliveries from one node of a cluster to sockets on the same and on another node",
  cluster: true,
  async start(target, options) {
    const run = new Nodes(target, options);
    await run.open();
    return run;
  },
};

class Nodes implements Run {
  private readonly target: Target;
  private readonly options: Options;
  private readonly marker: Buffer;
  /** One to the first node, to which all posts go, for each poster. */
  private readonly conns: HttpConnection[];
  private readonly bases;
  private readonly sockets: BenchSocket[] = [];
  private readonly alive = [0, 0];
  private readonly inFlight = new Map<number, { start: number; left: number[]; delivered: () => void }>();
  /** Of the sockets on the first node, and of those on the second. */
  private meters: Meter[] = [];
  private nextPost = 0;

  constructor(target: Target, options: Options) {
    this.target = target;
    this.options = options;
    this.marker = Buffer.from(`${target.runId}n`);
    this.bases = options.cluster!.nodes.slice(0, 2).map((url) => parseBase(url));
    this.conns = Array.from({ length: options.concurrency }, () => new HttpConnection(this.bases[0]!));
  }

  async open(): Promise<void> {
    const listeners = this.target.members.slice(0, this.options.sockets);
    await inPool(listeners, 16, async (user, index) => {
      const side = index % 2;
      const onFrame = (frame: Buffer) => this.onFrame(side, frame);
      const onClose = (code: number) => {
        this.alive[side]!--;
        this.meters[side]?.fail(`socket closed ${code}`);
      };
      this.sockets.push(await BenchSocket.open(this.bases[side]!, user, { onFrame, onClose }));
      this.alive[side]!++;
    });
    await sleep(300); // presence of so many newcomers
  }

  async slice(seconds: number, meters: Meters): Promise<void> {
    this.meters = [meters.get("nodes other", "deliv/s"), meters.get("nodes same", "deliv/s")].reverse();
    const posts = meters.get("nodes post", "posts/s");
    for (const meter of [...this.meters, posts]) meter.paced = true;
    const start = performance.now();
    const end = start + seconds * 1000;
    const rate = this.options.rate || POSTS_PER_SECOND;
    let turn = 0;
    const poster = async (conn: HttpConnection, worker: number) => {
      for (;;) {
        const due = start + (turn++ * 1000) / rate;
        if (due >= end) return;
        await sleep(Math.max(0, due - performance.now()));
        await this.one(conn, worker, posts);
      }
    };
    await Promise.all(this.conns.map(poster));
    meters.elapsed((performance.now() - start) / 1000);
    const [same, other] = this.meters as [Meter, Meter];
    for (const [name, q] of Object.entries({ p50: 0.5, p99: 0.99 }))
      other.facts.set(
        `${name} ms more than on the same node`,
        (other.latency.quantile(q) - same.latency.quantile(q)) / 1000,
      );
  }

  close(): void {
    for (const socket of this.sockets) socket.close();
    for (const conn of this.conns) conn.close();
  }

  private async one(conn: HttpConnection, worker: number, posts: Meter): Promise<void> {
    const { members, runId } = this.target;
    const user = members[worker % members.length]!;
    const index = this.nextPost++;
    let timer: NodeJS.Timeout | undefined;
    const all = new Promise<void>((resolve) => {
      this.inFlight.set(index, { start: performance.now(), left: [...this.alive], delivered: resolve });
      timer = setTimeout(resolve, PATIENCE_MS) as unknown as NodeJS.Timeout;
    });
    if (await perform(conn, user, ops.post(this.target, user, `${runId}n${index}x`), [posts])) {
      await all;
      const left = this.inFlight.get(index)?.left ?? [0, 0];
      for (const side of [0, 1]) this.meters[side]!.fail("not delivered", left[side]!);
    }
    clearTimeout(timer);
    this.inFlight.delete(index);
  }

  private onFrame(side: number, frame: Buffer): void {
    const index = numberAfter(frame, this.marker);
    const post = index < 0 ? undefined : this.inFlight.get(index);
    if (!post) return;
    this.meters[side]!.ok(performance.now() - post.start);
    post.left[side]!--;
    if (post.left.some((left) => left > 0)) return;
    this.inFlight.delete(index);
    post.delivered();
  }
}
