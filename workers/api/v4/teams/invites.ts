import { z } from "zod";
import { channelsByIds } from "../../../access/channels.ts";
import { requireSystem, rightsOf } from "../../../access/permissions.ts";
import { addressesOf, doInviteByEmail } from "../../../actions/mail/invitations.ts";
import { doJoinByInviteId, doJoinByToken, teamOfInvite } from "../../../actions/teams/invites.ts";
import { badBody, badUrl, errorBody, fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { anyone, route } from "../../../http/route.ts";
import type { Channel } from "../../../model/channel.ts";
import { MANAGE_MEMBERS, mayByType } from "../channels/access.ts";
import { inTeam, type TeamGrant } from "./access.ts";

const MAX_INVITES = 200;
const MAX_CHANNELS = 50;
const MAX_MESSAGE = 2_000;

const emails = z.array(z.string().max(256)).max(MAX_INVITES);

/** Addresses alone, or with the channels that await them and words of who invites (client-flows 14). */
const invitation = z.union([
  emails.transform((list) => ({ emails: list, channelIds: [] as string[], message: "" })),
  z.object({
    emails,
    channelIds: z
      .array(z.string())
      .max(MAX_CHANNELS)
      .nullish()
      .transform((ids) => ids ?? []),
    message: z
      .string()
      .max(MAX_MESSAGE)
      .nullish()
      .transform((text) => text ?? ""),
  }),
]);

/** The channels of an invitation, if the session may add people to each. Throws 400, 403. */
async function invitedTo(r: Req<z.infer<typeof invitation>>, { team, rights }: TeamGrant): Promise<string[]> {
  const ids = [...new Set(r.body.channelIds)];
  const channels = ids.length > 0 ? await channelsByIds(r.ctx, ids) : [];
  const isOfTeam = ({ team_id, type, delete_at }: Channel) =>
    team_id === team.id && (type === "O" || type === "P") && delete_at === 0;
  if (channels.length < ids.length || !channels.every(isOfTeam)) throw badBody("channelIds");
  if (!channels.every((channel) => mayByType(rights, channel, MANAGE_MEMBERS))) throw forbidden();
  return ids;
}

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
    body: invitation,
    async access(r) {
      const grant = await inTeam("invite_user")(r);
      if (!grant.rights.team(grant.team.id, "add_user_to_team")) throw forbidden();
      return { team: grant.team, channels: await invitedTo(r, grant) };
    },
    async handle(r, { team, channels }) {
      if (!r.ctx.config.ServiceSettings.EnableEmailInvitations)
        throw fail("api.team.invite_members.disabled.app_error");
      const { addresses, accepted } = addressesOf(r.ctx, team, r.body.emails);
      if (addresses.length === 0) throw fail("api.team.invite_members.no_one.app_error");
      const refusal = (email: string) => fail("api.team.invite_members.invalid_email.app_error", { email });
      const refused = addresses.find((email) => !accepted.includes(email));
      if (refused !== undefined && !r.bool("graceful")) throw refusal(refused);
      const { message } = r.body;
      const sent =
        accepted.length > 0
          ? await doInviteByEmail(r.ctx, r.me.user, team, accepted, { channels, message })
          : new Map();
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
