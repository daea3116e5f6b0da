import { channelsByIds } from "../../../access/channels.ts";
import { requireSelf, requireSystem, requireTeam, rightsOf } from "../../../access/permissions.ts";
import { channelListOf, teamChannels } from "../../../actions/channels/read/list.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import { notModified, rawJson } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { checkCount, mayView } from "./access.ts";
import * as schema from "./schemas.ts";

const MAX_IDS = 1_000;

async function userList(r: Req<any>, userId: string, teamId?: string) {
  const includeDeleted = r.bool("include_deleted");
  const list = await channelListOf(r.ctx, userId, {
    teamId,
    includeDeleted,
    lastDeleteAt: r.int("last_delete_at"),
  });
  if (!list) throw fail("app.user.missing_account.const");
  return list;
}

export const listRoutes = [
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/channels",
    auth: "session",
    access: (r) => requireSelf(r),
    handle: async (r, userId) => rawJson((await userList(r, userId)).text),
  }),
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/teams/{team_id}/channels",
    auth: "session",
    async access(r) {
      const userId = await requireSelf(r);
      await requireTeam(r, r.param("team_id"), "view_team");
      return userId;
    },
    async handle(r, userId) {
      const list = await userList(r, userId, r.param("team_id"));
      if (list.count === 0) throw fail("app.channel.get_channels.not_found.app_error");
      // Two people who share a browser may share the path, the newest channel and the count.
      const etag = `${list.etag}.${userId}`;
      if (r.header("if-none-match") === etag) return notModified(etag);
      return rawJson(list.text, { headers: { ETag: etag } });
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/teams/{team_id}/channels",
    auth: "session",
    access: (r) => requireTeam(r, r.param("team_id"), "list_team_channels"),
    handle: (r) => teamChannels(r.ctx, r.param("team_id"), r.page, "c.type = 'O' AND c.deleteat = 0"),
  }),
  route({
    method: "GET",
    path: "/api/v4/teams/{team_id}/channels/deleted",
    auth: "session",
    access: (r) => requireTeam(r, r.param("team_id"), "list_team_channels"),
    handle(r, rights) {
      const all = rights.system("manage_system");
      const mine = "EXISTS (SELECT FROM channelmembers m WHERE m.channelid = c.id AND m.userid = $4)";
      const scope = all ? "c.type IN ('O', 'P')" : `(c.type = 'O' OR c.type = 'P' AND ${mine})`;
      return teamChannels(
        r.ctx,
        r.param("team_id"),
        r.page,
        `c.deleteat > 0 AND ${scope}`,
        all ? [] : [r.userId],
      );
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/teams/{team_id}/channels/private",
    auth: "session",
    async access(r) {
      r.param("team_id");
      await requireSystem(r, "manage_system");
    },
    handle: (r) => teamChannels(r.ctx, r.param("team_id"), r.page, "c.type = 'P' AND c.deleteat = 0"),
  }),
  route({
    method: "POST",
    path: "/api/v4/teams/{team_id}/channels/ids",
    auth: "session",
    body: schema.ids,
    async access(r) {
      const teamId = r.param("team_id");
      checkCount(r.body, MAX_IDS, "channel_ids");
      await requireTeam(r, teamId, "view_team");
      const rights = await rightsOf(r);
      const found = await channelsByIds(r.ctx, new Set(r.body));
      const channels = found.filter((channel) => channel.team_id === teamId && channel.delete_at === 0);
      if (!channels.every((channel) => mayView(rights, channel))) throw forbidden();
      return channels;
    },
    handle(_r, channels) {
      if (channels.length === 0) throw fail("app.channel.get_channels_by_ids.not_found.app_error");
      return channels;
    },
  }),
];
