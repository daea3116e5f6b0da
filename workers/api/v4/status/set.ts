import { z } from "zod";
import { requireSelf } from "../../../access/permissions.ts";
import { setStatus } from "../../../actions/status/set-status.ts";
import { badBody, fail } from "../../../errors/app-error.ts";
import { route } from "../../../http/route.ts";

const CHOICES = ["online", "away", "dnd", "offline"] as const;

export const setOwnStatus = [
  route({
    method: "PUT",
    path: "/api/v4/users/{user_id}/status",
    auth: "session",
    body: z.object({ user_id: z.string(), status: z.enum(CHOICES), dnd_end_time: z.int().min(0).optional() }),
    async access(r) {
      if (r.body.user_id !== r.param("user_id")) throw badBody("user_id");
      return requireSelf(r);
    },
    async handle(r, userId) {
      const status = await setStatus(r.ctx, userId, r.body.status, r.body.dnd_end_time ?? 0);
      if (!status) throw fail("api.status.user_not_found.app_error");
      return status;
    },
  }),
];
