import type { Context } from "../../context.ts";
import { SESSION_COLUMNS, type Session } from "../../model/session.ts";

/** A live team membership as sessions show it. */
interface TeamMember {
  team_id: string;
  user_id: string;
  roles: string;
  delete_at: number;
  scheme_guest: boolean;
  scheme_user: boolean;
  scheme_admin: boolean;
  explicit_roles: string;
}

export type SessionView = Session & { team_members: TeamMember[]; local: boolean };

const TEAM_MEMBERS = `(SELECT coalesce(json_agg(json_build_object('team_id', m.teamid, 'user_id', m.userid,
  'roles', concat_ws(' ', CASE WHEN m.schemeguest THEN 'team_guest' END, CASE WHEN m.schemeuser THEN 'team_user' END,
    CASE WHEN m.schemeadmin THEN 'team_admin' END, nullif(m.roles, '')),
  'delete_at', 0, 'scheme_guest', coalesce(m.schemeguest, false), 'scheme_user', coalesce(m.schemeuser, false),
  'scheme_admin', coalesce(m.schemeadmin, false), 'explicit_roles', m.roles)), '[]')
  FROM teammembers m WHERE m.userid = $1 AND m.deleteat = 0)`;

/** A user's sessions, the last active first, without their tokens (http-conventions 2.4). */
export async function sessionsOf(ctx: Context, userId: string): Promise<SessionView[]> {
  const rows = await ctx.sql.query<Session & { team_members: TeamMember[] }>(
    `SELECT ${SESSION_COLUMNS}, ${TEAM_MEMBERS} AS team_members FROM sessions s
     WHERE s.userid = $1 AND (s.expiresat = 0 OR s.expiresat > $2) ORDER BY s.lastactivityat DESC`,
    [userId, Date.now()],
  );
  return rows.map((row) => ({ ...row, token: "", local: false }));
}
