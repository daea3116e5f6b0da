import { z } from "zod";
import { requireSelf } from "../../../access/permissions.ts";
import {
  doForgetRecent,
  doSetCustomStatus,
  doUnsetCustomStatus,
  requireCustomStatuses,
} from "../../../actions/users/custom-status.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const body = z.object({ emoji: text, text, duration: text, expires_at: text });

function access(r: Req<any>): Promise<string> {
  requireCustomStatuses(r.ctx);
  return requireSelf(r);
}

const forget = {
  auth: "session" as const,
  body,
  access,
  async handle(r: Req<z.infer<typeof body>>, userId: string) {
    await doForgetRecent(r.ctx, userId, r.body);
    return OK;
  },
};

export const customStatus = [
  route({
    method: "PUT",
    path: "/api/v4/users/{user_id}/status/custom",
    auth: "session",
    body,
    access,
    async handle(r, userId) {
      await doSetCustomStatus(r.ctx, userId, r.body);
      return OK;
    },
  }),
  route({
    method: "DELETE",
    path: "/api/v4/users/{user_id}/status/custom",
    auth: "session",
    access,
    async handle(r, userId) {
      await doUnsetCustomStatus(r.ctx, userId);
      return OK;
    },
  }),
  route({ method: "DELETE", path: "/api/v4/users/{user_id}/status/custom/recent", ...forget }),
  route({ method: "POST", path: "/api/v4/users/{user_id}/status/custom/recent/delete", ...forget }),
];
