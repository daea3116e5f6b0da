import type { Config } from "../../config/load.ts";
import { fail } from "../../errors/app-error.ts";
import type { Team } from "../../model/team.ts";
import type { User } from "../../model/user.ts";
import { byteLength, removeControlCharacters, runeCount } from "../../text/clean.ts";
import { isReservedTeamName, isValidTeamName } from "../../text/names.ts";

export type TeamFields = Partial<
  Pick<Team, "display_name" | "description" | "company_name" | "allowed_domains">
>;

/** The fields as they are stored: trimmed, without control characters; throws 400 for what is too long (semantics 13.1). */
export function checkTeamFields(fields: TeamFields): TeamFields {
  const clean: TeamFields = {};
  const text = (name: keyof TeamFields) => {
    const value = fields[name];
    if (value !== undefined) clean[name] = removeControlCharacters(value).trim();
  };
  for (const name of ["display_name", "description", "company_name", "allowed_domains"] as const) text(name);
  const { display_name, description, company_name, allowed_domains } = clean;
  if (display_name !== undefined && (display_name === "" || runeCount(display_name) > 64)) {
    throw fail("model.team.is_valid.name.app_error");
  }
  if (byteLength(description ?? "") > 255) throw fail("model.team.is_valid.description.app_error");
  if (byteLength(company_name ?? "") > 64) throw fail("model.team.is_valid.company.app_error");
  if (byteLength(allowed_domains ?? "") > 500) throw fail("model.team.is_valid.domains.app_error");
  return clean;
}

/** Throws 400 for a name that no team may have (semantics 13.1). */
export function checkTeamName(name: string): void {
  if (isValidTeamName(name)) return;
  if (name.length < 2 || name.length > 64) throw fail("model.team.is_valid.url.app_error");
  if (isReservedTeamName(name)) throw fail("model.team.is_valid.reserved.app_error");
  throw fail("model.team.is_valid.characters.app_error");
}

/** "a.com, @b.com c.com" to its domains (semantics 13.3). */
export function domains(list: string): string[] {
  return list
    .toLowerCase()
    .split(/[\s,@]+/)
    .filter(Boolean);
}

/** Whether an address is of one of the domains of `list`; an empty list accepts all. */
export function isOfDomain(email: string, list: string): boolean {
  const accepted = domains(list);
  return accepted.length === 0 || accepted.some((domain) => email.toLowerCase().endsWith(`@${domain}`));
}

/** Whether a user's address lets him into the team (semantics 13.3); bots have none. */
export function mayJoin(
  config: Config,
  team: Pick<Team, "allowed_domains">,
  user: Pick<User, "email" | "is_bot">,
): boolean {
  if (user.is_bot) return true;
  return (
    isOfDomain(user.email, team.allowed_domains) &&
    isOfDomain(user.email, config.TeamSettings.RestrictCreationToDomains)
  );
}
