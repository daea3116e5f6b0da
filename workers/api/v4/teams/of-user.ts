import { requireSelf, rightsOf } from "../../../access/permissions.ts";
import { teamsByIds } from "../../../access/teams.ts";
import { teamUnreads } from "../../../actions/teams/unread.ts";
import { badUrl, fail, forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import { TEAM_COLUMNS, type Team } from "../../../model/team.ts";
import { TEAM_MEMBER_COLUMNS, type TeamMemberRow, toTeamMember } from "../../../model/team-member.ts";
import { shown } from "./access.ts";

/** The path's user, if it is the session's or the session has `permission`. Throws 403. */
function selfOr(permission: string) {
  return async (r: Req<any>) => {
    const userId = r.param("user_id");
    const rights = await rightsOf(r);
    if (userId !== r.userId && !rights.system(permission)) throw forbidden();
    return { userId, rights };
  };
}

/** Live teams of a user; one's own come from what the session has loaded and the cache of teams. */
async function teamsOf(r: Req<any>, userId: string): Promise<Team[]> {
  if (userId === r.userId) {
    const teams = await teamsByIds(r.ctx, r.me.memberships.teams.keys());
    return teams.filter((team) => team.delete_at === 0);
  }
  return r.ctx.sql.query<Team>(
    `SELECT ${TEAM_COLUMNS} FROM teammembers m JOIN teams t ON t.id = m.teamid
     WHERE m.userid = $1 AND m.deleteat = 0 AND t.deleteat = 0`,
    [userId],
  );
}

export const ofUser = [
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/teams",
    auth: "session",
    access: selfOr("sysconsole_read_user_management_users"),
    handle: async (r, { rights, userId }) => (await teamsOf(r, userId)).map((team) => shown(rights, team)),
  }),
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/teams/members",
    auth: "session",
    access: selfOr("read_other_users_teams"),
    async handle(r, { userId }) {
      const rows = await r.ctx.sql.query<TeamMemberRow>(
        `SELECT ${TEAM_MEMBER_COLUMNS} FROM teammembers m WHERE m.userid = $1 AND m.deleteat = 0`,
        [userId],
      );
      return rows.map(toTeamMember);
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/teams/unread",
    auth: "session",
    access: selfOr("manage_system"),
    handle(r, { userId }) {
      const except = r.text("exclude_team");
      if (except && !isId(except)) throw badUrl("exclude_team");
      return teamUnreads(r.ctx, userId, { except, threads: r.bool("include_collapsed_threads") });
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/teams/{team_id}/unread",
    auth: "session",
    async access(r) {
      const userId = await requireSelf(r);
      const rights = await rightsOf(r);
      if (!rights.team(r.param("team_id"), "view_team")) throw forbidden();
      return userId;
    },
    async handle(r, userId) {
      const only = r.param("team_id");
      const [unread] = await teamUnreads(r.ctx, userId, { only });
      const none = {
        team_id: only,
        msg_count: 0,
        mention_count: 0,
        mention_count_root: 0,
        msg_count_root: 0,
      };
      const threads = { thread_count: 0, thread_mention_count: 0, thread_urgent_mention_count: 0 };
      if (unread) return unread;
      if (userId === r.userId && !r.me.memberships.teams.has(only))
        throw fail("app.team.get_member.missing.app_error");
      return { ...none, ...threads };
    },
  }),
];
