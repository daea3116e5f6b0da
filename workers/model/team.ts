/** A row of `teams` under API names. */
export interface Team {
  id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  display_name: string;
  name: string;
  description: string;
  email: string;
  type: "O" | "I";
  company_name: string;
  allowed_domains: string;
  invite_id: string;
  allow_open_invite: boolean;
  last_team_icon_update: number;
  scheme_id: string | null;
  group_constrained: boolean | null;
  policy_id: string | null;
  cloud_limits_archived: boolean;
}

/** Select list of `teams t` that gives a Team. */
export const TEAM_COLUMNS = `t.id, t.createat AS create_at, t.updateat AS update_at, t.deleteat AS delete_at,
  t.displayname AS display_name, t.name, coalesce(t.description, '') AS description, t.email, t.type,
  t.companyname AS company_name, coalesce(t.alloweddomains, '') AS allowed_domains, t.inviteid AS invite_id,
  coalesce(t.allowopeninvite, false) AS allow_open_invite, coalesce(t.lastteamiconupdate, 0) AS last_team_icon_update,
  t.schemeid AS scheme_id, t.groupconstrained AS group_constrained, NULL AS policy_id,
  coalesce(t.cloudlimitsarchived, false) AS cloud_limits_archived`;

/** A team as those may see it who lack manage_team (no email) or invite_user (no invite id) in it (semantics 13.7). */
export function sanitizeTeam(team: Team, may: { manage: boolean; invite: boolean }): Team {
  if (may.manage && may.invite) return team;
  return { ...team, email: may.manage ? team.email : "", invite_id: may.invite ? team.invite_id : "" };
}
