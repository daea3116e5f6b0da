import { z } from "zod";
import { isAdmin } from "../../../../access/accounts.ts";
import { rightsOf } from "../../../../access/permissions.ts";
import { userById } from "../../../../access/users.ts";
import { audit } from "../../../../actions/sessions/audit.ts";
import { checkPassword } from "../../../../actions/users/credentials/check-password.ts";
import {
  doResetPassword,
  doSendReset,
  doSetPassword,
} from "../../../../actions/users/credentials/password.ts";
import { AppError, badBody, fail, forbidden } from "../../../../errors/app-error.ts";
import { OK } from "../../../../http/reply.ts";
import type { Req } from "../../../../http/request.ts";
import { anyone, route } from "../../../../http/route.ts";
import type { User } from "../../../../model/user.ts";

/** One's own with the current password; another's for administrators, of which only manage_system reaches each other. */
async function requirePassword(r: Req<{ current_password: string }>): Promise<User> {
  const userId = r.param("user_id");
  if (userId === r.userId) {
    if (!r.body.current_password) throw badBody("current_password");
    return r.me.user;
  }
  const rights = await rightsOf(r);
  const all = rights.system("manage_system");
  if (!all && !rights.system("sysconsole_write_user_management_users")) throw forbidden();
  const user = await userById(r.ctx, userId);
  if (!user) throw fail("app.user.missing_account.const");
  if (!all && isAdmin(user)) throw forbidden();
  return user;
}

async function checkCurrent(r: Req<{ current_password: string }>, user: User): Promise<void> {
  // Only an administrator takes an account off its service (the console's "switch to e-mail and password").
  if (user.auth_service) throw fail("api.user.update_password.oauth.app_error");
  try {
    await checkPassword(r.ctx, user, r.body.current_password);
  } catch (error) {
    // No 401: it would end the web client's session.
    if (error instanceof AppError && error.status === 401)
      throw fail("api.user.update_password.incorrect.app_error");
    throw error;
  }
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

export const password = [
  route({
    method: "PUT",
    path: "/api/v4/users/{user_id}/password",
    auth: "session",
    body: z.object({ current_password: text, new_password: z.string() }),
    access: requirePassword,
    async handle(r, user) {
      const own = user.id === r.userId;
      if (own) await checkCurrent(r, user);
      await doSetPassword(r.ctx, user, r.body.new_password, own ? r.me.session.id : "");
      audit(r, `completed user_id=${user.id}`);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/password/reset/send",
    auth: "optional",
    body: z.object({ email: z.string().min(1) }),
    access: anyone,
    async handle(r) {
      await doSendReset(r.ctx, r.body.email);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/password/reset",
    auth: "optional",
    body: z.object({ token: text, code: text, new_password: z.string() }),
    access: anyone,
    async handle(r) {
      const userId = await doResetPassword(r.ctx, r.body.token || r.body.code, r.body.new_password);
      audit(r, `success user_id=${userId}`, userId);
      return OK;
    },
  }),
];
