import type { Config } from "../../config/load.ts";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { newId } from "../../model/id.ts";
import type { Team } from "../../model/team.ts";
import type { User } from "../../model/user.ts";
import { SqlError, type Statement } from "../../ports/sql/sql.ts";
import { createDefaults } from "../channels/default-channels.ts";
import { checkTeamFields, checkTeamName, isOfDomain } from "./check.ts";
import { doJoinTeam } from "./join.ts";

export interface NewTeam {
  name: string;
  display_name: string;
  type: "O" | "I";
  description?: string;
  company_name?: string;
  allowed_domains?: string;
  allow_open_invite?: boolean;
  group_constrained?: boolean | null;
}

/** Makes a team with its default channels and its creator as admin, in one round trip (semantics 13.2). */
export async function doCreateTeam(ctx: Context, creator: User, input: NewTeam): Promise<Team> {
  const fields = checkTeamFields(input);
  const name = input.name.trim().toLowerCase();
  checkTeamName(name);
  if (!creator.is_bot && !isOfDomain(creator.email, ctx.config.TeamSettings.RestrictCreationToDomains)) {
    throw fail("api.team.is_team_creation_allowed.domain.app_error");
  }
  const now = Date.now();
  const team: Team = {
    id: newId(),
    create_at: now,
    update_at: now,
    delete_at: 0,
    display_name: fields.display_name ?? "",
    name,
    description: fields.description ?? "",
    email: creator.email,
    type: input.type,
    company_name: fields.company_name ?? "",
    allowed_domains: fields.allowed_domains ?? "",
    invite_id: newId(),
    allow_open_invite: input.allow_open_invite ?? false,
    last_team_icon_update: 0,
    scheme_id: null,
    group_constrained: input.group_constrained ?? null,
    policy_id: null,
    cloud_limits_archived: false,
  };
  try {
    // The creator is in whatever the team's own rules say.
    await doJoinTeam(ctx, team, [creator], {}, teamStatements(ctx.config, team));
  } catch (error) {
    if (error instanceof SqlError && error.isDuplicate()) throw fail("app.team.save.existing.app_error");
    throw error;
  }
  return team;
}

function teamStatements(config: Config, team: Team): Statement[] {
  return [
    {
      text: `INSERT INTO teams (id, createat, updateat, deleteat, displayname, name, description, email, type, companyname,
          alloweddomains, inviteid, schemeid, allowopeninvite, lastteamiconupdate, groupconstrained, cloudlimitsarchived)
        VALUES ($1, $2, $2, 0, $3, $4, $5, $6, $7::team_type, $8, $9, $10, NULL, $11, 0, $12, false)`,
      params: [
        team.id,
        team.create_at,
        team.display_name,
        team.name,
        team.description,
        team.email,
        team.type,
        team.company_name,
        team.allowed_domains,
        team.invite_id,
        team.allow_open_invite,
        team.group_constrained,
      ],
    },
    createDefaults(config, team.id, team.create_at),
    {
      text: "INSERT INTO systems (name, value) VALUES ('FirstAdminSetupComplete', 'true') ON CONFLICT (name) DO NOTHING",
    },
  ];
}
