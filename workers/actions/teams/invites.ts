import { channelsByIds } from "../../access/channels.ts";
import { teamById } from "../../access/teams.ts";
import type { Context } from "../../context.ts";
import { AppError, fail } from "../../errors/app-error.ts";
import { isId } from "../../model/id.ts";
import { TEAM_COLUMNS, type Team } from "../../model/team.ts";
import type { TeamMember } from "../../model/team-member.ts";
import type { User } from "../../model/user.ts";
import { doAddMembers } from "../channels/members/add.ts";
import { doJoinTeam, type JoinOptions, joinFault } from "./join.ts";

/** How long an invitation by e-mail lives (semantics 13.4). */
const INVITATION_MS = 48 * 3_600_000;

/** The team that an invite id leads to, archived ones included (semantics 13.4). Throws 404. */
export async function teamOfInvite(ctx: Context, inviteId: string): Promise<Team> {
  // No id is longer, and an empty one must never find a team that has none.
  const [team] =
    inviteId && inviteId.length <= 32
      ? await ctx.sql.query<Team>(`SELECT ${TEAM_COLUMNS} FROM teams t WHERE t.inviteid = $1`, [inviteId])
      : [];
  if (!team) throw fail("app.team.get_by_invite_id.finding.app_error");
  return team;
}

/** Joins by link. A member already stays one. */
export async function doJoinByInviteId(ctx: Context, user: User, inviteId: string): Promise<TeamMember> {
  return join(ctx, await teamOfInvite(ctx, inviteId), user, { invited: true });
}

/** Joins by an invitation that was sent by e-mail: it lives 48 h and is used up by joining (semantics 13.4). */
export async function doJoinByToken(ctx: Context, user: User, token: string): Promise<TeamMember> {
  const [row] = await ctx.sql.query<{ extra: string }>(
    "SELECT extra FROM tokens WHERE token = $1 AND type = 'team_invitation' AND createat > $2",
    [token.slice(0, 64), Date.now() - INVITATION_MS],
  );
  const { teamId, channels } = row ? (JSON.parse(row.extra) as { teamId?: unknown; channels?: unknown }) : {};
  const team = isId(teamId) ? await teamById(ctx, teamId) : undefined;
  if (!team) throw fail("api.team.invalidate_token.invalid.app_error");
  const member = await join(ctx, team, user, { invited: true, token });
  await doJoinInvited(ctx, team, user, channels);
  return member;
}

/**
 * Puts a new member into the channels that an invitation names, those that are still there.
 * @param channels `channels` of the token's extra: ids, separated by spaces (semantics 13.4)
 */
export async function doJoinInvited(ctx: Context, team: Team, user: User, channels: unknown): Promise<void> {
  const ids = typeof channels === "string" ? [...new Set(channels.split(" "))].filter(isId) : [];
  if (ids.length === 0) return;
  const found = (await channelsByIds(ctx, ids)).filter(({ team_id }) => team_id === team.id);
  const outcomes = await Promise.allSettled(
    found.map((channel) => doAddMembers(ctx, user, channel, [user.id])),
  );
  for (const outcome of outcomes)
    if (outcome.status === "rejected" && !(outcome.reason instanceof AppError)) throw outcome.reason;
}

async function join(ctx: Context, team: Team, user: User, options: JoinOptions): Promise<TeamMember> {
  const fault = joinFault(ctx, team, user);
  if (fault) throw fault;
  const member = (await doJoinTeam(ctx, team, [user], options)).get(user.id);
  if (member) return member;
  throw fail(
    options.token
      ? "api.team.invalidate_token.invalid.app_error"
      : "app.team.join_user_to_team.max_accounts.app_error",
  );
}
