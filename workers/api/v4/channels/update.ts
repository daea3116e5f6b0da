import { z } from "zod";
import { channelAndRights, requireSystem, requireTeam } from "../../../access/permissions.ts";
import { teamById } from "../../../access/teams.ts";
import { doArchiveChannel, doConvertPrivacy, doRestoreChannel } from "../../../actions/channels/lifecycle.ts";
import { doConvertGroup, doMoveChannel } from "../../../actions/channels/move.ts";
import { doPurgeChannel } from "../../../actions/channels/purge.ts";
import { doPatchChannel } from "../../../actions/channels/update.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import type { Channel } from "../../../model/channel.ts";
import { MANAGE_PROPERTIES, mayByType, requireByType } from "./access.ts";
import * as schema from "./schemas.ts";

const texts = {
  name: schema.optionalText,
  display_name: schema.optionalText,
  header: schema.optionalText,
  purpose: schema.optionalText,
};

type Texts = Partial<Record<keyof typeof texts, string | undefined>>;

/** The given fields only. */
function present(body: Texts) {
  const { name, display_name, header, purpose } = body;
  return {
    ...(name !== undefined ? { name } : {}),
    ...(display_name !== undefined ? { display_name } : {}),
    ...(header !== undefined ? { header } : {}),
    ...(purpose !== undefined ? { purpose } : {}),
  };
}

/** Who may change a channel's texts; of a direct or group channel only its members, and only the header (semantics 12.11). */
async function requireProperties(r: Req<Texts>): Promise<Channel> {
  const [channel, rights] = await channelAndRights(r, r.param("channel_id"));
  const may = mayByType(rights, channel, MANAGE_PROPERTIES);
  if (!may) throw forbidden();
  if (channel.type === "D" || channel.type === "G") {
    const { name = channel.name, display_name = channel.display_name, purpose = channel.purpose } = r.body;
    if (name !== channel.name) throw badBody("name");
    if (display_name !== channel.display_name) throw badBody("display_name");
    if (purpose !== channel.purpose) throw badBody("purpose");
    delete r.body.name;
    delete r.body.display_name;
    delete r.body.purpose;
  }
  return channel;
}

export const updateRoutes = [
  route({
    method: "PUT",
    path: "/api/v4/channels/{channel_id}",
    auth: "session",
    body: z.object({ id: schema.id, type: schema.optionalText, ...texts }),
    async access(r) {
      if (r.body.id !== r.param("channel_id")) throw badBody("channel_id");
      return requireProperties(r);
    },
    handle(r, channel) {
      const { type, name, ...rest } = r.body;
      if (type && type !== channel.type) throw fail("api.channel.update_channel.typechange.app_error");
      // An empty name stands for the one that it has.
      return doPatchChannel(r.ctx, r.me.user, channel, present({ ...rest, name: name || undefined }));
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/channels/{channel_id}/patch",
    auth: "session",
    body: z.object({ ...texts, banner_info: z.unknown().optional() }),
    async access(r) {
      const channel = await requireProperties(r);
      if (r.body.banner_info !== undefined && r.body.banner_info !== null) throw fail("api.license_error");
      return channel;
    },
    handle: (r, channel) => doPatchChannel(r.ctx, r.me.user, channel, present(r.body)),
  }),
  route({
    method: "PUT",
    path: "/api/v4/channels/{channel_id}/privacy",
    auth: "session",
    body: z.object({ privacy: z.enum(["O", "P"]) }),
    async access(r) {
      const [channel, rights] = await channelAndRights(r, r.param("channel_id"));
      const permission =
        r.body.privacy === "O" ? "convert_private_channel_to_public" : "convert_public_channel_to_private";
      if (!rights.channel(channel, permission)) throw forbidden();
      return channel;
    },
    handle: (r, channel) => doConvertPrivacy(r.ctx, r.me.user, channel, r.body.privacy),
  }),
  route({
    method: "DELETE",
    path: "/api/v4/channels/{channel_id}",
    auth: "session",
    async access(r) {
      if (!r.bool("permanent")) {
        return requireByType(r, { O: "delete_public_channel", P: "delete_private_channel" });
      }
      await requireSystem(r, "manage_system");
      if (!r.ctx.config.ServiceSettings.EnableAPIChannelDeletion)
        throw fail("api.user.delete_channel.not_enabled.app_error");
      return (await channelAndRights(r, r.param("channel_id")))[0];
    },
    async handle(r, channel) {
      if (r.bool("permanent")) await doPurgeChannel(r.ctx, channel);
      else await doArchiveChannel(r.ctx, r.me.user, channel);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/channels/{channel_id}/restore",
    auth: "session",
    async access(r) {
      const [channel, rights] = await channelAndRights(r, r.param("channel_id"));
      const may =
        rights.team(channel.team_id, "manage_team") ||
        rights.system("sysconsole_write_user_management_channels");
      if (!may) throw forbidden();
      return channel;
    },
    handle: (r, channel) => doRestoreChannel(r.ctx, r.me.user, channel),
  }),
  route({
    method: "POST",
    path: "/api/v4/channels/{channel_id}/move",
    auth: "session",
    body: z.object({ team_id: schema.id, force: schema.flag }),
    async access(r) {
      const rights = await requireSystem(r, "manage_system");
      if (!rights.team(r.body.team_id, "view_team")) throw forbidden();
      const [channel] = await channelAndRights(r, r.param("channel_id"));
      return channel;
    },
    async handle(r, channel) {
      const [from, to] = await Promise.all([
        teamById(r.ctx, channel.team_id),
        teamById(r.ctx, r.body.team_id),
      ]);
      if (!to || to.delete_at > 0) throw fail("app.team.get.find.app_error");
      return doMoveChannel(r.ctx, r.me.user, channel, { from, to }, r.body.force);
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/channels/{channel_id}/convert_to_channel",
    auth: "session",
    body: z.object({
      channel_id: schema.optionalId,
      team_id: schema.id,
      name: schema.text,
      display_name: schema.text,
    }),
    async access(r) {
      const id = r.param("channel_id");
      if (r.body.channel_id && r.body.channel_id !== id) throw badBody("channel_id");
      await requireTeam(r, r.body.team_id, "create_private_channel");
      const [channel, rights] = await channelAndRights(r, id);
      if (!rights.channel(channel, "read_channel")) throw forbidden();
      return channel;
    },
    async handle(r, channel) {
      const team = await teamById(r.ctx, r.body.team_id);
      if (!team || team.delete_at > 0) throw fail("app.team.get.find.app_error");
      return doConvertGroup(r.ctx, r.me.user, channel, team, r.body);
    },
  }),
];
