import type { Context } from "../../../context.ts";
import { truncateRunes } from "../../../text/clean.ts";
import { isValidEmail, isValidUsername } from "../../../text/names.ts";
import { LineFailure } from "../failure.ts";
import { lineOf, reasonOf } from "./line.ts";
import type { ImportLog } from "./log.ts";
import type { SlackUser } from "./shapes.ts";

/** Who posts what programs have said in Slack; their names are `override_username` of the posts. */
const ROBOT = "slack-import";
const MAX_NAME = 64;

/** A person of the export: the fields of a user line but for the memberships. */
export interface Member {
  fields: { username: string; email: string };
  /** Slack has deactivated the account: it does not join the team. */
  deleted: boolean;
}

export interface People {
  /** By ids of Slack. */
  members: Map<string, Member>;
  /** Names of programs, by ids of Slack. */
  robots: Map<string, string>;
  /** The bot that posts for them, and whether it is to be made. */
  robot: { username: string; made: boolean };
}

interface Account {
  username: string;
  email: string;
  is_bot: boolean;
}

/**
 * Finds people by their e-mail addresses, and says what the others' accounts are to be. `at`: ms, when those that Slack has
 * deactivated are. One query.
 */
export async function peopleOf(
  ctx: Context,
  users: SlackUser[],
  at: number,
  log: ImportLog,
): Promise<People> {
  const robotNames = [ROBOT, `${ROBOT}-2`, `${ROBOT}-3`];
  const accounts = await ctx.sql.query<Account>(
    `SELECT u.username, u.email, b.userid IS NOT NULL AS is_bot FROM users u LEFT JOIN bots b ON b.userid = u.id
     WHERE u.email = ANY($1::text[]) OR u.username = ANY($2::text[])`,
    [users.map(emailOf), [...users.flatMap(usernamesOf), ...robotNames]],
  );
  const byEmail = new Map(accounts.map((account) => [account.email, account]));
  const taken = new Map(accounts.map((account) => [account.username, account]));
  const free = robotNames.find((name) => taken.get(name)?.is_bot ?? true) ?? ROBOT;
  const robot = { username: free, made: !taken.has(free) };
  taken.set(free, { username: free, email: "", is_bot: true });

  const people: People = { members: new Map(), robots: new Map([["USLACKBOT", "slackbot"]]), robot };
  const own = new Map<string, Member>();
  for (const user of users) {
    const { id, deleted, is_bot, is_restricted } = user;
    if (is_bot || id === "USLACKBOT") {
      people.robots.set(id, user.profile?.real_name || user.real_name || user.name || "bot");
      continue;
    }
    const email = emailOf(user);
    const account = byEmail.get(email);
    if (account?.is_bot) {
      log.note("Users not imported", `${user.name}: the e-mail address is that of a bot.`);
      continue;
    }
    const known: Member | undefined = account
      ? { fields: { username: account.username, email }, deleted }
      : own.get(email);
    if (known) {
      people.members.set(id, known);
      log.note("Users that were here", `${known.fields.username} (${email})`);
      continue;
    }
    const username = usernamesOf(user).find((name) => !taken.has(name)) ?? `slack-${id.toLowerCase()}`;
    const member = { fields: accountOf(user, username, email, at), deleted };
    try {
      lineOf("user", member.fields);
    } catch (error) {
      if (!(error instanceof LineFailure)) throw error;
      log.note("Users not imported", `${user.name}: ${reasonOf(error)}`);
      continue;
    }
    taken.set(username, { username, email, is_bot: false });
    own.set(email, member);
    people.members.set(id, member);
    const remarks = [
      username === user.name ? "" : `was ${user.name} in Slack`,
      email.endsWith(NOWHERE)
        ? "the export has no valid e-mail address: an administrator has to set one"
        : "",
      is_restricted ? "was a guest in Slack, and is a full member here" : "",
      deleted ? "deactivated, as in Slack" : "",
    ].filter(Boolean);
    log.note("Users created", [`${username} (${email})`, ...remarks].join("; "));
  }
  return people;
}

/** A domain that can never be anybody's (RFC 2606): no mail leaves, and nobody can claim the account by it. */
const NOWHERE = "@slack.invalid";

function emailOf({ id, profile }: SlackUser): string {
  const email = (profile?.email ?? "").trim().toLowerCase();
  return isValidEmail(email) ? email : `${id.toLowerCase()}${NOWHERE}`;
}

/** What the account may be called, the best first. */
function usernamesOf({ id, name }: SlackUser): string[] {
  const suffix = id.toLowerCase();
  const clean = name
    .toLowerCase()
    .replace(/[^a-z0-9.\-_]/g, "-")
    .slice(0, MAX_NAME);
  return [clean, `${clean.slice(0, MAX_NAME - 1 - suffix.length)}-${suffix}`, `slack-${suffix}`].filter(
    isValidUsername,
  );
}

function accountOf({ profile, real_name, deleted }: SlackUser, username: string, email: string, at: number) {
  const [first = "", ...rest] = (profile?.real_name || real_name).split(/\s+/);
  const named = Boolean(profile?.first_name || profile?.last_name);
  return {
    username,
    email,
    first_name: truncateRunes(named ? profile!.first_name : first, MAX_NAME),
    last_name: truncateRunes(named ? profile!.last_name : rest.join(" "), MAX_NAME),
    nickname: truncateRunes(profile?.display_name ?? "", MAX_NAME),
    position: truncateRunes(profile?.title ?? "", 128),
    ...(deleted ? { delete_at: at } : {}),
  };
}
