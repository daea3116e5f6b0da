import { z } from "zod";
import { requireSystem } from "../../../access/permissions.ts";
import { doTestEmail } from "../../../actions/mail/test.ts";
import { OK } from "../../../http/reply.ts";
import { type Route, route } from "../../../http/route.ts";

export const email: Route[] = [
  route({
    method: "POST",
    path: "/api/v4/email/test",
    auth: "session",
    // A configuration, or nothing.
    body: z.looseObject({ EmailSettings: z.looseObject({}).nullish() }).nullish(),
    access: (r) => requireSystem(r, "test_email"),
    async handle(r) {
      await doTestEmail(r.ctx, r.me.user.email, r.body);
      return OK;
    },
  }),
];
