import { z } from "zod";
import { requireSelf } from "../../../access/permissions.ts";
import { type PostGrant, requirePost } from "../../../access/posts.ts";
import { doSetReminder } from "../../../actions/reminders/reminders.ts";
import { badBody } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import { type Route, route } from "../../../http/route.ts";

const body = z.object({ target_time: z.int() });
/** Seconds; 9999-12-31. */
const MAX_TIME = 253_402_300_799;

export const reminders: Route[] = [
  route<z.infer<typeof body>, PostGrant & { userId: string }>({
    method: "POST",
    path: "/api/v4/users/{user_id}/posts/{post_id}/reminder",
    auth: "session",
    body,
    async access(r) {
      const userId = await requireSelf(r);
      return { userId, ...(await requirePost(r, r.param("post_id"))) };
    },
    async handle(r, { userId, row, channel }) {
      const { target_time } = r.body;
      if (target_time <= 0 || target_time > MAX_TIME) throw badBody("target_time");
      await doSetReminder(r.ctx, userId, row, channel, target_time);
      return OK;
    },
  }),
];
