import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { type Channel, DEFAULT_CHANNEL } from "../../model/channel.ts";
import type { User } from "../../model/user.ts";
import { systemPost } from "../system-posts/system-post.ts";
import { systemTexts } from "../system-posts/texts.ts";
import {
  CHANGED_HERE,
  channelEffects,
  lastChannel,
  linkingChannels,
  mirror,
  selectChannel,
} from "./statements.ts";
import { updatedEvent } from "./update.ts";

/** To the team for an open channel, to its members for a private one. */
function scopeOf({ id, team_id, type }: Channel) {
  return type === "O" ? { team_id } : { channel_id: id };
}

/** Archives: the message first, then the channel and its webhooks (semantics 12.13). One batch. */
export async function doArchiveChannel(ctx: Context, user: User, channel: Channel): Promise<void> {
  if (channel.type === "D" || channel.type === "G") throw fail("api.channel.delete_channel.type.invalid");
  if (channel.delete_at > 0) throw fail("api.channel.delete_channel.deleted.app_error");
  if (channel.name === DEFAULT_CHANNEL) throw fail("api.channel.delete_channel.cannot.app_error");
  const at = Date.now();
  const message = systemPost("system_channel_deleted", {
    channel,
    user,
    message: systemTexts.system_channel_deleted(user.username),
    at,
  });
  const results = await ctx.sql.batch([
    message.statement,
    {
      text: `WITH hooks AS (UPDATE incomingwebhooks SET deleteat = $2::bigint, updateat = $2::bigint WHERE channelid = $1 AND deleteat = 0),
          outgoing AS (UPDATE outgoingwebhooks SET deleteat = $2::bigint, updateat = $2::bigint WHERE channelid = $1 AND deleteat = 0)
        UPDATE channels SET deleteat = $2::bigint, updateat = $2::bigint WHERE id = $1 AND deleteat = 0 RETURNING id`,
      params: [channel.id, at],
    },
    mirror(channel.id),
    linkingChannels(channel.team_id, channel.type === "O" ? [channel.name] : []),
  ]);
  if (results[1]!.length === 0) throw fail("api.channel.delete_channel.deleted.app_error");
  const [posted] = message.announce(results[0]!);
  await publish(
    ctx,
    `channel:${channel.id}`,
    [
      ...(posted?.events ?? []),
      envelope("channel_deleted", { channel_id: channel.id, delete_at: at }, scopeOf(channel)),
    ],
    [...(posted?.effects ?? []), ...channelEffects(channel.id, results[3])],
  );
}

/** Undoes an archiving (semantics 12.14). One batch. Answers the channel after it. */
export async function doRestoreChannel(ctx: Context, user: User, channel: Channel): Promise<Channel> {
  if (channel.delete_at === 0) throw fail("api.channel.restore_channel.restored.app_error");
  const at = Date.now();
  const text = systemTexts.system_channel_restored(user.username);
  const message = systemPost("system_channel_restored", { channel, user, message: text, at }, CHANGED_HERE);
  const results = await ctx.sql.batch([
    {
      text: "UPDATE channels SET deleteat = 0, updateat = $2::bigint WHERE id = $1 AND deleteat > 0 RETURNING id",
      params: [channel.id, at],
    },
    mirror(channel.id),
    message.statement,
    linkingChannels(channel.team_id, channel.type === "O" ? [channel.name] : []),
    selectChannel(channel.id),
  ]);
  if (results[0]!.length === 0) throw fail("api.channel.restore_channel.restored.app_error");
  const [posted] = message.announce(results[2]!);
  await publish(
    ctx,
    `channel:${channel.id}`,
    [envelope("channel_restored", { channel_id: channel.id }, scopeOf(channel)), ...(posted?.events ?? [])],
    [...channelEffects(channel.id, results[3]), ...(posted?.effects ?? [])],
  );
  return lastChannel(results);
}

/** Makes an open channel private or the other way round (semantics 12.12). One batch. Answers the channel after it. */
export async function doConvertPrivacy(
  ctx: Context,
  user: User,
  channel: Channel,
  to: "O" | "P",
): Promise<Channel> {
  if (channel.type === "D" || channel.type === "G")
    throw fail("api.channel.update_channel_privacy.bad_type.app_error");
  if (channel.name === DEFAULT_CHANNEL && to === "P")
    throw fail("api.channel.update_channel_privacy.default_channel_error");
  if (channel.delete_at > 0) throw fail("api.channel.update_channel.deleted.app_error");
  if (channel.type === to) return channel;
  const at = Math.max(Date.now(), channel.update_at + 1);
  const text = systemTexts.system_change_chan_privacy(to === "P");
  const message = systemPost(
    "system_change_chan_privacy",
    { channel, user, message: text, at },
    CHANGED_HERE,
  );
  const results = await ctx.sql.batch([
    {
      text: "UPDATE channels SET type = $2::channel_type, updateat = $3::bigint WHERE id = $1 AND type <> $2::channel_type RETURNING id",
      params: [channel.id, to, at],
    },
    mirror(channel.id),
    linkingChannels(channel.team_id, [channel.name]),
    ...[message.statement],
    selectChannel(channel.id),
  ]);
  const after = lastChannel(results);
  if (results[0]!.length === 0) return after;
  const [posted] = message.announce(results[3]!);
  await publish(
    ctx,
    `channel:${channel.id}`,
    [
      ...(posted?.events ?? []),
      updatedEvent(after),
      envelope("channel_converted", { channel_id: channel.id }, { team_id: channel.team_id }),
    ],
    [...channelEffects(channel.id, results[2]), ...(posted?.effects ?? [])],
  );
  return after;
}
