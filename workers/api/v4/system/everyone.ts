import { z } from "zod";
import { postsUsage, storageUsage, teamsUsage } from "../../../actions/system/usage.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import { anyone, type Route, route } from "../../../http/route.ts";
import { log } from "../../../log/log.ts";

/** Reads that every session may do and that hold nothing of anybody. */
function open(path: string, handle: Route["handle"]): Route {
  return route({ method: "GET", path, auth: "session", access: anyone, handle });
}

const MAX_LOG = 400;

let zones: string[] | undefined;

export const everyone: Route[] = [
  open(
    "/api/v4/system/timezones",
    () => (zones ??= [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC"])].sort()),
  ),
  open("/api/v4/system/notices/{teamId}", () => []),
  open("/api/v4/usage/posts", async (r) => ({ count: await postsUsage(r.ctx) })),
  open("/api/v4/usage/storage", async (r) => ({ bytes: await storageUsage(r.ctx) })),
  open("/api/v4/usage/teams", async (r) => ({ active: await teamsUsage(r.ctx), cloud_archived: 0 })),
  open("/api/v4/license/load_metric", () => ({ load: 0 })),
  open("/api/v4/agents", () => ({ agents: [] })),
  open("/api/v4/llmservices", () => ({ services: [] })),
  open("/api/v4/agents/status", () => ({
    available: false,
    reason: "app.agents.bridge.not_available.plugin_env_not_initialized",
  })),
  open("/api/v4/custom_profile_attributes/fields", () => {
    throw fail("api.custom_profile_attributes.license_error");
  }),
  open("/api/v4/trial-license/prev", () => {
    throw fail("api.license.upgrade_needed.app_error");
  }),
  route({
    method: "PUT",
    path: "/api/v4/system/notices/view",
    auth: "session",
    body: z.array(z.string()),
    access: anyone,
    handle: () => OK,
  }),
  route({
    method: "POST",
    path: "/api/v4/client_perf",
    auth: "session",
    trusted: true,
    access: anyone,
    // Nobody reads these reports; clients that were told to send them must not see an error.
    handle: () => OK,
  }),
  route({
    method: "POST",
    path: "/api/v4/logs",
    auth: "optional",
    body: z.object({ level: z.string().max(16).optional(), message: z.string().optional() }),
    access(r) {
      if (!r.identity && !r.ctx.config.ServiceSettings.EnableDeveloper) throw forbidden();
    },
    handle(r) {
      const message = (r.body.message ?? "").slice(0, MAX_LOG);
      log.info("client log", {
        client_level: r.body.level ?? "",
        client: message,
        user_id: r.identity?.user.id ?? "",
        request_id: r.id,
      });
      return { message };
    },
  }),
];
