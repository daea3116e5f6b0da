import { z } from "zod";
import { requireAccount } from "../../../../access/accounts.ts";
import { audit } from "../../../../actions/sessions/audit.ts";
import { doActivateMfa, doDeactivateMfa, doGenerateMfa } from "../../../../actions/users/credentials/mfa.ts";
import { badBody, fail, forbidden } from "../../../../errors/app-error.ts";
import { json, OK } from "../../../../http/reply.ts";
import type { Req } from "../../../../http/request.ts";
import { route } from "../../../../http/route.ts";
import type { User } from "../../../../model/user.ts";

/** Another user's by who may edit it; never by an OAuth app. Throws 403, 404. */
function access(r: Req<any>): Promise<User> {
  if (r.me.session.is_oauth) throw forbidden();
  return requireAccount(r);
}

function requireMfa(r: Req<any>): void {
  if (!r.ctx.config.ServiceSettings.EnableMultifactorAuthentication) throw fail("mfa.mfa_disabled.app_error");
}

/** The second factor (semantics 14.15). It can be taken off even where the setting is off. */
export const mfa = [
  route({
    method: "PUT",
    path: "/api/v4/users/{user_id}/mfa",
    auth: "session",
    body: z.object({
      activate: z.boolean(),
      code: z
        .string()
        .nullish()
        .transform((value) => value ?? ""),
    }),
    access,
    async handle(r, user) {
      const { activate, code } = r.body;
      if (activate) {
        requireMfa(r);
        if (!code) throw badBody("code");
        await doActivateMfa(r.ctx, user, code);
      } else await doDeactivateMfa(r.ctx, user);
      audit(r, `user_id=${user.id} activate=${activate}`);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/{user_id}/mfa/generate",
    auth: "session",
    access,
    async handle(r, user) {
      requireMfa(r);
      const made = await doGenerateMfa(r.ctx, user);
      audit(r, `user_id=${user.id}`);
      return json(made, { headers: { "Cache-Control": "no-cache", Pragma: "no-cache" } });
    },
  }),
];
