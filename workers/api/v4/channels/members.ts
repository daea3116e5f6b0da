import {
  channelAndRights,
  requireChannel,
  requireSelf,
  requireSystem,
  requireTeam,
} from "../../../access/permissions.ts";
import {
  allMemberships,
  membersByIds,
  membershipsInTeam,
  membersOf,
  unreadOf,
} from "../../../actions/channels/members/lists.ts";
import { expectPrefetch } from "../../../actions/posts/read/unread.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import { rawJson } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { checkCount } from "./access.ts";
import * as schema from "./schemas.ts";

const MAX_IDS = 1_000;

export const memberRoutes = [
  route({
    method: "GET",
    path: "/api/v4/channels/{channel_id}/members",
    auth: "session",
    access: (r) => requireChannel(r, r.param("channel_id"), "read_channel"),
    handle: (r, channel) => membersOf(r.ctx, channel.id, r.page),
  }),
  route({
    method: "POST",
    path: "/api/v4/channels/{channel_id}/members/ids",
    auth: "session",
    body: schema.ids,
    access(r) {
      checkCount(r.body, MAX_IDS, "user_ids");
      return requireChannel(r, r.param("channel_id"), "read_channel");
    },
    handle: (r, channel) => membersByIds(r.ctx, channel.id, r.body),
  }),
  route({
    method: "GET",
    path: "/api/v4/channels/{channel_id}/members/{user_id}",
    auth: "session",
    access(r) {
      r.param("user_id");
      return requireChannel(r, r.param("channel_id"), "read_channel");
    },
    async handle(r, channel) {
      const [member] = await membersByIds(r.ctx, channel.id, [r.param("user_id")]);
      if (!member) throw fail("app.channel.get_member.missing.app_error");
      return member;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/teams/{team_id}/channels/members",
    auth: "session",
    async access(r) {
      const userId = r.param("user_id");
      await requireTeam(r, r.param("team_id"), "view_team");
      if (userId !== r.userId) await requireSystem(r, "manage_system");
    },
    async handle(r) {
      return rawJson(await membershipsInTeam(r.ctx, r.param("user_id"), r.param("team_id")));
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/channel_members",
    auth: "session",
    access: (r) => requireSelf(r),
    async handle(r, userId) {
      const all = r.int("page") === -1;
      if (all && userId === r.userId) expectPrefetch(r.ctx, userId);
      return rawJson(await allMemberships(r.ctx, userId, all ? undefined : r.page));
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/channels/{channel_id}/unread",
    auth: "session",
    async access(r) {
      const userId = await requireSelf(r);
      const [channel, rights] = await channelAndRights(r, r.param("channel_id"));
      if (!rights.channel(channel, "read_channel")) throw forbidden();
      return { userId, channelId: channel.id };
    },
    async handle(r, { userId, channelId }) {
      const unread = await unreadOf(r.ctx, channelId, userId);
      if (!unread) throw fail("app.channel.get_member.missing.app_error");
      return unread;
    },
  }),
];
