import { type Rights, rightsOf } from "../../../access/permissions.ts";
import { teamById } from "../../../access/teams.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { sanitizeTeam, type Team } from "../../../model/team.ts";

/** A team, and what the session may do in it. */
export interface TeamGrant {
  team: Team;
  rights: Rights;
}

/** The path's team and the session's rights; the caller decides. Throws 404. */
export async function teamAndRights(r: Req<any>): Promise<TeamGrant> {
  const teamId = r.param("team_id");
  const rights = await rightsOf(r);
  const team = await teamById(r.ctx, teamId);
  if (!team) throw fail("app.team.get.find.app_error");
  return { team, rights };
}

/** `access` of routes that need one permission in the path's team. Throws 403, or 404 for those who would have it. */
export function inTeam(permission: string) {
  return async (r: Req<any>): Promise<TeamGrant> => {
    const teamId = r.param("team_id");
    const rights = await rightsOf(r);
    if (!rights.team(teamId, permission)) throw forbidden();
    const team = await teamById(r.ctx, teamId);
    if (!team) throw fail("app.team.get.find.app_error");
    return { team, rights };
  };
}

/** Whether the session may see that the team exists: in it, or it is open and the session may list such teams. */
export function maySee(rights: Rights, team: Team): boolean {
  return rights.team(team.id, "view_team") || (team.allow_open_invite && rights.system("list_public_teams"));
}

/** The team as the session may see it (semantics 13.7). */
export function shown(rights: Rights, team: Team): Team {
  return sanitizeTeam(team, {
    manage: rights.team(team.id, "manage_team"),
    invite: rights.team(team.id, "invite_user"),
  });
}
