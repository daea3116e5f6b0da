/** Validators of names. They take the stored form: lower-case usernames, emails and channel and team names. */
import { byteLength } from "./clean.ts";

const RESERVED_USERNAMES = new Set(["all", "channel", "matterbot", "system"]);
const RESERVED_TEAM_WORDS = [
  "admin",
  "api",
  "channel",
  "claim",
  "error",
  "files",
  "help",
  "landing",
  "login",
  "mfa",
  "oauth",
  "plug",
  "plugins",
  "post",
  "signup",
  "boards",
  "playbooks",
];

/** Rule 14.1. */
export function isValidUsername(name: string): boolean {
  return /^[a-z0-9.\-_]{1,64}$/.test(name) && !RESERVED_USERNAMES.has(name);
}

const LOCAL = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const DOMAIN = /^[\p{L}\p{N}_](?:[\p{L}\p{N}\-_.]*[\p{L}\p{N}_])?$/u;

/** A plain lower-case address with one "@", at most 128 bytes (14.1). */
export function isValidEmail(email: string): boolean {
  if (email.length > 128 || byteLength(email) > 128 || email !== email.toLowerCase()) return false;
  const at = email.indexOf("@");
  if (at < 0) return false;
  const domain = email.slice(at + 1);
  return LOCAL.test(email.slice(0, at)) && DOMAIN.test(domain) && !domain.includes("..");
}

/** The pattern, length and reserved words of rule 13.1. */
export function isValidTeamName(name: string): boolean {
  return isTeamNameForm(name) && !isReservedTeamName(name);
}

/** 2-64 characters; inside either hyphens or one "__". The same language as 13.1's pattern, without backtracking. */
function isTeamNameForm(name: string): boolean {
  if (name.length < 2 || name.length > 64) return false;
  return /^[a-z0-9][a-z0-9-]*$/.test(name) ? !name.endsWith("-") : /^[a-z0-9]+__[a-z0-9]+$/.test(name);
}

/** Whether a team name starts with a reserved word (13.1). */
export function isReservedTeamName(name: string): boolean {
  return RESERVED_TEAM_WORDS.some((word) => name.startsWith(word));
}

/** Names of open and private channels (12.2): the pattern, and not the name of a D or G channel. */
export function isValidChannelName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9\-_]{0,63}$/.test(name) &&
    !/^[a-z0-9]{26}__[a-z0-9]{26}$/.test(name) &&
    !/^[0-9a-f]{40}$/.test(name)
  );
}

/** Rules 7.1 and 17.7. */
export function isValidEmojiName(name: string): boolean {
  return /^[a-zA-Z0-9+\-_]{1,64}$/.test(name);
}

/** The part of cfg PasswordSettings that rule 14.2 reads. */
export type PasswordSettings = {
  MinimumLength: number;
  Lowercase: boolean;
  Uppercase: boolean;
  Number: boolean;
  Symbol: boolean;
};

export type PasswordFault = "min_length" | "max_length" | "lowercase" | "uppercase" | "number" | "symbol";

const MAX_PASSWORD = 72;

/** What a password lacks, in the order of the error id (14.2); lengths are in bytes. */
export function passwordFaults(password: string, settings: PasswordSettings): PasswordFault[] {
  const faults: PasswordFault[] = [];
  const bytes = byteLength(password);
  if (bytes < settings.MinimumLength) faults.push("min_length");
  if (bytes > MAX_PASSWORD) faults.push("max_length");
  if (settings.Lowercase && !/[a-z]/.test(password)) faults.push("lowercase");
  if (settings.Uppercase && !/[A-Z]/.test(password)) faults.push("uppercase");
  if (settings.Number && !/[0-9]/.test(password)) faults.push("number");
  if (settings.Symbol && !/[ -/:-@[-`{-~]/.test(password)) faults.push("symbol");
  return faults;
}

/** The composed error id, such as `model.user.is_valid.pwd_min_length_number.app_error`; null for a good password. */
export function passwordErrorId(password: string, settings: PasswordSettings): string | null {
  const faults = passwordFaults(password, settings);
  return faults.length === 0 ? null : `model.user.is_valid.pwd_${faults.join("_")}.app_error`;
}
