import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import { publish } from "../../../events/publish.ts";
import type { User } from "../../../model/user.ts";
import type { Verdict } from "../../../passwords/passwords.ts";

type Account = Pick<User, "id" | "password" | "failed_attempts">;

/**
 * Passes if `password` is the user's. A wrong one counts towards the lock-out (semantics 14.10).
 * Throws 401 api.user.check_user_password.invalid or …login_attempts.too_many.
 */
export async function checkPassword(ctx: Context, user: Account, password: string): Promise<Verdict> {
  if (user.failed_attempts >= ctx.config.ServiceSettings.MaximumLoginAttempts) {
    throw fail("api.user.check_user_login_attempts.too_many.app_error");
  }
  const verdict = await ctx.compute.verifyPassword(password, user.password);
  if (verdict.matches) return verdict;
  await ctx.sql.query("UPDATE users SET failedattempts = failedattempts + 1 WHERE id = $1", [user.id]);
  await publish(ctx, `user:${user.id}`, [], [{ kind: "user", id: user.id }]);
  throw fail("api.user.check_user_password.invalid.app_error");
}

/** Replaces a bcrypt hash, or one of other parameters, by the default kind (schema-notes 2); `password` has matched it. */
export async function upgradeHash(ctx: Context, user: Account, password: string): Promise<void> {
  const hash = await ctx.compute.hashPassword(password);
  await ctx.sql.query(
    `UPDATE users SET password = $3, lastpasswordupdate = $4, authdata = NULL, authservice = '', failedattempts = 0
     WHERE id = $1 AND password = $2`,
    [user.id, user.password, hash, Date.now()],
  );
  await publish(ctx, `user:${user.id}`, [], [{ kind: "user", id: user.id }]);
}
