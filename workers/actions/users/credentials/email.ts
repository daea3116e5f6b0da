import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../../model/user.ts";
import { announceUser, CHANGED_USER } from "../account/announce.ts";
import { taken } from "../account/create.ts";
import { sendMailLater } from "../mail.ts";
import type { AccountToken } from "./password.ts";
import { findToken, makeToken } from "./tokens.ts";

/** Sends a verification link, where there is such an account that needs one; who asks does not learn whether. */
export async function doSendVerification(ctx: Context, email: string): Promise<void> {
  const address = email.trim().toLowerCase();
  const [user] = await ctx.sql.query<User>(`SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.email = $1`, [
    address,
  ]);
  if (!user || user.email_verified || user.delete_at > 0) return;
  const token = await makeToken(ctx, "verify_email", { UserId: user.id, Email: user.email });
  sendMailLater(ctx, { to: user.email, kind: "verify_email", token });
}

/** The address of a verification token becomes the user's, verified. */
export async function doVerifyEmail(ctx: Context, value: string): Promise<void> {
  const token = await findToken<AccountToken>(ctx, value, "verify_email");
  if (!token) throw fail("api.user.verify_email.bad_link.app_error");
  if (token.expired) throw fail("api.user.verify_email.link_expired.app_error");
  const verified = await verify(ctx, token.extra.UserId, token.extra.Email, value);
  if (!verified) throw fail("api.user.verify_email.bad_link.app_error");
  const { old_email, ...user } = verified;
  await announceUser(ctx, user);
  if (old_email !== user.email)
    sendMailLater(ctx, { to: old_email, kind: "email_changed", newEmail: user.email });
}

/** An administrator vouches for the user's address. */
export async function doVerifyMember(ctx: Context, user: User): Promise<User> {
  const verified = await verify(ctx, user.id, user.email, "");
  if (!verified) throw fail("app.user.missing_account.const");
  const { old_email: _, ...changed } = verified;
  await announceUser(ctx, changed);
  return changed;
}

async function verify(
  ctx: Context,
  userId: string,
  email: string,
  token: string,
): Promise<(User & { old_email: string }) | undefined> {
  try {
    const [user] = await ctx.sql.query<User & { old_email: string }>(
      `WITH used AS (DELETE FROM tokens WHERE $4 <> '' AND token = $4 RETURNING token),
       changed AS (UPDATE users SET email = $2, emailverified = true, updateat = greatest($3, updateat + 1)
         WHERE id = $1 AND ($4 = '' OR EXISTS (SELECT FROM used)) RETURNING *)
       SELECT c.*, (SELECT o.email FROM users o WHERE o.id = $1) AS old_email FROM (${CHANGED_USER}) c`,
      [userId, email.toLowerCase(), Date.now(), token],
    );
    return user;
  } catch (error) {
    throw taken(error);
  }
}
