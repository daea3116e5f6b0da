import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { newId } from "../../model/id.ts";
import { sanitizeTeam, TEAM_COLUMNS, type Team } from "../../model/team.ts";
import type { Param } from "../../ports/sql/sql.ts";
import { checkTeamFields } from "./check.ts";

export interface TeamPatch {
  display_name?: string | null | undefined;
  description?: string | null | undefined;
  company_name?: string | null | undefined;
  allowed_domains?: string | null | undefined;
  allow_open_invite?: boolean | null | undefined;
  group_constrained?: boolean | null | undefined;
}

/** Changes what `patch` holds (semantics 13.6). A team that closes gets a new invite id (semantics 13.4). */
export async function doPatchTeam(ctx: Context, teamId: string, patch: TeamPatch): Promise<Team> {
  const text = (value: string | null | undefined) => (value === null ? undefined : value);
  const fields = checkTeamFields({
    display_name: text(patch.display_name)!,
    description: text(patch.description)!,
    company_name: text(patch.company_name)!,
    allowed_domains: text(patch.allowed_domains)!,
  });
  return change(
    ctx,
    teamId,
    `displayname = coalesce($3, t.displayname), description = coalesce($4, t.description),
      companyname = coalesce($5, t.companyname), alloweddomains = coalesce($6, t.alloweddomains),
      inviteid = CASE WHEN t.allowopeninvite AND NOT $7::boolean THEN $8 ELSE t.inviteid END,
      allowopeninvite = coalesce($7::boolean, t.allowopeninvite),
      groupconstrained = coalesce($9::boolean, t.groupconstrained)`,
    [
      fields.display_name ?? null,
      fields.description ?? null,
      fields.company_name ?? null,
      fields.allowed_domains ?? null,
      patch.allow_open_invite ?? null,
      newId(),
      patch.group_constrained ?? null,
    ],
  );
}

/** O: anyone may join; I: by invitation only (semantics 13.6). */
export function doSetPrivacy(ctx: Context, teamId: string, privacy: "O" | "I"): Promise<Team> {
  return change(
    ctx,
    teamId,
    `type = $3::team_type, allowopeninvite = $4::boolean,
      inviteid = CASE WHEN t.allowopeninvite AND NOT $4::boolean THEN $5 ELSE t.inviteid END`,
    [privacy, privacy === "O", newId()],
  );
}

export function doRegenerateInviteId(ctx: Context, teamId: string): Promise<Team> {
  return change(ctx, teamId, "inviteid = $3", [newId()]);
}

/** `at` 0: the icon is removed. */
export function doSetIconTime(ctx: Context, teamId: string, at: number): Promise<Team> {
  return change(ctx, teamId, "lastteamiconupdate = $3", [at]);
}

/** Archives a team; its members and channels stay (semantics 13.6). */
export function doArchiveTeam(ctx: Context, teamId: string): Promise<Team> {
  return change(ctx, teamId, "deleteat = $2", [], "delete_team");
}

export function doRestoreTeam(ctx: Context, teamId: string): Promise<Team> {
  return change(ctx, teamId, "deleteat = 0", [], "restore_team");
}

async function change(
  ctx: Context,
  teamId: string,
  set: string,
  params: Param[],
  event = "update_team",
): Promise<Team> {
  const [team] = await ctx.sql.query<Team>(
    `UPDATE teams t SET ${set}, updateat = $2 WHERE t.id = $1 RETURNING ${TEAM_COLUMNS}`,
    [teamId, Date.now(), ...params],
  );
  if (!team) throw fail("app.team.get.find.app_error");
  await notifyTeam(ctx, event, team);
  return team;
}

/** Tells a team's members about their team, without what only some may see (websocket 6.4). */
export async function notifyTeam(ctx: Context, event: string, team: Team): Promise<void> {
  const shown = sanitizeTeam(team, { manage: false, invite: false });
  const events = [envelope(event, { team: JSON.stringify(shown) }, { team_id: team.id })];
  await publish(ctx, `team:${team.id}`, events, [{ kind: "team", id: team.id }]);
}
