import { z } from "zod";
import { restrictionOf } from "../../../access/accounts.ts";
import { type Rights, rightsOf } from "../../../access/permissions.ts";
import { userById, usersByIds } from "../../../access/users.ts";
import { doJoinTeam, joinFault } from "../../../actions/teams/join.ts";
import { doLeaveTeam } from "../../../actions/teams/leave.ts";
import { teamMembers } from "../../../actions/teams/members.ts";
import { type AppError, badBody, errorBody, fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import type { Team } from "../../../model/team.ts";
import type { TeamMember } from "../../../model/team-member.ts";
import { inTeam, teamAndRights } from "./access.ts";

const MAX_BATCH = 256;
const MAX_IDS = 1_000;

const id = z.string().refine(isId);
const addition = z.object({ team_id: z.string().optional(), user_id: id });

/** Oneself by what the team's openness asks for; others by add_user_to_team. */
function mayAdd(r: Req<any>, rights: Rights, team: Team, userId: string): boolean {
  if (rights.team(team.id, "add_user_to_team")) return true;
  return (
    userId === r.userId && rights.system(team.allow_open_invite ? "join_public_teams" : "join_private_teams")
  );
}

export const members = [
  route({
    method: "GET",
    path: "/api/v4/teams/{team_id}/members",
    auth: "session",
    access: inTeam("view_team"),
    async handle(r, { team }) {
      const { perPage, offset } = r.page;
      const query = {
        page: { perPage, offset },
        byUsername: r.text("sort") === "Username",
        activeOnly: r.bool("exclude_deleted_users"),
      };
      return teamMembers(r.ctx, team.id, query, await restrictionOf(r));
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/teams/{team_id}/members",
    auth: "session",
    status: 201,
    body: addition,
    async access(r) {
      const grant = await teamAndRights(r);
      if (r.body.team_id !== undefined && r.body.team_id !== grant.team.id) throw badBody("team_id");
      if (!mayAdd(r, grant.rights, grant.team, r.body.user_id)) throw forbidden();
      return grant;
    },
    async handle(r, { team }) {
      const outcome = (await addAll(r, team, [r.body.user_id])).get(r.body.user_id)!;
      if (outcome.error) throw outcome.error;
      return outcome.member;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/teams/{team_id}/members/batch",
    auth: "session",
    status: 201,
    body: z.array(addition).min(1).max(MAX_BATCH),
    async access(r) {
      const grant = await inTeam("add_user_to_team")(r);
      if (r.body.some(({ team_id }) => team_id !== undefined && team_id !== grant.team.id))
        throw badBody("team_id");
      return grant;
    },
    async handle(r, { team }) {
      const outcomes = await addAll(
        r,
        team,
        [...new Set(r.body.map(({ user_id }) => user_id))],
        !r.bool("graceful"),
      );
      if (!r.bool("graceful")) return [...outcomes.values()].map(({ member }) => member);
      return [...outcomes].map(([user_id, { member, error }]) => ({
        user_id,
        member: member ?? null,
        error: error ? errorBody(error, r.id) : null,
      }));
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/teams/{team_id}/members/ids",
    auth: "session",
    body: z.array(id).min(1).max(MAX_IDS),
    access: inTeam("view_team"),
    handle: async (r, { team }) => teamMembers(r.ctx, team.id, { userIds: r.body }, await restrictionOf(r)),
  }),
  route({
    method: "GET",
    path: "/api/v4/teams/{team_id}/members/{user_id}",
    auth: "session",
    access: inTeam("view_team"),
    async handle(r, { team }) {
      const query = { userIds: [r.param("user_id")] };
      const self = query.userIds[0] === r.userId;
      const [member] = await teamMembers(r.ctx, team.id, query, self ? undefined : await restrictionOf(r));
      if (!member) throw fail("app.team.get_member.missing.app_error");
      return member;
    },
  }),
  route({
    method: "DELETE",
    path: "/api/v4/teams/{team_id}/members/{user_id}",
    auth: "session",
    async access(r) {
      const userId = r.param("user_id");
      const grant = await teamAndRights(r);
      const rights = await rightsOf(r);
      if (userId !== r.userId && !rights.team(grant.team.id, "remove_user_from_team")) throw forbidden();
      return grant;
    },
    async handle(r, { team }) {
      const user = await userById(r.ctx, r.param("user_id"));
      if (!user) throw fail("app.user.missing_account.const");
      const self = user.id === r.userId;
      if (team.group_constrained && !user.is_bot && !self)
        throw fail("api.team.remove_member.group_constrained.app_error");
      await doLeaveTeam(r.ctx, team, user, self ? undefined : r.me.user);
      return OK;
    },
  }),
];

interface Outcome {
  member?: TeamMember;
  error?: AppError;
}

/** Adds users to a team, all of them in one write; who is a member already stays one. `whole`: all or none. */
async function addAll(
  r: Req<any>,
  team: Team,
  userIds: string[],
  whole = true,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>(userIds.map((userId) => [userId, {}]));
  const users = new Map((await usersByIds(r.ctx, userIds)).map((user) => [user.id, user]));
  for (const [userId, outcome] of outcomes) {
    const user = users.get(userId);
    const error = user ? joinFault(r.ctx, team, user) : fail("app.user.missing_account.const");
    if (error) outcome.error = error;
    if (error && whole) throw error;
  }
  const wanted = userIds.filter((userId) => !outcomes.get(userId)!.error).map((userId) => users.get(userId)!);
  const self = userIds.length === 1 && userIds[0] === r.userId;
  const members =
    wanted.length > 0
      ? await doJoinTeam(r.ctx, team, wanted, { actor: self ? undefined : r.me.user })
      : new Map();
  for (const [userId, outcome] of outcomes) {
    const member = members.get(userId);
    if (member) outcome.member = member;
    else outcome.error ??= fail("app.team.join_user_to_team.max_accounts.app_error");
    if (whole && outcome.error) throw outcome.error;
  }
  return outcomes;
}
