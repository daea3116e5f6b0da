import { inPool } from "../http/api.ts";
import { BenchSocket } from "../http/socket.ts";
import type { Op } from "../measure/ops.ts";
import { ops } from "../measure/ops.ts";
import { requests, type Scenario } from "../measure/scenario.ts";
import type { BenchUser, Target } from "../server/target.ts";

type Make = (target: Target, user: BenchUser, n: number) => Op;

/** Out of 20 requests; spread, so that any stretch of the run has the same mix. */
const MIX: [kind: string, share: number, make: Make][] = [
  ["page", 6, (t, _, n) => ops.page(t, n)],
  ["post", 4, (t, user) => ops.post(t, user)],
  ["view", 4, (t, _, n) => ops.view(t, n)],
  ["channels", 2, (t) => ops.channels(t)],
  ["me", 2, () => ops.me()],
  ["unread", 1, () => ops.unread()],
  ["statuses", 1, (t, _, n) => ops.statuses(t, n)],
];

/** Sockets that listen meanwhile, as everyday clients do. */
const LISTENERS = 50;

export const mixed: Scenario = {
  name: "mixed",
  about: "an everyday mix of requests by users who are connected",
  async start(target, options) {
    const sockets: BenchSocket[] = [];
    await inPool(target.members.slice(0, LISTENERS), 16, async (user) => {
      sockets.push(await BenchSocket.open(target.base, user, {}));
    });
    const order = interleave();
    const run = requests("mixed", target, options, { users: target.members, rotate: true }, (user, n) => {
      const [kind, , make] = order[n % order.length]!;
      return { ...make(target, user, n), kind };
    });
    return {
      slice: run.slice,
      close() {
        run.close();
        for (const socket of sockets) socket.close();
      },
    };
  },
};

/** Each kind at even distances. */
export function interleave(): typeof MIX {
  return MIX.flatMap((entry) =>
    Array.from({ length: entry[1] }, (_, i) => ({ at: (i + 0.5) / entry[1], entry })),
  )
    .sort((a, b) => a.at - b.at)
    .map((x) => x.entry);
}
