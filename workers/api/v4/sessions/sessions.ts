import { z } from "zod";
import { requireSelf, requireSystem } from "../../../access/permissions.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { doAttachDevice } from "../../../actions/sessions/device.ts";
import { sessionsOf } from "../../../actions/sessions/list.ts";
import { doRevokeAll, doRevokeEveryone, doRevokeSession } from "../../../actions/sessions/revoke.ts";
import { badBody, badUrl } from "../../../errors/app-error.ts";
import { sessionCookies } from "../../../http/cookies.ts";
import { json, OK } from "../../../http/reply.ts";
import { anyone, route } from "../../../http/route.ts";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

const device = z.object({ device_id: text, device_notification_disabled: text, mobile_version: text });

/** What a device may say of itself. Throws 400. */
function checkDevice(input: z.infer<typeof device>): void {
  const { device_id, device_notification_disabled, mobile_version } = input;
  if (!device_id && !device_notification_disabled && !mobile_version) throw badBody("device_id");
  if (device_id.length > 512) throw badBody("device_id");
  if (!["", "true", "false"].includes(device_notification_disabled))
    throw badBody("device_notification_disabled");
  if (mobile_version && !/^\d{1,6}\.\d{1,6}\.\d{1,6}(?:[-+][\w.+-]{1,40})?$/.test(mobile_version))
    throw badBody("mobile_version");
}

export const sessions = [
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/sessions",
    auth: "session",
    access: (r) => requireSelf(r),
    handle: (r, userId) => sessionsOf(r.ctx, userId),
  }),
  route({
    method: "POST",
    path: "/api/v4/users/{user_id}/sessions/revoke",
    auth: "session",
    body: z.object({ session_id: z.string().min(1) }),
    access: (r) => requireSelf(r),
    async handle(r, userId) {
      if (!(await doRevokeSession(r.ctx, userId, r.body.session_id))) throw badUrl("session_id");
      audit(r, `session_id=${r.body.session_id}`);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/{user_id}/sessions/revoke/all",
    auth: "session",
    access: (r) => requireSelf(r),
    async handle(r, userId) {
      await doRevokeAll(r.ctx, userId);
      audit(r, `user_id=${userId}`);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/sessions/revoke/all",
    auth: "session",
    access: (r) => requireSystem(r, "manage_system"),
    async handle(r) {
      await doRevokeEveryone(r.ctx);
      audit(r, "all users");
      return OK;
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/users/sessions/device",
    auth: "session",
    body: device,
    access: anyone,
    async handle(r) {
      checkDevice(r.body);
      const session = await doAttachDevice(r.ctx, r.me.session, r.body);
      return json(OK, { cookies: r.body.device_id ? sessionCookies(r, session).slice(0, 1) : [] });
    },
  }),
];
