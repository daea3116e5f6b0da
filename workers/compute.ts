import { WorkerEntrypoint } from "cloudflare:workers";
import type { Env } from "./env.ts";
import { log } from "./log/log.ts";
import type { Job } from "./ports/compute/compute.ts";
import { runJob } from "./ports/compute/inline.ts";
import { decodeMessage, encodeMessage } from "./ports/compute/message.ts";

/** The CPU-heavy work of a self-hosted node, in a process of its own: one hash or image must not hold up the messages. */
export class Compute extends WorkerEntrypoint<Env> {
  /** A job (ports/compute/message.ts) as the body of a POST; its result in the same form. Logs nothing of either. */
  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/ready") return new Response("ready");
    if (pathname !== "/job" || request.method !== "POST") return new Response(null, { status: 404 });
    const job = decodeMessage(new Uint8Array(await request.arrayBuffer())) as Job;
    try {
      return new Response(encodeMessage(await runJob(job)) as BodyInit);
    } catch (error) {
      log.error("compute job failed", { kind: job.kind, error: String(error) });
      return new Response(null, { status: 500 });
    }
  }
}
