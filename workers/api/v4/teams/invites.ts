import { z } from "zod";
import { requireSystem, rightsOf } from "../../../access/permissions.ts";
import { doInviteByEmail } from "../../../actions/mail/invitations.ts";
import { isOfDomain } from "../../../actions/teams/check.ts";
import { doJoinByInviteId, doJoinByToken, teamOfInvite } from "../../../actions/teams/invites.ts";
import { badUrl, errorBody, fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import { anyone, route } from "../../../http/route.ts";
import { isValidEmail } from "../../../text/names.ts";
import { inTeam } from "./access.ts";

const MAX_INVITES = 200;

const emails = z.array(z.string().max(256)).max(MAX_INVITES);

export const invites = [
  route({
    method: "GET",
    path: "/api/v4/teams/invite/{invite_id}",
    auth: "optional",
    access: anyone,
    async handle(r) {
      const { id, name, display_name, description } = await teamOfInvite(r.ctx, r.path.invite_id!);
      return { id, name, display_name, description };
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/teams/members/invite",
    auth: "session",
    status: 201,
    access: anyone,
    handle(r) {
      const token = r.text("token");
      const inviteId = r.text("invite_id");
      if (token) return doJoinByToken(r.ctx, r.me.user, token);
      if (inviteId) return doJoinByInviteId(r.ctx, r.me.user, inviteId);
      throw badUrl("invite_id");
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/teams/{team_id}/invite/email",
    auth: "session",
    body: z
      .union([emails, z.object({ emails })])
      .transform((body) => (Array.isArray(body) ? body : body.emails)),
    async access(r) {
      const grant = await inTeam("invite_user")(r);
      if (!grant.rights.team(grant.team.id, "add_user_to_team")) throw forbidden();
      return grant;
    },
    async handle(r, { team }) {
      const { ServiceSettings, TeamSettings } = r.ctx.config;
      if (!ServiceSettings.EnableEmailInvitations) throw fail("api.team.invite_members.disabled.app_error");
      const addresses = [...new Set(r.body.map((email) => email.trim().toLowerCase()))].filter(Boolean);
      if (addresses.length === 0) throw fail("api.team.invite_members.no_one.app_error");
      const lists = [team.allowed_domains, TeamSettings.RestrictCreationToDomains];
      const accepted = addresses.filter(
        (email) => isValidEmail(email) && lists.every((list) => isOfDomain(email, list)),
      );
      const refusal = (email: string) => fail("api.team.invite_members.invalid_email.app_error", { email });
      const refused = addresses.find((email) => !accepted.includes(email));
      if (refused !== undefined && !r.bool("graceful")) throw refusal(refused);
      const sent = accepted.length > 0 ? await doInviteByEmail(r.ctx, r.me.user, team, accepted) : new Map();
      const results = addresses.map((email) => ({
        email,
        error: sent.has(email) ? sent.get(email) : refusal(email),
      }));
      if (r.bool("graceful"))
        return results.map(({ email, error }) => ({ email, error: error ? errorBody(error, r.id) : null }));
      const failed = results.find(({ error }) => error);
      if (failed) throw failed.error;
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/teams/{team_id}/invite-guests/email",
    auth: "session",
    async access(r) {
      const rights = await rightsOf(r);
      if (!rights.team(r.param("team_id"), "invite_guest")) throw forbidden();
    },
    handle: () => {
      throw fail("api.team.invite_guests_to_channels.license.error");
    },
  }),
  route({
    method: "DELETE",
    path: "/api/v4/teams/invites/email",
    auth: "session",
    access: (r) => requireSystem(r, "invalidate_email_invite"),
    async handle(r) {
      await r.ctx.sql.query("DELETE FROM tokens WHERE type IN ('team_invitation', 'guest_invitation')");
      return OK;
    },
  }),
];
