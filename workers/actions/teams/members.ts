import { type Restriction, visibleTo } from "../../access/accounts.ts";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import {
  TEAM_MEMBER_COLUMNS,
  type TeamMember,
  type TeamMemberRow,
  toTeamMember,
} from "../../model/team-member.ts";
import type { Param } from "../../ports/sql/sql.ts";

export interface MemberQuery {
  /** Of these users only. */
  userIds?: string[];
  page?: { perPage: number; offset: number };
  byUsername?: boolean;
  activeOnly?: boolean;
}

/** Live memberships of a team whose users the reader may see; one query. */
export async function teamMembers(
  ctx: Context,
  teamId: string,
  { userIds, page, byUsername, activeOnly }: MemberQuery,
  restriction?: Restriction,
): Promise<TeamMember[]> {
  const params: Param[] = [teamId];
  const param = (value: Param) => `$${params.push(value)}`;
  const conditions = ["m.teamid = $1", "m.deleteat = 0"];
  if (userIds) conditions.push(`m.userid = ANY(${param(userIds)}::text[])`);
  if (activeOnly) conditions.push("u.deleteat = 0");
  if (restriction) conditions.push(visibleTo(param(restriction.teams), param(restriction.channels)));
  const users = byUsername || activeOnly || restriction ? "JOIN users u ON u.id = m.userid" : "";
  const limit = page
    ? `ORDER BY ${byUsername ? "u.username" : "m.userid"} LIMIT ${param(page.perPage)} OFFSET ${param(page.offset)}`
    : "";
  const rows = await ctx.sql.query<TeamMemberRow>(
    `SELECT ${TEAM_MEMBER_COLUMNS} FROM teammembers m ${users} WHERE ${conditions.join(" AND ")} ${limit}`,
    params,
  );
  return rows.map(toTeamMember);
}

export interface SchemeRoles {
  admin: boolean;
  user: boolean;
  guest: boolean;
}

/**
 * Sets the scheme flags, and the explicit roles where given. A member stays what he is of user and guest
 * (semantics 12.18, 13.8). Explicit roles must be live and not belong to a scheme or to the system.
 */
export async function doSetTeamRoles(
  ctx: Context,
  teamId: string,
  userId: string,
  flags: SchemeRoles,
  explicit?: string[],
): Promise<TeamMember> {
  if (flags.guest === flags.user) throw fail("api.team.update_team_member_roles.guest_and_user.app_error");
  const [row] = await ctx.sql.query<
    TeamMemberRow & { changed: boolean; unknown: string | null; exists: boolean; guest: boolean }
  >(
    `WITH old AS (SELECT coalesce(schemeguest, false) AS guest FROM teammembers WHERE teamid = $1 AND userid = $2 AND deleteat = 0),
      unknown AS (SELECT min(n.name) AS name FROM unnest($7::text[]) AS n(name) WHERE NOT EXISTS (
        SELECT FROM roles r WHERE r.name = n.name AND r.deleteat = 0 AND NOT coalesce(r.schememanaged, false) AND r.name NOT LIKE 'system\\_%')),
      changed AS (UPDATE teammembers m SET schemeadmin = $3, schemeuser = $4,
          roles = CASE WHEN $6::boolean THEN array_to_string($7::text[], ' ') ELSE m.roles END
        FROM old, unknown WHERE m.teamid = $1 AND m.userid = $2 AND m.deleteat = 0 AND old.guest = $5::boolean AND unknown.name IS NULL
        RETURNING ${TEAM_MEMBER_COLUMNS})
     SELECT c.*, EXISTS (SELECT FROM old) AS exists, coalesce((SELECT guest FROM old), false) AS guest,
       (SELECT name FROM unknown) AS unknown, c.team_id IS NOT NULL AS changed
     FROM (SELECT 1) one LEFT JOIN changed c ON true`,
    [teamId, userId, flags.admin, flags.user, flags.guest, explicit !== undefined, explicit ?? []],
  );
  if (!row?.exists) throw fail("app.team.get_member.missing.app_error");
  if (row.unknown)
    throw fail("api.team.update_team_member_roles.unknown_role.app_error", { name: row.unknown });
  if (!row.changed) throw fail("api.team.update_team_member_roles.guest.app_error");
  const member = toTeamMember(row);
  const event = envelope("memberrole_updated", { member: JSON.stringify(member) }, { user_id: userId });
  await publish(
    ctx,
    `user:${userId}`,
    [event],
    [{ kind: "team_member", op: "change", team: teamId, user: userId }],
  );
  return member;
}

const FLAGS: Record<string, keyof SchemeRoles> = {
  team_admin: "admin",
  team_user: "user",
  team_guest: "guest",
};

/** "team_user team_admin custom" to flags and explicit roles. */
export function parseTeamRoles(roles: string): { flags: SchemeRoles; explicit: string[] } {
  const flags: SchemeRoles = { admin: false, user: false, guest: false };
  const explicit: string[] = [];
  for (const name of new Set(roles.split(" ").filter(Boolean))) {
    const flag = FLAGS[name];
    if (flag) flags[flag] = true;
    else explicit.push(name);
  }
  return { flags, explicit };
}
