import type { Rights } from "../../../access/permissions.ts";
import type { Context } from "../../../context.ts";
import { sanitizeTeam, TEAM_COLUMNS, type Team } from "../../../model/team.ts";

/** Live teams that all members of a direct or group channel are in. One query, from one member's teams. */
export async function commonTeams(ctx: Context, channelId: string, rights: Rights): Promise<Team[]> {
  const teams = await ctx.sql.query<Team>(
    `SELECT ${TEAM_COLUMNS} FROM teams t
      WHERE t.deleteat = 0 AND t.id IN (SELECT x.teamid FROM teammembers x WHERE x.deleteat = 0 AND x.userid =
          (SELECT m.userid FROM channelmembers m WHERE m.channelid = $1 LIMIT 1))
        AND NOT EXISTS (SELECT FROM channelmembers m WHERE m.channelid = $1 AND NOT EXISTS
          (SELECT FROM teammembers x WHERE x.teamid = t.id AND x.userid = m.userid AND x.deleteat = 0))
      ORDER BY t.displayname, t.id`,
    [channelId],
  );
  return teams.map((team) => {
    const may = { manage: rights.team(team.id, "manage_team"), invite: rights.team(team.id, "invite_user") };
    return sanitizeTeam(team, may);
  });
}
