import { channelsByIds } from "../../access/channels.ts";
import type { Context } from "../../context.ts";
import { type AppError, fail } from "../../errors/app-error.ts";
import { type Effect, envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import type { Team } from "../../model/team.ts";
import {
  TEAM_MEMBER_COLUMNS,
  type TeamMember,
  type TeamMemberRow,
  toTeamMember,
} from "../../model/team-member.ts";
import type { User } from "../../model/user.ts";
import type { Row, Statement } from "../../ports/sql/sql.ts";
import { joinDefaults } from "../channels/default-channels.ts";
import { doPlaceByDefault, sortsByCategory } from "../sidebar/default-category.ts";
import { mayJoin } from "./check.ts";
import { seatStatements, showTeammates } from "./join-sql.ts";

export interface JoinOptions {
  /** Who adds them, where that is somebody else. */
  actor?: Pick<User, "id" | "username"> | undefined;
  /** An invitation that is used up by this. */
  token?: string;
  /** They came by a link or an invitation. */
  invited?: boolean;
}

/** What keeps a user out of a team: deactivated, team managed by groups, wrong domain (semantics 13.3). */
export function joinFault(ctx: Context, team: Team, user: User): AppError | undefined {
  if (user.delete_at > 0) return fail("app.team.join_user_to_team.deleted_user.app_error");
  if (team.group_constrained && !user.is_bot) return fail("api.team.add_members.user_denied");
  if (mayJoin(ctx.config, team, user)) return undefined;
  return fail("api.team.join_user_to_team.allowed_domains.app_error", { username: user.username });
}

/**
 * Joins users, whom the caller has checked, to a team and its default channels: one round trip for all. `before` runs
 * first in the same transaction. Who is a member already is left alone. Returns the live memberships of all of them, by
 * user; whoever has none found the team full (or the invitation used up).
 */
export async function doJoinTeam(
  ctx: Context,
  team: Team,
  users: User[],
  options: JoinOptions = {},
  before: Statement[] = [],
): Promise<Map<string, TeamMember>> {
  const at = Date.now();
  const ids = users.map((user) => user.id);
  const isAdmin = (user: User) => user.email !== "" && user.email === team.email;
  const seats = seatStatements({
    teamId: team.id,
    userIds: ids,
    guests: users.filter((user) => user.roles.split(" ").includes("system_guest")).map((user) => user.id),
    // Whoever has the team's own address is its admin (semantics 13.2).
    admins: users.filter(isAdmin).map((user) => user.id),
    max: ctx.config.TeamSettings.MaxUsersPerTeam,
    at,
    token: options.token,
  });
  const schemeAdmin = users.every(isAdmin);
  const defaults = joinDefaults(ctx.config, {
    teamId: team.id,
    users,
    actor: options.actor,
    schemeAdmin,
    at,
  });
  const batch = [...before, ...seats.statements, defaults.statement];
  if (options.invited) batch.push(showTeammates(team.id, ids));
  batch.push(membersStatement(team.id, ids));
  const rows = await ctx.sql.batch(batch);
  const joined = seats.joined(rows.slice(before.length));
  if (joined.length > 0) await notifyJoined(ctx, team, joined);
  const announcements = defaults.announce(rows[batch.indexOf(defaults.statement)]!);
  await Promise.all(announcements.map(({ topic, events, effects }) => publish(ctx, topic, events, effects)));
  if (sortsByCategory(ctx.config)) {
    const channels = announcements.map(({ topic }) => topic.slice("channel:".length));
    for (const channel of await channelsByIds(ctx, channels)) await doPlaceByDefault(ctx, channel, joined);
  }
  return byUser(rows.at(-1)!);
}

function membersStatement(teamId: string, userIds: string[]): Statement {
  const text = `SELECT ${TEAM_MEMBER_COLUMNS} FROM teammembers m WHERE m.teamid = $1 AND m.userid = ANY($2::text[]) AND m.deleteat = 0`;
  return { text, params: [teamId, userIds] };
}

const byUser = (rows: Row[]) =>
  new Map((rows as unknown as TeamMemberRow[]).map((row) => [row.user_id, toTeamMember(row)]));

async function notifyJoined(ctx: Context, team: Team, users: string[]): Promise<void> {
  const events = users.map((user) =>
    envelope("added_to_team", { team_id: team.id, user_id: user }, { user_id: user }),
  );
  const effects = users.flatMap((user): Effect[] => [
    { kind: "user", id: user },
    { kind: "preferences", user },
    { kind: "team_member", op: "add", team: team.id, user },
  ]);
  await publish(ctx, users.length === 1 ? `user:${users[0]}` : `team:${team.id}`, events, effects);
}
