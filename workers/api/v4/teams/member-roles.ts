import { z } from "zod";
import { audit } from "../../../actions/sessions/audit.ts";
import { doSetTeamRoles, parseTeamRoles } from "../../../actions/teams/members.ts";
import { OK } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { inTeam } from "./access.ts";

export const memberRoles = [
  route({
    method: "PUT",
    path: "/api/v4/teams/{team_id}/members/{user_id}/schemeRoles",
    auth: "session",
    body: z.object({
      scheme_admin: z.boolean(),
      scheme_user: z.boolean(),
      scheme_guest: z.boolean().optional(),
    }),
    access: inTeam("manage_team_roles"),
    async handle(r, { team }) {
      const { scheme_admin: admin, scheme_user: user, scheme_guest: guest = false } = r.body;
      await doSetTeamRoles(r.ctx, team.id, r.param("user_id"), { admin, user, guest });
      audit(r, `team_id=${team.id} user_id=${r.param("user_id")}`);
      return OK;
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/teams/{team_id}/members/{user_id}/roles",
    auth: "session",
    body: z.object({ roles: z.string().max(256) }),
    access: inTeam("manage_team_roles"),
    async handle(r, { team }) {
      const { flags, explicit } = parseTeamRoles(r.body.roles);
      await doSetTeamRoles(r.ctx, team.id, r.param("user_id"), flags, explicit);
      audit(r, `team_id=${team.id} user_id=${r.param("user_id")}`);
      return OK;
    },
  }),
];
