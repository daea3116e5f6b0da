import { hearing } from "../../cache/hearing.ts";
import { fail } from "../../errors/app-error.ts";
import { relayOf } from "../../ports/bus/redis.ts";
import { membership } from "../../ports/cluster/membership.ts";
import type { Req } from "../request.ts";
import { MemoryStore, type Rate, type Verdict } from "./gcra.ts";

const memory = new MemoryStore();
/** Header names of the answer, until it is made. */
const headersOf = new WeakMap<Req, Record<string, string>>();

/**
 * Counts a request against RateLimitSettings (semantics 24.1); throws 429 when there were too many. Does nothing while
 * they are off. `step` is where in the request this is called (http-conventions 1): before anything else, or, with
 * VaryByUser, once it is known who asks. A request counts once, against one key:
 *
 * - VaryByUser: the session's user; requests without a valid session fall to the next;
 * - VaryByRemoteAddr: the client's address;
 * - and VaryByHeader: each value of that header apart. With none of the three all requests share one key.
 *
 * A node alone counts in its memory (at most MemoryStoreSize keys). A cluster counts in Redis, by one command; while Redis is away
 * each node allows its share of the rate from its own memory. On the edge each isolate counts for itself.
 */
export async function rateLimit(r: Req, step: "start" | "identified"): Promise<void> {
  const settings = r.ctx.config.RateLimitSettings;
  if (!settings.Enable || settings.VaryByUser !== (step === "identified")) return;
  const rate: Rate = { everyMs: 1_000 / Math.max(settings.PerSec, 1), burst: Math.max(settings.MaxBurst, 0) };
  const key = keyOf(r);
  await count(r, key, rate);
}

/** Counts a request by what it asks for, `name`, and the client's address, against a rate of its own. Throws 429. */
export async function ownRateLimit(r: Req<any>, name: string, rate: Rate): Promise<void> {
  await count(r, `${name} ${r.clientAddress}`, rate);
}

/** The same for logins, which have rates of their own only where the limiter is on (http-conventions 2.2). */
export async function loginRateLimit(r: Req<any>, name: string, rate: Rate): Promise<void> {
  if (r.ctx.config.RateLimitSettings.Enable) await ownRateLimit(r, name, rate);
}

async function count(r: Req<any>, key: string, rate: Rate): Promise<void> {
  const verdict = await take(r, key, rate);
  const headers: Record<string, string> = {
    "X-RateLimit-Limit": String(rate.burst + 1),
    "X-RateLimit-Remaining": String(verdict.remaining),
    "X-RateLimit-Reset": seconds(verdict.resetMs),
  };
  if (!verdict.allowed) headers["Retry-After"] = seconds(verdict.retryMs);
  headersOf.set(r, headers);
  if (!verdict.allowed) throw fail("api.context.rate_limit_exceeded.app_error");
}

/** What the limiter adds to the answer; nothing while it is off. */
export const rateLimitHeaders = (r: Req): Record<string, string> | undefined => headersOf.get(r);

function keyOf(r: Req): string {
  const { VaryByUser, VaryByRemoteAddr, VaryByHeader } = r.ctx.config.RateLimitSettings;
  const header = VaryByHeader ? r.header(VaryByHeader).toLowerCase().slice(0, 256) : "";
  if (VaryByUser && r.identity) return `user ${r.identity.user.id} ${header}`;
  return `${VaryByRemoteAddr ? `address ${r.clientAddress}` : "all"} ${header}`;
}

async function take(r: Req, key: string, rate: Rate): Promise<Verdict> {
  const size = Math.max(r.ctx.config.RateLimitSettings.MemoryStoreSize, 1);
  if (r.ctx.env.PROFILE !== "cluster") return memory.take(key, rate, size);
  r.ctx.meter.objects++;
  // A node that does not hear its Redis would only wait for it.
  const shared = hearing.fresh() ? await relayOf(r.ctx.env).rateLimit(key, rate) : undefined;
  if (shared) return shared;
  const nodes = Math.max(membership.nodes.length, 1);
  return memory.take(key, { everyMs: rate.everyMs * nodes, burst: Math.floor(rate.burst / nodes) }, size);
}

const seconds = (ms: number): string => String(Math.ceil(ms / 1_000));
