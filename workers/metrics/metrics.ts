import { Counter, CounterBy, Histogram } from "./instruments.ts";

/**
 * What a node counts, from its start on. Self-hosted, worker and objects share an isolate, so one object serves them all.
 * Names are Mattermost's where it has the like; the others begin with edgemost_.
 */
export const metrics = {
  httpRequests: new Counter("mattermost_http_requests_total", "HTTP requests answered."),
  httpErrors: new Counter("mattermost_http_errors_total", "HTTP requests answered with 400 or above."),
  apiTime: new Histogram("mattermost_api_time", "Seconds from a request's arrival to its answer."),
  dbTime: new Histogram("mattermost_db_store_time", "Seconds a database round trip took."),
  posts: new Counter("mattermost_post_total", "Posts announced by this node."),
  broadcasts: new CounterBy(
    "mattermost_websocket_broadcasts_total",
    "name",
    "Events announced by this node, by their name.",
  ),
  deliveries: new Counter("edgemost_deliveries_total", "Events written to sockets of this node."),
  resumes: new CounterBy(
    "edgemost_resumes_total",
    "result",
    "Connections that clients asked to resume: hit, takeover (another node's) or miss.",
  ),
  roundTrips: new Counter("edgemost_sql_round_trips_total", "Database round trips, repeated ones included."),
  sqlFailures: new Counter("edgemost_sql_failures_total", "Database round trips that failed."),
};

/** A request of a route has been answered. `startedAt` is in ms, of performance.now(). */
export function countRequest(method: string, handler: string, status: number, startedAt: number): void {
  metrics.apiTime.observe(
    `${status}${method}${handler}`,
    () => ({ handler, method, status_code: status }),
    (performance.now() - startedAt) / 1_000,
  );
}

/** A database round trip has ended. `startedAt` is in ms, of performance.now(). */
export function countRoundTrip(batch: boolean, succeeded: boolean, startedAt: number): void {
  metrics.roundTrips.value++;
  if (!succeeded) metrics.sqlFailures.value++;
  metrics.dbTime.observe(
    `${batch}${succeeded}`,
    () => ({ method: batch ? "batch" : "query", success: String(succeeded) }),
    (performance.now() - startedAt) / 1_000,
  );
}
