import { channelById } from "../access/channels.ts";
import { identityOf } from "../access/identity.ts";
import { Rights, rolePermissions } from "../access/permissions.ts";
import { extendSessionOf } from "../actions/sessions/extend.ts";
import { setOnline } from "../actions/status/set-online.ts";
import { notifyTyping } from "../actions/status/typing.ts";
import { fail } from "../errors/app-error.ts";
import { isId } from "../model/id.ts";
import { serverBusy } from "../server-busy.ts";
import type { Action } from "./actions.ts";

/** Tells the channel that the user writes; needs create_post there. */
export const userTyping: Action = async ({ hub, connection, data }) => {
  if (serverBusy.until()) throw fail("api.websocket_handler.server_busy.app_error");
  const ctx = await hub.context();
  const { channel_id } = data;
  const parent_id = data.parent_id ?? "";
  if (parent_id !== "" && !isId(parent_id))
    throw fail("api.websocket_handler.invalid_param.app_error", { name: "parent_id" });
  const identity = await identityOf(ctx, connection.token);
  const channel = isId(channel_id) && (await channelById(ctx, channel_id));
  const allowed =
    channel && identity && new Rights(await rolePermissions(ctx), identity).channel(channel, "create_post");
  if (!allowed) throw fail("api.websocket_handler.invalid_param.app_error", { name: "channel_id" });
  extendSessionOf(ctx, identity.session);
  connection.lastActivity = Date.now();
  await notifyTyping(ctx, connection.userId, channel.id, parent_id as string);
  ctx.background(setOnline(ctx, connection.userId, { sessionId: connection.sessionId }));
  return undefined;
};
