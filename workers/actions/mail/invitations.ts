import type { Context } from "../../context.ts";
import { type AppError, fail } from "../../errors/app-error.ts";
import { randomToken } from "../../model/id.ts";
import type { Team } from "../../model/team.ts";
import type { User } from "../../model/user.ts";
import { MailError } from "../../ports/mail/mail.ts";
import { isValidEmail } from "../../text/names.ts";
import { isOfDomain } from "../teams/check.ts";
import { logUnsent } from "../users/mail.ts";
import { render, siteLink } from "./layout.ts";

/** How many invitations one user may send in an hour, on all nodes together. */
const MAX_PER_HOUR = 20;
const HOUR_MS = 3_600_000;

/** `emails` in lower case and each once, and those of them that may be invited to the team (semantics 13.3, 13.4). */
export function addressesOf(
  ctx: Context,
  team: Team,
  emails: string[],
): { addresses: string[]; accepted: string[] } {
  const addresses = [...new Set(emails.map((email) => email.trim().toLowerCase()))].filter(Boolean);
  const lists = [team.allowed_domains, ctx.config.TeamSettings.RestrictCreationToDomains];
  const accepted = addresses.filter(
    (email) => isValidEmail(email) && lists.every((list) => isOfDomain(email, list)),
  );
  return { addresses, accepted };
}

/** What an invitation says and does besides: ids of channels of the team that it leads to, too, and the sender's words. */
export interface Along {
  channels: string[];
  message: string;
}

/**
 * Invites `addresses` (valid and distinct) to the team: a token each, then a mail each, over one connection
 * (semantics 13.4, 14.13). Answers for each address why it got none, undefined where it did; a token without its mail goes.
 * Throws 413 beyond the rate.
 */
export async function doInviteByEmail(
  ctx: Context,
  sender: User,
  team: Team,
  addresses: string[],
  { channels, message }: Along,
): Promise<Map<string, AppError | undefined>> {
  const unsent = () => fail("api.team.invite_members.unable_to_send_email_with_defaults.app_error");
  const links = ctx.mail.configured && ctx.config.ServiceSettings.SiteURL !== "";
  if (!links) return new Map(addresses.map((address) => [address, unsent()]));
  const invitations = addresses.map((email) => ({ email, token: randomToken(64) }));
  const extras = invitations.map(({ email }) =>
    // Strings only, as Mattermost reads it.
    JSON.stringify({ teamId: team.id, email, channels: channels.join(" "), senderId: sender.id }),
  );
  const now = Date.now();
  const stored = await ctx.sql.query(
    `INSERT INTO tokens (token, createat, type, extra)
     SELECT v.token, $3::bigint, 'team_invitation', v.extra FROM unnest($1::text[], $2::text[]) AS v (token, extra)
     WHERE (SELECT count(*) FROM tokens WHERE type = 'team_invitation' AND createat > $4::bigint AND extra LIKE $5)
       + cardinality($1::text[]) <= ${MAX_PER_HOUR}
     RETURNING token`,
    [invitations.map(({ token }) => token), extras, now, now - HOUR_MS, `%"senderId":"${sender.id}"%`],
  );
  if (stored.length === 0) throw fail("app.email.rate_limit_exceeded.app_error");
  const results = await ctx.mail.sendAll(
    invitations.map(({ email, token }) => ({
      to: email,
      ...invitation(ctx, sender, team, { email, token, message }),
    })),
  );
  const failed = invitations.filter((_, index) => results[index]);
  if (failed.length > 0) {
    logUnsent("invitation", results.find((result) => result instanceof MailError)!);
    await ctx.sql.query("DELETE FROM tokens WHERE token = ANY($1::text[])", [
      failed.map(({ token }) => token),
    ]);
  }
  return new Map(invitations.map(({ email }, index) => [email, results[index] && unsent()]));
}

function invitation(
  ctx: Context,
  sender: User,
  team: Team,
  { email, token, message }: { email: string; token: string; message: string },
) {
  const { SiteName } = ctx.config.TeamSettings;
  const d = JSON.stringify({ display_name: team.display_name, email, name: team.name });
  return render(ctx.config, {
    subject: `[${SiteName}] ${sender.username} invited you to join ${team.display_name}`,
    title: `Join ${team.display_name}`,
    paragraphs: [
      `@${sender.username} invites you to the team ${team.display_name} at ${SiteName}.`,
      "The invitation can be used once, within 48 hours.",
    ],
    ...(message.trim() ? { quote: message.trim() } : {}),
    button: { label: "Join now", url: siteLink(ctx.config, "signup_user_complete/", { d, t: token }) },
  });
}
