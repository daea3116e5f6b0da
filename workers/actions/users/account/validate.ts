import type { Config } from "../../../config/load.ts";
import { AppError, fail } from "../../../errors/app-error.ts";
import type { User } from "../../../model/user.ts";
import { byteLength, removeControlCharacters, runeCount } from "../../../text/clean.ts";
import { isValidEmail, isValidUsername, passwordErrorId, passwordFaults } from "../../../text/names.ts";

/** What a user may say of itself, under API names. */
export type Profile = Pick<
  User,
  | "username"
  | "email"
  | "nickname"
  | "first_name"
  | "last_name"
  | "position"
  | "locale"
  | "timezone"
  | "notify_props"
  | "props"
>;

const LOCALE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2})?$/;
const MAX_JSON = 200_000;

/** Lower-cases what is stored lower-case, cleans names (semantics 12.3), and checks semantics 14.1. Throws 400 model.user.is_valid.*. */
export function checkProfile<P extends Partial<Profile>>(profile: P): P {
  const checked: Partial<Profile> = { ...profile };
  for (const name of ["username", "nickname", "first_name", "last_name"] as const) {
    if (checked[name] !== undefined) checked[name] = removeControlCharacters(checked[name]);
  }
  if (checked.username !== undefined) {
    checked.username = checked.username.trim().toLowerCase();
    if (!isValidUsername(checked.username)) throw fail("model.user.is_valid.username.app_error");
  }
  if (checked.email !== undefined) {
    checked.email = checked.email.trim().toLowerCase();
    if (!isValidEmail(checked.email)) throw fail("model.user.is_valid.email.app_error");
  }
  if (runeCount(checked.nickname ?? "") > 64) throw fail("model.user.is_valid.nickname.app_error");
  if (runeCount(checked.first_name ?? "") > 64) throw fail("model.user.is_valid.first_name.app_error");
  if (runeCount(checked.last_name ?? "") > 64) throw fail("model.user.is_valid.last_name.app_error");
  if (runeCount(checked.position ?? "") > 128) throw fail("model.user.is_valid.position.app_error");
  if (checked.locale && (byteLength(checked.locale) > 5 || !LOCALE.test(checked.locale)))
    throw fail("model.user.is_valid.locale.app_error");
  if (checked.timezone && runeCount(JSON.stringify(checked.timezone)) > 256)
    throw fail("model.user.is_valid.marshal.app_error");
  if (JSON.stringify([checked.props, checked.notify_props]).length > MAX_JSON)
    throw fail("model.user.is_valid.marshal.app_error");
  return checked as P;
}

const FAULTS = {
  min_length: "at least {min} characters",
  max_length: "at most 72 characters",
  lowercase: "a lower-case letter",
  uppercase: "an upper-case letter",
  number: "a number",
  symbol: "a symbol",
};

/** Throws 400 model.user.is_valid.pwd_….app_error with the composed id of semantics 14.2. */
export function checkNewPassword(password: string, config: Config): void {
  const id = passwordErrorId(password, config.PasswordSettings);
  if (!id) return;
  const wanted = passwordFaults(password, config.PasswordSettings).map((fault) => FAULTS[fault]);
  const text = wanted.join(", ").replace("{min}", String(config.PasswordSettings.MinimumLength));
  throw new AppError(id, 400, `Your password must have ${text}.`);
}
