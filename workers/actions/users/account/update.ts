import { caches } from "../../../cache/caches.ts";
import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import type { User } from "../../../model/user.ts";
import type { Statement } from "../../../ports/sql/sql.ts";
import { setOutOfOffice } from "../../status/set-status.ts";
import { isOfDomain } from "../../teams/check.ts";
import { checkPassword } from "../credentials/check-password.ts";
import { makeToken } from "../credentials/tokens.ts";
import { sendMailLater } from "../mail.ts";
import { announceUser, CHANGED_USER } from "./announce.ts";
import { taken } from "./create.ts";
import { checkProfile, type Profile } from "./validate.ts";

export type Patch = Partial<Profile> & {
  /** The current password, where a user changes its own e-mail address (semantics 14.7). */
  password?: string;
};

export interface UpdateOptions {
  /** By the user itself. */
  own: boolean;
  /** Written in the same transaction. */
  audit: Statement;
}

/** Changes what a user says of itself (semantics 14.6, 14.7) and announces it. */
export async function doUpdateUser(
  ctx: Context,
  user: User,
  patch: Patch,
  { own, audit }: UpdateOptions,
): Promise<User> {
  const { password = "", ...profile } = checkProfile(patch);
  if (user.auth_service) checkProvided(user, profile);
  const newEmail = profile.email !== undefined && profile.email !== user.email ? profile.email : "";
  if (newEmail) await checkEmail(ctx, user, newEmail, own, password);
  const verifyFirst = newEmail !== "" && ctx.config.EmailSettings.RequireEmailVerification;
  if (verifyFirst) delete profile.email;
  const guard = caches.users.guard();
  const changed = await update(ctx, user, profile, audit);
  const keywords = keywordsChanged(user, changed);
  await caches.users.written(user.id, guard, changed, () => announceUser(ctx, changed, { keywords }));
  const away = ({ notify_props }: User) => notify_props.auto_responder_active === "true";
  if (away(user) !== away(changed)) await setOutOfOffice(ctx, user.id, away(changed));
  if (verifyFirst) {
    const token = await makeToken(ctx, "verify_email", { UserId: user.id, Email: newEmail });
    sendMailLater(ctx, { to: newEmail, kind: "verify_email", token });
  }
  if (!user.is_bot) {
    // To the old address: its owner may not be who changed it.
    if (changed.email !== user.email)
      sendMailLater(ctx, { to: user.email, kind: "email_changed", newEmail: changed.email });
    if (changed.username !== user.username)
      sendMailLater(ctx, { to: user.email, kind: "username_changed", username: changed.username });
  }
  return changed;
}

/** Names and address of an account that a provider owns are the provider's to change. */
function checkProvided(user: User, profile: Partial<Profile>): void {
  for (const field of ["username", "email", "first_name", "last_name"] as const) {
    if (profile[field] !== undefined && profile[field] !== user[field])
      throw fail("api.user.update_user.login_provider_attribute_set.app_error");
  }
}

async function checkEmail(
  ctx: Context,
  user: User,
  email: string,
  own: boolean,
  password: string,
): Promise<void> {
  if (!isOfDomain(email, ctx.config.TeamSettings.RestrictCreationToDomains))
    throw fail("api.user.update_user.accepted_domain.app_error");
  if (own && !user.is_bot) await checkPassword(ctx, user, password);
}

/** Fields that are not given stay; maps are replaced whole. A new username leaves no trace of the old one in the keywords. */
async function update(ctx: Context, user: User, profile: Partial<Profile>, audit: Statement): Promise<User> {
  const renamed = profile.username !== undefined && profile.username !== user.username;
  const notify = profile.notify_props ?? user.notify_props;
  const notifyProps = renamed
    ? { ...notify, mention_keys: withoutName(notify.mention_keys ?? "", user.username) }
    : profile.notify_props;
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  const { username, email, nickname, first_name, last_name, position, locale, timezone, props } = profile;
  try {
    const statement = {
      text: `WITH changed AS (UPDATE users SET username = coalesce($2, username), email = coalesce($3, email),
         emailverified = emailverified AND coalesce($3 = email, true), nickname = coalesce($4, nickname),
         firstname = coalesce($5, firstname), lastname = coalesce($6, lastname), position = coalesce($7, position),
         locale = coalesce($8, locale), timezone = coalesce($9::jsonb, timezone), props = coalesce($10::jsonb, props),
         notifyprops = coalesce($11::jsonb, notifyprops), updateat = greatest($12, updateat + 1),
         lastpictureupdate = CASE WHEN $13 AND coalesce(lastpictureupdate, 0) <= 0 THEN -$12::bigint ELSE lastpictureupdate END WHERE id = $1 RETURNING *)
       ${CHANGED_USER}`,
      params: [
        user.id,
        username ?? null,
        email ?? null,
        nickname ?? null,
        first_name ?? null,
        last_name ?? null,
        position ?? null,
        locale || null,
        json(timezone),
        json(props),
        json(notifyProps),
        Date.now(),
        // A generated picture shows the name's first letter, and browsers keep it by its time (semantics 14.6, 14.17).
        renamed,
      ],
    };
    const [rows] = await ctx.sql.batch([statement, audit]);
    const row = rows![0] as unknown as User | undefined;
    if (!row) throw fail("app.user.missing_account.const");
    return row;
  } catch (error) {
    throw taken(error);
  }
}

function withoutName(keys: string, username: string): string {
  const names = [username, `@${username}`];
  return keys
    .split(",")
    .filter((key) => !names.includes(key.trim()))
    .join(",");
}

/** Whether other words than before mention the user. */
function keywordsChanged(before: User, after: User): boolean {
  const keywords = (user: User) => JSON.stringify([user.username, user.first_name, user.notify_props]);
  return keywords(before) !== keywords(after);
}
