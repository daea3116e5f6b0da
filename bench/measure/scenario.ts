import { HttpConnection } from "../http/http-client.ts";
import type { Options } from "../options.ts";
import type { BenchUser, Target } from "../server/target.ts";
import type { Meters } from "./meter.ts";
import { type Op, perform } from "./ops.ts";

/** A scenario at work on one server; slices follow one another, never overlap. */
export interface Run {
  slice(seconds: number, meters: Meters): Promise<void>;
  close(): void;
}

export interface Scenario {
  name: string;
  about: string;
  /** With --vs: how many times the other's rate is asked for, together with half its p99. */
  bar?: number;
  /** Needs --cluster, and runs only with it. */
  cluster?: boolean;
  start(target: Target, options: Options): Promise<Run>;
}

/** `step` again and again by `workers` at once, until the time is up; the seconds it took in all. */
export async function closedLoop(
  workers: number,
  seconds: number,
  step: (worker: number) => Promise<unknown>,
): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1000;
  const loop = async (_: unknown, worker: number) => {
    while (performance.now() < end) await step(worker);
  };
  await Promise.all(Array.from({ length: workers }, loop));
  return (performance.now() - start) / 1000;
}

/**
 * `concurrency` connections that each have one request in flight. With `rotate` they go through all users in turn;
 * otherwise each stays one user. Ops with a kind are counted under it as well.
 */
export function requests(
  name: string,
  target: Target,
  options: Options,
  who: { users: BenchUser[]; rotate: boolean },
  next: (user: BenchUser, n: number) => Op,
): Run {
  const conns = Array.from({ length: options.concurrency }, () => new HttpConnection(target.base));
  let n = 0;
  return {
    async slice(seconds, meters) {
      const all = meters.get(name);
      const took = await closedLoop(conns.length, seconds, (worker) => {
        const user = who.users[(who.rotate ? n : worker) % who.users.length]!;
        const op = next(user, n++);
        const counted = op.kind === undefined ? [all] : [all, meters.get(`${name} ${op.kind}`)];
        return perform(conns[worker]!, user, op, counted);
      });
      meters.elapsed(took);
    },
    close() {
      for (const conn of conns) conn.close();
    },
  };
}
