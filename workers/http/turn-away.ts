import { live } from "../../durable/live.ts";
import { hearing } from "../cache/hearing.ts";
import type { Env } from "../env.ts";
import { reach } from "../ports/cluster/reach.ts";
import { discardBody } from "./pipeline.ts";

/** How long a request waits for the stream to answer again before it is sent to another node. */
const PATIENCE_MS = 600;
/** A node that is unwell says so itself. */
const HEALTH = "/api/v4/system/ping";

/**
 * Refuses, before anything is done, what another node of the cluster can do better: everything while this one drains or
 * has lost a database that others reach,
 * and while it does not hear the others what would be announced to nobody. NGINX sends the request on (the header, see
 * nginx-compat/locations.conf). Reads go on without the others: nothing cached is used then.
 */
export async function turnAway(request: Request, env: Env): Promise<Response | undefined> {
  if (env.PROFILE !== "cluster") return undefined;
  if (live.ending) return refuse(request, "This node is about to end");
  if (reach.lost && !new URL(request.url).pathname.endsWith(HEALTH))
    return refuse(request, "This node does not reach the database");
  if (hearing.fresh() || isRead(request)) return undefined;
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
    await scheduler.wait(20);
    if (hearing.fresh() && !live.ending) return undefined;
  }
  return refuse(request, "This node does not hear the others");
}

const isRead = ({ method, headers }: Request) =>
  (method === "GET" || method === "HEAD" || method === "OPTIONS") && !headers.has("upgrade");

async function refuse(request: Request, detail: string): Promise<Response> {
  await discardBody(request);
  const id = "app.cluster.unavailable.app_error";
  const message = "This node cannot serve right now, please try again.";
  return Response.json(
    { id, message, detailed_error: detail, status_code: 502 },
    { status: 502, headers: { "X-Accel-Redirect": "/.other-node" } },
  );
}
