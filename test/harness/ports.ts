// Ports for servers that have to be told one before they listen.

import { isFree } from "../../nginx-compat/launcher/process/ports.ts";

/** Below what systems give away by themselves (32,768 on Linux): no server on port 0 and no connection takes one of these meanwhile. */
const FIRST = 12_000;
const PER_WORKER = 4_000;

/** Test files that run at the same time have ranges of their own; the first port is random, for other runs on this machine. */
const worker = Number(process.env.VITEST_POOL_ID ?? 0) % 5;
let at = Math.floor(Math.random() * PER_WORKER);

/** A port of the loopback that nobody listens on now, and that nobody but this test file will choose. */
export async function ownPort(): Promise<number> {
  for (;;) {
    const port = FIRST + worker * PER_WORKER + (at++ % PER_WORKER);
    if (await isFree("127.0.0.1", port)) return port;
  }
}
