import { z } from "zod";
import { requireAccount, requireManaged, requireVisible } from "../../../access/accounts.ts";
import { mayOpenDirect } from "../../../access/direct.ts";
import { requireSystem, rightsOf } from "../../../access/permissions.ts";
import { userById } from "../../../access/users.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { doPurgeUser } from "../../../actions/users/account/purge.ts";
import { doUpdateRoles } from "../../../actions/users/account/roles.ts";
import { doSetActive } from "../../../actions/users/active.ts";
import { doResetFailedAttempts } from "../../../actions/users/credentials/password.ts";
import { doUpdateAuth } from "../../../actions/users/credentials/sign-in.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { anyone, route } from "../../../http/route.ts";
import type { User } from "../../../model/user.ts";

/** One may leave only where the configuration lets users do so (semantics 14.8). */
function requireLeave(r: Req<any>): User {
  if (!r.ctx.config.TeamSettings.EnableUserDeactivation)
    throw fail("api.user.update_active.not_enable.app_error");
  return r.me.user;
}

export const account = [
  route({
    // Asked of people on other servers, of which there are none.
    method: "GET",
    path: "/api/v4/sharedchannels/users/{user_id}/can_dm/{other_user_id}",
    auth: "session",
    async access(r) {
      const user = await requireVisible(r, r.param("user_id"));
      return { user, other: await requireVisible(r, r.param("other_user_id")) };
    },
    handle: async (r, { user, other }) => ({ can_dm: await mayOpenDirect(r.ctx, user, other) }),
  }),
  route({
    method: "PUT",
    path: "/api/v4/users/{user_id}/roles",
    auth: "session",
    body: z.object({ roles: z.string() }),
    async access(r) {
      const userId = r.param("user_id");
      await requireSystem(r, "manage_roles");
      const user = await userById(r.ctx, userId);
      if (!user) throw fail("app.user.missing_account.const");
      return user;
    },
    async handle(r, user) {
      await doUpdateRoles(r.ctx, user, r.body.roles);
      audit(r, `user=${user.id} roles=${r.body.roles}`);
      return OK;
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/users/{user_id}/auth",
    auth: "session",
    body: z.object({ auth_service: z.string(), auth_data: z.string().nullish() }),
    access: (r) => requireManaged(r, "manage_system"),
    async handle(r, user) {
      const { auth_service, auth_data } = r.body;
      const kept = await doUpdateAuth(r.ctx, user, { auth_service, auth_data: auth_data ?? "" });
      audit(r, `user_id=${user.id} auth_service=${kept.auth_service}`);
      return kept;
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/users/{user_id}/active",
    auth: "session",
    body: z.object({ active: z.boolean() }),
    access(r) {
      if (!r.body.active && r.param("user_id") === r.userId) return requireLeave(r);
      return requireManaged(r, "sysconsole_write_user_management_users");
    },
    async handle(r, user: User) {
      await doSetActive(r.ctx, user, r.body.active);
      audit(r, `user_id=${user.id} active=${r.body.active}`);
      return OK;
    },
  }),
  route({
    method: "DELETE",
    path: "/api/v4/users/{user_id}",
    auth: "session",
    async access(r) {
      if (r.bool("permanent")) {
        if (!(await rightsOf(r)).system("manage_system")) throw forbidden();
        if (!r.ctx.config.ServiceSettings.EnableAPIUserDeletion)
          throw fail("api.user.delete_user.not_enabled.app_error");
        return requireAccount(r);
      }
      return r.param("user_id") === r.userId ? requireLeave(r) : requireAccount(r);
    },
    async handle(r, user) {
      const permanent = r.bool("permanent");
      await (permanent ? doPurgeUser(r.ctx, user) : doSetActive(r.ctx, user, false));
      audit(r, `user_id=${user.id} permanent=${permanent}`);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/{user_id}/reset_failed_attempts",
    auth: "session",
    access: (r) => requireManaged(r, "sysconsole_write_user_management_users"),
    async handle(r, user) {
      await doResetFailedAttempts(r.ctx, user.id);
      return OK;
    },
  }),
  ...["demote", "promote"].map((verb) =>
    route({
      method: "POST",
      path: `/api/v4/users/{user_id}/${verb}`,
      auth: "session",
      access: anyone,
      handle: () => {
        throw fail("api.team.demote_user_to_guest.license.error");
      },
    }),
  ),
];
