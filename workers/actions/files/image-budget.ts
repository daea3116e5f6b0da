import type { Context } from "../../context.ts";

/** An image is held in memory while it is scaled; above this it is stored as it comes in, without renditions. */
export const MAX_IMAGE_BYTES = 32 * 1024 * 1024;
/** All images that this isolate holds at a time. */
const BUDGET = { node: 4 * MAX_IMAGE_BYTES, edge: MAX_IMAGE_BYTES };
const POLL_MS = 20;

let held = 0;
/** Who came first goes first. */
const queue: symbol[] = [];

/** Runs `work`, which holds the bytes of an image, when there is memory for it. `expected`: its size, where known. */
export async function withImageBytes<T>(
  ctx: Context,
  expected: number | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const bytes = Math.min(expected ?? MAX_IMAGE_BYTES, MAX_IMAGE_BYTES);
  const budget = BUDGET[ctx.env.PROFILE === "edge" ? "edge" : "node"];
  const ticket = Symbol();
  queue.push(ticket);
  try {
    // Polled: one request must not be woken by another's promise (in workerd it would count as hanging).
    while (queue[0] !== ticket || (held > 0 && held + bytes > budget)) await scheduler.wait(POLL_MS);
  } finally {
    queue.splice(queue.indexOf(ticket), 1);
  }
  held += bytes;
  try {
    return await work();
  } finally {
    held -= bytes;
  }
}
