import { rightsOf } from "../../../access/permissions.ts";
import { fail } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { isId } from "../../../model/id.ts";
import { TEAM_COLUMNS, type Team } from "../../../model/team.ts";
import type { User } from "../../../model/user.ts";
import { isOfDomain, mayJoin } from "../../teams/check.ts";
import { doJoinInvited } from "../../teams/invites.ts";
import { doJoinTeam } from "../../teams/join.ts";
import { findToken, makeToken } from "../credentials/tokens.ts";
import { sendMailLater } from "../mail.ts";
import { doCreateUser, type NewUser } from "./create.ts";
import { noAccounts } from "./no-accounts.ts";

/** What lets somebody create an account (semantics 14.4). */
export interface Entry {
  mayBeFirst: boolean;
  /** Nothing else lets them in. */
  onlyFirst: boolean;
  team?: Team;
  /** An invitation that came by e-mail: the account gets its address. */
  token?: { value: string; email: string; channels: unknown };
  byAdmin: boolean;
}

interface Invitation {
  teamId: string;
  email: string;
  channels?: unknown;
}

/** Decides whether the request may create an account. Throws 400, 403 or 501. */
export async function signupEntry(r: Req<any>): Promise<Entry> {
  const { EmailSettings, TeamSettings } = r.ctx.config;
  const mayBeFirst = await noAccounts(r.ctx);
  const byAdmin = r.identity !== undefined && (await rightsOf(r)).system("manage_system");
  if (!mayBeFirst && !byAdmin) {
    if (!EmailSettings.EnableSignUpWithEmail)
      throw fail("api.user.create_user.signup_email_disabled.app_error");
    if (!TeamSettings.EnableUserCreation) throw fail("api.user.create_user.disabled.app_error");
  }
  const common = { mayBeFirst, byAdmin, onlyFirst: false };
  const [token, inviteId] = [r.text("t"), r.text("iid")];
  if (token) return { ...common, ...(await byToken(r, token)) };
  if (inviteId) return { ...common, team: await teamOf(r, "inviteid", inviteId) };
  if (byAdmin || TeamSettings.EnableOpenServer) return common;
  if (!mayBeFirst) throw fail("api.user.create_user.no_open_server");
  return { ...common, onlyFirst: true };
}

async function byToken(r: Req<any>, value: string): Promise<Pick<Entry, "team" | "token">> {
  const found = await findToken<Invitation>(r.ctx, value, "team_invitation");
  if (!found) throw fail("api.user.create_user.signup_link_invalid.app_error");
  if (found.expired) throw fail("api.user.create_user.signup_link_expired.app_error");
  const { teamId, email, channels } = found.extra;
  return { team: await teamOf(r, "id", teamId), token: { value, email, channels } };
}

async function teamOf(r: Req<any>, column: "id" | "inviteid", value: string): Promise<Team> {
  const [team] = isId(value)
    ? await r.ctx.sql.query<Team>(`SELECT ${TEAM_COLUMNS} FROM teams t WHERE t.${column} = $1`, [value])
    : [];
  if (!team) throw fail("api.user.create_user.signup_link_invalid.app_error");
  return team;
}

/** Creates the account, and lets it join the team that invited it. Throws as doCreateUser and signupEntry do. */
export async function doSignUp(
  r: Req<any>,
  input: NewUser & { email_verified?: boolean | undefined },
  entry: Entry,
): Promise<User> {
  const { ctx } = r;
  const { team, token, mayBeFirst, onlyFirst } = entry;
  const email = (token?.email ?? input.email).trim().toLowerCase();
  if (!isOfDomain(email, ctx.config.TeamSettings.RestrictCreationToDomains))
    throw fail("api.user.create_user.accepted_domain.app_error");
  if (team && !mayJoin(ctx.config, team, { email, is_bot: false }))
    throw fail("api.user.create_user.accepted_domain.app_error");
  // An invitation was read at that address; an administrator may vouch for it.
  const emailVerified = token !== undefined || (entry.byAdmin && input.email_verified === true);
  const options = { mayBeFirst, onlyFirst, emailVerified, ...(token ? { token: token.value } : {}) };
  const user = await doCreateUser(ctx, { ...input, email }, options);
  if (!user)
    throw fail(
      onlyFirst
        ? "api.user.create_user.no_open_server"
        : "api.user.create_user.signup_link_invalid.app_error",
    );
  if (team) {
    await doJoinTeam(ctx, team, [user], { invited: true });
    await doJoinInvited(ctx, team, user, token?.channels);
  }
  if (ctx.config.EmailSettings.RequireEmailVerification && !emailVerified) {
    const link = await makeToken(ctx, "verify_email", { UserId: user.id, Email: user.email });
    sendMailLater(ctx, { to: user.email, kind: "verify_email", token: link });
  } else sendMailLater(ctx, { to: user.email, kind: "welcome" });
  return user;
}
