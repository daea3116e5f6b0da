import type { Context } from "../../context.ts";

/** An image is held in memory while it is scaled; above this it is stored as it comes in, without renditions. */
export const MAX_IMAGE_BYTES = 32 * 1024 * 1024;
/** All images that this isolate holds at a time. */
const BUDGET = { node: 4 * MAX_IMAGE_BYTES, edge: MAX_IMAGE_BYTES };
const POLL_MS = 20;
/** The runtime may end a request without its `finally`: who has not polled for this long is gone, */
const GONE_MS = 2_000;
/** and what is held for this long is not. */
const LEASE_MS = 180_000;

interface Ticket {
  bytes: number;
  /** ms; moves on while the ticket waits. */
  until: number;
}

const held = new Set<Ticket>();
/** Who came first goes first. */
const queue: Ticket[] = [];

/** Runs `work`, which holds the bytes of an image, when there is memory for it. `expected`: its size, where known. */
export async function withImageBytes<T>(
  ctx: Context,
  expected: number | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const ticket = { bytes: Math.min(expected ?? MAX_IMAGE_BYTES, MAX_IMAGE_BYTES), until: 0 };
  const budget = BUDGET[ctx.env.PROFILE === "edge" ? "edge" : "node"];
  queue.push(ticket);
  // Polled: one request must not be woken by another's promise (in workerd it would count as hanging).
  while (!isNext(ticket, budget)) await scheduler.wait(POLL_MS);
  ticket.until = Date.now() + LEASE_MS;
  held.add(ticket);
  try {
    return await work();
  } finally {
    held.delete(ticket);
  }
}

/** Takes the ticket from the queue if it is its turn and there is room. */
function isNext(ticket: Ticket, budget: number): boolean {
  const now = Date.now();
  ticket.until = now + GONE_MS;
  // Taken for gone while the isolate was busy.
  if (!queue.includes(ticket)) queue.push(ticket);
  while (queue[0]!.until < now) queue.shift();
  if (queue[0] !== ticket) return false;
  let sum = 0;
  for (const { bytes, until } of held) sum += until > now ? bytes : 0;
  if (sum > 0 && sum + ticket.bytes > budget) return false;
  queue.shift();
  return true;
}
