import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { type Channel, DEFAULT_CHANNEL } from "../../model/channel.ts";

const POSTS = "(SELECT p.id FROM posts p WHERE p.channelid = $1)";

/** Removes a channel and everything in it for good (`DELETE ?permanent=true`); stored files stay. One batch. */
export async function doPurgeChannel(ctx: Context, channel: Channel): Promise<void> {
  const { id, type, team_id } = channel;
  if (channel.name === DEFAULT_CHANNEL) throw fail("api.channel.delete_channel.cannot.app_error");
  const at = Date.now();
  const deletes = [
    `DELETE FROM reactions WHERE postid IN ${POSTS}`,
    `DELETE FROM postspriority WHERE channelid = $1`,
    `DELETE FROM threadmemberships WHERE postid IN ${POSTS}`,
    `DELETE FROM threads WHERE channelid = $1`,
    `DELETE FROM fileinfo WHERE postid IN ${POSTS}`,
    `DELETE FROM drafts WHERE channelid = $1`,
    `DELETE FROM scheduledposts WHERE channelid = $1`,
    `DELETE FROM channelbookmarks WHERE channelid = $1`,
    `DELETE FROM posts WHERE channelid = $1`,
    `DELETE FROM incomingwebhooks WHERE channelid = $1`,
    `DELETE FROM outgoingwebhooks WHERE channelid = $1`,
    `DELETE FROM sidebarchannels WHERE channelid = $1`,
    `DELETE FROM channelmemberhistory WHERE channelid = $1`,
    `DELETE FROM publicchannels WHERE id = $1`,
    `DELETE FROM channels WHERE id = $1`,
    `DELETE FROM channelmembers WHERE channelid = $1 RETURNING userid`,
  ];
  const results = await ctx.sql.batch(deletes.map((text) => ({ text, params: [id] })));
  const scope = type === "O" ? { team_id } : { channel_id: id };
  const deleted = envelope("channel_deleted", { channel_id: id, delete_at: at }, scope);
  const members = results.at(-1)!.map((row) => String(row.userid));
  await publish(
    ctx,
    `channel:${id}`,
    [deleted],
    [
      { kind: "channel", id },
      { kind: "posts", channel: id },
    ],
  );
  // After the event: hubs address it by the memberships that end here.
  const ended = members.map((user) => ({ kind: "channel_member", op: "remove", channel: id, user }) as const);
  await publish(ctx, `channel:${id}`, [], ended);
}
