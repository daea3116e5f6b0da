import type { Config } from "../config/load.ts";
import { SERVER_VERSION } from "../config/version.ts";
import type { User } from "./user.ts";

/** Who looks at a profile (semantics 14.5): the user itself, a holder of manage_system, or anyone else. */
export type View = "self" | "admin" | "other";

/** A profile as clients get it. */
export type UserView = Omit<User, "password" | "mfa_secret" | "auth_data" | "last_login"> & {
  auth_data: string;
  disable_welcome_email: boolean;
};

/** What `view` may see of a user; none sees password hash or MFA secret. */
export function userView(user: User, view: View, config: Config): Partial<UserView> {
  const { password: _p, mfa_secret: _m, last_login: _l, auth_data, ...rest } = user;
  const full = { ...rest, auth_data: auth_data ?? "", disable_welcome_email: false };
  if (view !== "other") return full;
  const {
    notify_props: _n,
    email_verified: _e,
    last_password_update: _u,
    failed_attempts: _f,
    allow_marketing: _a,
    mfa_active: _x,
    ...shown
  } = full;
  const { ShowEmailAddress, ShowFullName } = config.PrivacySettings;
  return {
    ...shown,
    auth_data: "",
    auth_service: "",
    ...(ShowEmailAddress ? {} : { email: "" }),
    ...(ShowFullName ? {} : { first_name: "", last_name: "" }),
  };
}

type Texts = { config: Config } & Partial<Record<View, string>>;

/** Serialised once per loaded user: a changed user is another object, and a changed configuration too. */
const texts = new WeakMap<User, Texts>();

/** JSON of `userView`. */
export function userText(user: User, view: View, config: Config): string {
  let known = texts.get(user);
  if (known?.config !== config) {
    known = { config };
    texts.set(user, known);
  }
  known[view] ??= JSON.stringify(userView(user, view, config));
  return known[view];
}

/** JSON array of the users as a holder of manage_system (`admin`) or anyone else sees them; `me` sees itself in full. */
export function userListText(users: User[], me: string, admin: boolean, config: Config): string {
  return `[${users.map((user) => userText(user, viewOf(user.id, me, admin), config)).join(",")}]`;
}

export function viewOf(userId: string, me: string, admin: boolean): View {
  return userId === me ? "self" : admin ? "admin" : "other";
}

/** http-conventions 4.3; the two empty parts are the terms of service. What others see has an ETag of its own. */
export function userEtag(user: User, view: View, config: Config): string {
  const { ShowFullName, ShowEmailAddress } = config.PrivacySettings;
  const seen = view === "self" ? "" : `.${view}`;
  return `${SERVER_VERSION}.${user.id}.${user.update_at}..0.${ShowFullName}.${ShowEmailAddress}.${user.bot_last_icon_update}${seen}`;
}

export const DEFAULT_NOTIFY_PROPS: Record<string, string> = {
  email: "true",
  push: "mention",
  desktop: "mention",
  desktop_sound: "true",
  desktop_threads: "all",
  email_threads: "all",
  push_threads: "all",
  push_status: "online",
  comments: "never",
  mention_keys: "",
  channel: "true",
  first_name: "false",
};

export const DEFAULT_TIMEZONE = { useAutomaticTimezone: "true", automaticTimezone: "", manualTimezone: "" };
