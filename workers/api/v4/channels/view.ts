import { z } from "zod";
import { requireSelf } from "../../../access/permissions.ts";
import { doViewChannels } from "../../../actions/channels/view.ts";
import { extendSession } from "../../../actions/sessions/extend.ts";
import { route } from "../../../http/route.ts";
import { checkCount } from "./access.ts";
import * as schema from "./schemas.ts";

const MAX_CHANNELS = 1_000;

export const viewRoutes = [
  route({
    method: "POST",
    path: "/api/v4/channels/members/{user_id}/view",
    auth: "session",
    body: z.object({
      channel_id: schema.optionalId,
      prev_channel_id: schema.optionalId,
      collapsed_threads_supported: schema.flag,
    }),
    access: (r) => requireSelf(r),
    async handle(r, userId) {
      const { channel_id, prev_channel_id, collapsed_threads_supported } = r.body;
      if (userId === r.userId) extendSession(r);
      const times = await doViewChannels(r.ctx, userId, [channel_id, prev_channel_id].filter(Boolean), {
        active: channel_id,
        sessionId: userId === r.userId ? r.me.session.id : undefined,
        collapsedThreads: collapsed_threads_supported,
      });
      return { status: "OK", last_viewed_at_times: times };
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/channels/members/{user_id}/mark_read",
    auth: "session",
    body: schema.ids,
    access(r) {
      checkCount(r.body, MAX_CHANNELS, "channel_ids");
      return requireSelf(r);
    },
    async handle(r, userId) {
      // Only web has this, which knows collapsed threads.
      const times = await doViewChannels(r.ctx, userId, r.body, { collapsedThreads: true });
      return { status: "OK", last_viewed_at_times: times };
    },
  }),
];
