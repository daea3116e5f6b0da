import { WorkerEntrypoint } from "cloudflare:workers";
import { hubOf } from "../../durable/placement.ts";
import { inFlight } from "../app.ts";
import { Cache } from "../cache/cache.ts";
import { caches } from "../cache/caches.ts";
import { hearing } from "../cache/hearing.ts";
import type { Env } from "../env.ts";
import { membership } from "../ports/cluster/membership.ts";
import { Gauge, head, type Instrument, sample } from "./instruments.ts";
import { metrics } from "./metrics.ts";

/** Answers Prometheus on MetricsSettings.ListenAddress, a socket of its own that NGINX does not know. */
export class Metrics extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname !== "/metrics") return new Response("Not found\n", { status: 404 });
    if (request.method !== "GET" && request.method !== "HEAD")
      return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
    const sockets = await hubOf(this.env, "").openSockets();
    const instruments: Instrument[] = [...Object.values(metrics), ...gauges(sockets), cacheUse];
    return new Response(instruments.map((instrument) => instrument.text()).join(""), {
      headers: { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" },
    });
  }
}

function gauges(sockets: number): Gauge[] {
  return [
    new Gauge("mattermost_http_websockets_total", "Sockets that are open and logged in.", () => sockets),
    new Gauge("edgemost_http_requests_in_flight", "Requests under way.", () => inFlight.count),
    new Gauge("edgemost_leader", "1 on the node that does scheduled work.", () => Number(membership.leads)),
    new Gauge("edgemost_cluster_nodes", "Live nodes, as this one knows.", () =>
      Math.max(membership.nodes.length, 1),
    ),
    new Gauge("edgemost_deaf", "1 on a node that does not hear the others.", () => Number(!hearing.fresh())),
    new Gauge(
      "edgemost_stream_lag_seconds",
      "Since when nothing proves that this node has heard all; 0 without a cluster.",
      () => (hearing.required ? (Date.now() - hearing.heardAt) / 1_000 : 0),
    ),
  ];
}

const HITS = "mattermost_cache_mem_hit_total";
const MISSES = "mattermost_cache_mem_miss_total";

const cacheUse: Instrument = {
  text() {
    const all = Object.entries(caches).filter(([, cache]) => cache instanceof Cache);
    const lines = (name: string, read: (cache: Cache<unknown>) => number) =>
      all.map(([label, cache]) => sample(name, { name: label }, read(cache as Cache<unknown>))).join("");
    return (
      head(HITS, "counter", "Reads that a cache answered.") +
      lines(HITS, ({ hits }) => hits) +
      head(MISSES, "counter", "Reads that a cache could not answer.") +
      lines(MISSES, ({ misses }) => misses)
    );
  },
};
