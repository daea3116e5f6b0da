/** A row of `teammembers` under API names; roles as stored, without those of the scheme flags. */
export interface TeamMemberRow {
  team_id: string;
  user_id: string;
  roles: string;
  delete_at: number;
  scheme_guest: boolean;
  scheme_user: boolean;
  scheme_admin: boolean;
}

/** What clients get: `roles` holds those of the scheme flags too (semantics 13.8). */
export interface TeamMember extends TeamMemberRow {
  explicit_roles: string;
}

/** Select list of `teammembers m` that gives a TeamMemberRow. */
export const TEAM_MEMBER_COLUMNS = `m.teamid AS team_id, m.userid AS user_id, coalesce(m.roles, '') AS roles,
  coalesce(m.deleteat, 0) AS delete_at, coalesce(m.schemeguest, false) AS scheme_guest,
  coalesce(m.schemeuser, false) AS scheme_user, coalesce(m.schemeadmin, false) AS scheme_admin`;

export function toTeamMember(row: TeamMemberRow): TeamMember {
  const names = row.roles.split(" ").filter(Boolean);
  const scheme = [
    row.scheme_guest && "team_guest",
    row.scheme_user && "team_user",
    row.scheme_admin && "team_admin",
  ].filter((name): name is string => Boolean(name));
  const roles = [...names.filter((name) => !scheme.includes(name)), ...scheme];
  return {
    team_id: row.team_id,
    user_id: row.user_id,
    roles: roles.join(" "),
    delete_at: row.delete_at,
    scheme_guest: row.scheme_guest,
    scheme_user: row.scheme_user,
    scheme_admin: row.scheme_admin,
    explicit_roles: names.join(" "),
  };
}
