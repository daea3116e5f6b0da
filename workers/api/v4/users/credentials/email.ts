import { z } from "zod";
import { requireManaged } from "../../../../access/accounts.ts";
import {
  doSendVerification,
  doVerifyEmail,
  doVerifyMember,
} from "../../../../actions/users/credentials/email.ts";
import { OK, rawJson } from "../../../../http/reply.ts";
import { anyone, route } from "../../../../http/route.ts";
import { userText } from "../../../../model/user-view.ts";

export const email = [
  route({
    method: "POST",
    path: "/api/v4/users/email/verify",
    auth: "optional",
    body: z.object({ token: z.string() }),
    access: anyone,
    async handle(r) {
      await doVerifyEmail(r.ctx, r.body.token);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/email/verify/send",
    auth: "optional",
    body: z.object({ email: z.string().min(1) }),
    access: anyone,
    async handle(r) {
      await doSendVerification(r.ctx, r.body.email);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/{user_id}/email/verify/member",
    auth: "session",
    access: (r) => requireManaged(r, "manage_system"),
    handle: async (r, user) => rawJson(userText(await doVerifyMember(r.ctx, user), "admin", r.ctx.config)),
  }),
];
