import { channelsByIds } from "../../../access/channels.ts";
import { requireChannel, rightsOf } from "../../../access/permissions.ts";
import { commonTeams } from "../../../actions/channels/read/common-teams.ts";
import { knownByName } from "../../../actions/channels/read/known.ts";
import { channelByName, channelByTeamName, freshChannel } from "../../../actions/channels/read/list.ts";
import { channelStats, channelTimezones, memberCounts } from "../../../actions/channels/read/stats.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import { rawJson } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { channelJson } from "../../../model/channel.ts";
import { checkCount, requireViewChannel, viewByName } from "./access.ts";
import * as schema from "./schemas.ts";

const MAX_CHANNELS = 1_000;
/** Team and channel names have no other characters; a longer name is none. */
const NAME = /^[^/\0]{1,64}$/;

export const readRoutes = [
  route({
    method: "GET",
    path: "/api/v4/channels/{channel_id}",
    auth: "session",
    access: requireViewChannel,
    handle: async (r, channel) => rawJson(channelJson(await freshChannel(r.ctx, channel))),
  }),
  route({
    method: "GET",
    path: "/api/v4/teams/{team_id}/channels/name/{channel_name}",
    auth: "session",
    async access(r) {
      const name = r.path.channel_name!.toLowerCase();
      const teamId = r.param("team_id");
      return viewByName(r, NAME.test(name) ? await channelByName(r.ctx, teamId, name) : undefined);
    },
    handle: (_r, channel) => channel,
  }),
  route({
    method: "GET",
    path: "/api/v4/teams/name/{team_name}/channels/name/{channel_name}",
    auth: "session",
    async access(r) {
      const team = r.path.team_name!.toLowerCase();
      const name = r.path.channel_name!.toLowerCase();
      return viewByName(
        r,
        NAME.test(team) && NAME.test(name)
          ? (knownByName(r.identity!.memberships, team, name) ?? (await channelByTeamName(r.ctx, team, name)))
          : undefined,
      );
    },
    handle: (_r, channel) => channel,
  }),
  route({
    method: "GET",
    path: "/api/v4/channels/{channel_id}/stats",
    auth: "session",
    access: (r) => requireChannel(r, r.param("channel_id"), "read_channel"),
    handle: (r, channel) => channelStats(r.ctx, channel.id, !r.bool("exclude_files_count")),
  }),
  route({
    method: "POST",
    path: "/api/v4/channels/stats/member_count",
    auth: "session",
    body: schema.ids,
    async access(r) {
      checkCount(r.body, MAX_CHANNELS, "channel_ids");
      const channels = await channelsByIds(r.ctx, new Set(r.body));
      const rights = await rightsOf(r);
      for (const channel of channels) {
        const open = channel.type === "O" && rights.team(channel.team_id, "list_team_channels");
        if (!open && !rights.channel(channel, "read_channel_content")) throw forbidden();
      }
      return channels;
    },
    async handle(r, channels) {
      const counts = await memberCounts(
        r.ctx,
        channels.map((channel) => channel.id),
      );
      return Object.fromEntries([...counts].map(([id, { members }]) => [id, members]));
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/channels/{channel_id}/timezones",
    auth: "session",
    access: (r) => requireChannel(r, r.param("channel_id"), "read_channel"),
    handle: (r, channel) => channelTimezones(r.ctx, channel.id),
  }),
  route({
    method: "GET",
    path: "/api/v4/channels/{channel_id}/common_teams",
    auth: "session",
    access: (r) => requireChannel(r, r.param("channel_id"), "read_channel"),
    async handle(r, channel) {
      if (channel.type !== "G" && channel.type !== "D")
        throw fail("app.channel.get_common_teams.incorrect_channel_type");
      return commonTeams(r.ctx, channel.id, await rightsOf(r));
    },
  }),
];
