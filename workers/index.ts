import { handleRequest } from "./app.ts";
import type { Env } from "./env.ts";

export { Hub } from "../durable/hub.ts";
export { Relay } from "../durable/relay.ts";
export { SqlPool } from "../durable/sql-pool.ts";
export { Topic } from "../durable/topic.ts";
export { Compute } from "./compute.ts";
export { Control } from "./control.ts";
export { Metrics } from "./metrics/entry.ts";

export default {
  fetch: (request: Request, env: Env, exec: ExecutionContext) => handleRequest(request, env, exec),
} satisfies ExportedHandler<Env>;
