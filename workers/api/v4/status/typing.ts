import { z } from "zod";
import { requireChannel, requireSystem } from "../../../access/permissions.ts";
import { notifyTyping } from "../../../actions/status/typing.ts";
import { badBody } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";

export const typing = [
  route({
    method: "POST",
    path: "/api/v4/users/{user_id}/typing",
    auth: "session",
    shed: true,
    body: z.object({ channel_id: z.string(), parent_id: z.string().optional() }),
    async access(r) {
      const userId = r.param("user_id");
      if (!isId(r.body.channel_id)) throw badBody("channel_id");
      if (r.body.parent_id && !isId(r.body.parent_id)) throw badBody("parent_id");
      if (userId !== r.userId) await requireSystem(r, "manage_system");
      await requireChannel(r, r.body.channel_id, "create_post");
      return userId;
    },
    async handle(r, userId) {
      await notifyTyping(r.ctx, userId, r.body.channel_id, r.body.parent_id ?? "");
      return OK;
    },
  }),
];
