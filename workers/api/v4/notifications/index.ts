import { z } from "zod";
import { doTellUser, systemBot } from "../../../actions/bots/system-bot.ts";
import { forwardAck } from "../../../actions/notifications/proxy.ts";
import { fail } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import { anyone, type Route, route } from "../../../http/route.ts";

const text = z.string().nullish();

export const notifications: Route[] = [
  // A device says that it got a push notification. Nothing counts them; what it showed was in the push itself, for messages
  // that are fetched by id are licensed (semantics 23.6).
  route({
    method: "POST",
    path: "/api/v4/notifications/ack",
    auth: "session",
    body: z.looseObject({
      id: text,
      platform: text,
      type: text,
      post_id: text,
      received_at: z.number().nullish(),
    }),
    access: anyone,
    handle(r) {
      if (!r.ctx.config.EmailSettings.SendPushNotifications)
        throw fail("api.push_notification.disabled.app_error");
      r.ctx.background(forwardAck(r.ctx, r.body));
      return OK;
    },
  }),
  // A direct message of the system bot: it notifies in every way that the user's settings ask for.
  route({
    method: "POST",
    path: "/api/v4/notifications/test",
    auth: "session",
    access: anyone,
    async handle(r) {
      const message = "If you received this test notification, it worked!";
      await doTellUser(r.ctx, await systemBot(r.ctx), r.userId, { message });
      return OK;
    },
  }),
];
