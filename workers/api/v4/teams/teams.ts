import { z } from "zod";
import { requireSystem } from "../../../access/permissions.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { doCreateTeam } from "../../../actions/teams/create.ts";
import { doDeleteTeam } from "../../../actions/teams/delete.ts";
import {
  doArchiveTeam,
  doPatchTeam,
  doRegenerateInviteId,
  doRestoreTeam,
  doSetPrivacy,
} from "../../../actions/teams/update.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { inTeam, maySee, shown, teamAndRights } from "./access.ts";

const patch = z.object({
  display_name: z.string().nullish(),
  description: z.string().nullish(),
  company_name: z.string().nullish(),
  allowed_domains: z.string().nullish(),
  allow_open_invite: z.boolean().nullish(),
  group_constrained: z.boolean().nullish(),
});

export const teamRoutes = [
  route({
    method: "POST",
    path: "/api/v4/teams",
    auth: "session",
    status: 201,
    body: z.object({
      name: z.string(),
      display_name: z.string(),
      type: z.enum(["O", "I"]),
      description: z.string().optional(),
      company_name: z.string().optional(),
      allowed_domains: z.string().optional(),
      allow_open_invite: z.boolean().optional(),
      group_constrained: z.boolean().nullish(),
    }),
    access: (r) => requireSystem(r, "create_team"),
    // Its creator is its admin, so there is nothing to hide.
    handle: (r) => doCreateTeam(r.ctx, r.me.user, r.body as Parameters<typeof doCreateTeam>[2]),
  }),
  route({
    method: "GET",
    path: "/api/v4/teams/{team_id}",
    auth: "session",
    async access(r) {
      const grant = await teamAndRights(r);
      if (!maySee(grant.rights, grant.team)) throw forbidden();
      return grant;
    },
    handle: (_r, { rights, team }) => shown(rights, team),
  }),
  route({
    method: "PUT",
    path: "/api/v4/teams/{team_id}",
    auth: "session",
    body: patch.extend({ id: z.string() }),
    access: inTeam("manage_team"),
    async handle(r, { rights, team }) {
      if (r.body.id !== team.id) throw badBody("id");
      return shown(rights, await doPatchTeam(r.ctx, team.id, r.body));
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/teams/{team_id}/patch",
    auth: "session",
    body: patch,
    access: inTeam("manage_team"),
    handle: async (r, { rights, team }) => shown(rights, await doPatchTeam(r.ctx, team.id, r.body)),
  }),
  route({
    method: "PUT",
    path: "/api/v4/teams/{team_id}/privacy",
    auth: "session",
    body: z.object({ privacy: z.enum(["O", "I"]) }),
    access: inTeam("manage_team"),
    handle: async (r, { rights, team }) => shown(rights, await doSetPrivacy(r.ctx, team.id, r.body.privacy)),
  }),
  route({
    method: "POST",
    path: "/api/v4/teams/{team_id}/regenerate_invite_id",
    auth: "session",
    access: inTeam("manage_team"),
    async handle(r, { rights, team }) {
      const changed = await doRegenerateInviteId(r.ctx, team.id);
      audit(r, `team_id=${team.id}`);
      return shown(rights, changed);
    },
  }),
  route({
    method: "DELETE",
    path: "/api/v4/teams/{team_id}",
    auth: "session",
    async access(r) {
      const grant = await inTeam("manage_team")(r);
      if (!r.bool("permanent")) return grant;
      if (!grant.rights.system("manage_system")) throw forbidden();
      if (!r.ctx.config.ServiceSettings.EnableAPITeamDeletion) {
        throw fail("api.team.delete_team.permanent_disabled.app_error");
      }
      return grant;
    },
    async handle(r, { team }) {
      audit(r, `team_id=${team.id} name=${team.name}`);
      if (r.bool("permanent")) await doDeleteTeam(r.ctx, team);
      else await doArchiveTeam(r.ctx, team.id);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/teams/{team_id}/restore",
    auth: "session",
    access: inTeam("manage_team"),
    handle: async (r, { rights, team }) => shown(rights, await doRestoreTeam(r.ctx, team.id)),
  }),
  route({
    method: "GET",
    path: "/api/v4/teams/{team_id}/stats",
    auth: "session",
    access: inTeam("view_team"),
    async handle(r, { team }) {
      const [row] = await r.ctx.sql.query<{ total: number; active: number }>(
        `SELECT count(*) AS total, count(*) FILTER (WHERE u.deleteat = 0) AS active
         FROM teammembers m JOIN users u ON u.id = m.userid WHERE m.teamid = $1 AND m.deleteat = 0`,
        [team.id],
      );
      return { team_id: team.id, total_member_count: row!.total, active_member_count: row!.active };
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/teams/{team_id}/scheme",
    auth: "session",
    access: (r) => requireSystem(r, "sysconsole_write_user_management_permissions"),
    handle: () => {
      throw fail("api.team.update_team_scheme.license.error");
    },
  }),
];
