import { z } from "zod";
import { statusesOf } from "../../../actions/status/statuses.ts";
import { badBody, fail } from "../../../errors/app-error.ts";
import { anyone, route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import { toStatus } from "../../../model/status.ts";

export const readStatus = [
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/status",
    auth: "session",
    access: anyone,
    async handle(r) {
      const userId = r.param("user_id");
      const row = (await statusesOf(r.ctx, [userId])).get(userId);
      if (!row) throw fail("api.status.user_not_found.app_error");
      return toStatus(row);
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/status/ids",
    auth: "session",
    body: z.array(z.string()).min(1),
    access(r) {
      if (!r.body.every(isId)) throw badBody("user_ids");
    },
    async handle(r) {
      if (!r.ctx.config.ServiceSettings.EnableUserStatuses) return [];
      return [...(await statusesOf(r.ctx, new Set(r.body))).values()].map(toStatus);
    },
  }),
];
