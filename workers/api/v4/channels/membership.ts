import { z } from "zod";
import { channelAndRights, requireChannel, requireSelf } from "../../../access/permissions.ts";
import { userById } from "../../../access/users.ts";
import { doAddMembers } from "../../../actions/channels/members/add.ts";
import { doRemoveMember } from "../../../actions/channels/members/leave.ts";
import {
  doUpdateMemberRoles,
  doUpdateNotifyProps,
  doUpdateSchemeRoles,
} from "../../../actions/channels/members/settings.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { MANAGE_MEMBERS, mayByType } from "./access.ts";
import * as schema from "./schemas.ts";

const MAX_USERS = 1_000;

export const membershipRoutes = [
  route({
    method: "POST",
    path: "/api/v4/channels/{channel_id}/members",
    auth: "session",
    status: 201,
    body: z.object({
      user_id: schema.optionalId,
      user_ids: schema.ids.nullish(),
      post_root_id: schema.optionalId,
    }),
    async access(r) {
      const { user_id, user_ids } = r.body;
      const userIds = user_ids && user_ids.length > 0 ? user_ids : user_id ? [user_id] : [];
      if (userIds.length === 0 || userIds.length > MAX_USERS)
        throw badBody(user_ids ? "user_ids" : "user_id");
      const [channel, rights] = await channelAndRights(r, r.param("channel_id"));
      const list = Boolean(user_ids && user_ids.length > 0);
      if (channel.type === "D" || channel.type === "G") {
        if (!rights.channel(channel, "read_channel")) throw forbidden();
        throw fail("api.channel.add_user_to_channel.type.app_error");
      }
      const joinsOnly = userIds.every((id) => id === r.userId);
      const mayJoin =
        joinsOnly && channel.type === "O" && rights.team(channel.team_id, "join_public_channels");
      const isBack = joinsOnly && rights.isMember(channel.id);
      if (!mayJoin && !isBack && !rights.channel(channel, MANAGE_MEMBERS[channel.type])) throw forbidden();
      return { channel, userIds, list };
    },
    async handle(r, { channel, userIds, list }) {
      const members = await doAddMembers(r.ctx, r.me.user, channel, userIds, r.body.post_root_id);
      return list ? members : members[0];
    },
  }),
  route({
    method: "DELETE",
    path: "/api/v4/channels/{channel_id}/members/{user_id}",
    auth: "session",
    async access(r) {
      const userId = r.param("user_id");
      const [channel, rights] = await channelAndRights(r, r.param("channel_id"));
      if (userId !== r.userId && !mayByType(rights, channel, MANAGE_MEMBERS)) throw forbidden();
      return { channel, userId };
    },
    async handle(r, { channel, userId }) {
      const user = await userById(r.ctx, userId);
      if (!user) throw fail("app.user.missing_account.const");
      await doRemoveMember(r.ctx, channel, userId, user, r.me.user);
      return OK;
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/channels/{channel_id}/members/{user_id}/schemeRoles",
    auth: "session",
    body: z.object({
      scheme_guest: z.boolean().optional(),
      scheme_user: z.boolean(),
      scheme_admin: z.boolean(),
    }),
    access(r) {
      r.param("user_id");
      return requireChannel(r, r.param("channel_id"), "manage_channel_roles");
    },
    async handle(r, channel) {
      await doUpdateSchemeRoles(r.ctx, channel.id, r.param("user_id"), r.body);
      return OK;
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/channels/{channel_id}/members/{user_id}/roles",
    auth: "session",
    body: z.object({ roles: z.string().max(256) }),
    access(r) {
      r.param("user_id");
      return requireChannel(r, r.param("channel_id"), "manage_channel_roles");
    },
    async handle(r, channel) {
      await doUpdateMemberRoles(r.ctx, channel.id, r.param("user_id"), r.body.roles);
      return OK;
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/channels/{channel_id}/members/{user_id}/notify_props",
    auth: "session",
    body: z.record(z.string(), z.unknown()),
    async access(r) {
      r.param("channel_id");
      return requireSelf(r);
    },
    async handle(r, userId) {
      await doUpdateNotifyProps(r.ctx, r.param("channel_id"), userId, r.body);
      return OK;
    },
  }),
];
