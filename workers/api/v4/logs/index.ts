import { z } from "zod";
import { newestLogs, wholeLog } from "../../../actions/logs/file.ts";
import type { LogEntry } from "../../../actions/logs/kept.ts";
import { badBody } from "../../../errors/app-error.ts";
import { Reply } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { type Route, route } from "../../../http/route.ts";
import { unrestricted } from "../system/access.ts";

const PAGE = 10_000;

const query = z.object({
  server_names: z.array(z.string()).nullish(),
  log_levels: z.array(z.string()).nullish(),
  date_from: z.string().nullish(),
  date_to: z.string().nullish(),
});

/** This node's lines only: see actions/logs/file.ts. */
const nodeName = (r: Req<any>) => r.ctx.env.NODE_NAME || "default";

/** ms; undefined where the client sets no limit. Throws 400. */
function timeOf(value: string | null | undefined, name: string): number | undefined {
  if (!value) return undefined;
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw badBody(name);
  return time;
}

const timeOfEntry = ({ timestamp }: LogEntry) => Date.parse(timestamp.replace(" ", "T").replace(" Z", "Z"));

export const logs: Route[] = [
  route({
    method: "GET",
    path: "/api/v4/logs",
    auth: "session",
    access: unrestricted("get_logs"),
    /** Pages go back in time; a page's lines are in order. */
    async handle(r) {
      const size = r.int("logs_per_page", PAGE) || PAGE;
      const count = Math.min(Math.max(size, 1), PAGE);
      const lines = await newestLogs(r.ctx);
      const end = lines.length - Math.max(r.int("page"), 0) * count;
      return lines.slice(Math.max(end - count, 0), Math.max(end, 0)).map((entry) => JSON.stringify(entry));
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/logs/query",
    auth: "session",
    body: query,
    access: unrestricted("get_logs"),
    async handle(r) {
      const { server_names, log_levels } = r.body;
      const from = timeOf(r.body.date_from, "date_from") ?? Number.NEGATIVE_INFINITY;
      const to = timeOf(r.body.date_to, "date_to") ?? Number.POSITIVE_INFINITY;
      const name = nodeName(r);
      if (server_names?.length && !server_names.includes(name)) return {};
      const entries = (await newestLogs(r.ctx)).filter((entry) => {
        const at = timeOfEntry(entry);
        return at >= from && at <= to && (!log_levels?.length || log_levels.includes(entry.level));
      });
      return { [name]: entries };
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/logs/download",
    auth: "session",
    access: unrestricted("get_logs"),
    handle: async (r) =>
      new Reply(await wholeLog(r.ctx), {
        headers: {
          "Content-Type": "text/plain",
          "Content-Disposition": 'attachment; filename="mattermost.log"',
          "Cache-Control": "no-cache, no-store, must-revalidate",
        },
      }),
  }),
];
