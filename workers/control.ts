import { WorkerEntrypoint } from "cloudflare:workers";
import { live } from "../durable/live.ts";
import { hubOf } from "../durable/placement.ts";
import { inFlight } from "./app.ts";
import type { Env } from "./env.ts";
import { relayOf } from "./ports/bus/redis.ts";
import { membership } from "./ports/cluster/membership.ts";

/** What the launcher tells a self-hosted node, over a socket that only the launcher reaches. */
export class Control extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/ready") {
      // Wakes the hub, which takes up what clients may resume and sets everyone else offline.
      await hubOf(this.env, "").ready();
      if (this.env.PROFILE === "cluster") await relayOf(this.env).start();
      return new Response("ready");
    }
    if (pathname === "/state") return this.state();
    if (pathname === "/drain" && request.method === "POST") return this.drain();
    return new Response(null, { status: 404 });
  }

  /** What this node makes of its cluster; for tests. */
  private async state(): Promise<Response> {
    const sockets = await hubOf(this.env, "").openSockets();
    const hears = this.env.PROFILE !== "cluster" || (await relayOf(this.env).hears());
    return Response.json({ leads: membership.leads, nodes: membership.names, hears, sockets });
  }

  /** 200 once requests under way are answered and every hub and topic has saved what clients may resume. */
  private async drain(): Promise<Response> {
    live.ending = true;
    while (inFlight.count > 0) await scheduler.wait(5);
    const hubs = [...live.hubs.values()].map((id) => this.env.HUB.get(id).drain());
    const topics = [...live.topics.values()].map((id) => this.env.TOPIC.get(id).drain());
    await Promise.all([...hubs, ...topics]);
    if (this.env.PROFILE === "cluster") await relayOf(this.env).drain();
    return new Response("drained");
  }
}
