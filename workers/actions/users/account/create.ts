import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import { envelope } from "../../../events/envelope.ts";
import { publish } from "../../../events/publish.ts";
import { newId } from "../../../model/id.ts";
import type { User } from "../../../model/user.ts";
import { DEFAULT_NOTIFY_PROPS, DEFAULT_TIMEZONE } from "../../../model/user-view.ts";
import { lock } from "../../../ports/sql/lock.ts";
import { SqlError } from "../../../ports/sql/sql.ts";
import { CHANGED_USER, userEffect } from "./announce.ts";
import { NO_ACCOUNTS } from "./no-accounts.ts";
import { checkNewPassword, checkProfile, type Profile } from "./validate.ts";

export interface NewUser extends Partial<Profile> {
  username: string;
  email: string;
  password: string;
}

export interface CreateOptions {
  /** There may be no account yet: the one that is created first becomes the administrator (semantics 14.3). */
  mayBeFirst: boolean;
  /** Only as the first account. */
  onlyFirst?: boolean;
  emailVerified?: boolean;
  /** A token of this value and type must still be there, and is used up. */
  token?: string;
}

/** Two first accounts at the same time must not both become administrators. */
const FIRST_ACCOUNT_LOCK = lock("first account");

/**
 * Creates an account with its default preferences, and announces it (semantics 14.4).
 * Throws 400 for what is not valid or taken; undefined if `onlyFirst` was too late or the token is gone.
 */
export async function doCreateUser(
  ctx: Context,
  input: NewUser,
  options: CreateOptions,
): Promise<User | undefined> {
  const profile = checkProfile(input);
  checkNewPassword(input.password, ctx.config);
  const hash = await ctx.compute.hashPassword(input.password);
  const user = await insert(ctx, profile, hash, options);
  if (user)
    await publish(
      ctx,
      "system",
      [envelope("new_user", { user_id: user.id }, {})],
      [userEffect(user.id, input.notify_props !== undefined)],
    );
  return user;
}

async function insert(
  ctx: Context,
  profile: NewUser,
  hash: string,
  options: CreateOptions,
): Promise<User | undefined> {
  const id = newId();
  const { username, email, nickname = "", first_name = "", last_name = "", position = "", locale } = profile;
  const notify =
    Object.keys(profile.notify_props ?? {}).length > 0 ? profile.notify_props : DEFAULT_NOTIFY_PROPS;
  const { mayBeFirst, onlyFirst = false, emailVerified = false, token = "" } = options;
  const text = `WITH used AS (DELETE FROM tokens WHERE $15::text <> '' AND token = $15 RETURNING token),
    changed AS (
      INSERT INTO users (id, createat, updateat, deleteat, username, password, authdata, authservice, email, emailverified,
        nickname, firstname, lastname, roles, allowmarketing, props, notifyprops, lastpasswordupdate, lastpictureupdate,
        failedattempts, locale, mfaactive, mfasecret, position, timezone, remoteid, lastlogin, mfausedtimestamps)
      SELECT $1::text, $2::bigint, $2, 0, $3, $4, NULL, '', $5, $6::boolean, $7, $8, $9,
        CASE WHEN first.yes THEN 'system_admin system_user' ELSE 'system_user' END, false, $10::jsonb, $11::jsonb, $2, 0,
        0, $12, false, '', $13, $14::jsonb, NULL, 0, '[]'
      FROM (SELECT $16::boolean AND ${NO_ACCOUNTS} AS yes) first
      WHERE (first.yes OR NOT $17::boolean) AND ($15 = '' OR EXISTS (SELECT FROM used)) RETURNING *),
    defaults AS (
      INSERT INTO preferences (userid, category, name, value)
      SELECT c.id, v.category, v.name, v.value FROM changed c, (VALUES ('recommended_next_steps', 'hide', 'false'),
        ('tutorial_step', $1::text, '0'), ('system_notice', 'GMasDM', 'true')) v (category, name, value))
    ${CHANGED_USER}`;
  const params = [
    id,
    Date.now(),
    username,
    hash,
    email,
    emailVerified,
    nickname,
    first_name,
    last_name,
    JSON.stringify(profile.props ?? {}),
    JSON.stringify(notify),
    locale || ctx.config.LocalizationSettings.DefaultClientLocale,
    position,
    JSON.stringify(profile.timezone ?? DEFAULT_TIMEZONE),
    token,
    mayBeFirst,
    onlyFirst,
  ];
  try {
    if (!mayBeFirst) return (await ctx.sql.query<User>(text, params))[0];
    const [, rows] = await ctx.sql.batch([FIRST_ACCOUNT_LOCK, { text, params }]);
    return rows![0] as unknown as User | undefined;
  } catch (error) {
    throw taken(error);
  }
}

/** What a unique constraint of `users` says, as the error that clients know. */
export function taken(error: unknown): unknown {
  if (!(error instanceof SqlError)) return error;
  if (error.isDuplicate("users_username_key")) return fail("app.user.save.username_exists.app_error");
  if (error.isDuplicate("users_email_key")) return fail("app.user.save.email_exists.app_error");
  return error;
}
