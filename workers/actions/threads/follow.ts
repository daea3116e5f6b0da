import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { type Effect, envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import type { Channel } from "../../model/channel.ts";

export interface Follow {
  userId: string;
  /** Of the path, for the event's scope. */
  teamId: string;
  threadId: string;
  channel: Channel;
}

const FOLLOW = `INSERT INTO threadmemberships (postid, userid, following, lastviewed, lastupdated, unreadmentions)
  SELECT p.id, $1, true, $3, $3, 0 FROM posts p WHERE p.id = $2 AND p.rootid = '' AND p.deleteat = 0
  ON CONFLICT (postid, userid) DO UPDATE SET following = true, lastviewed = excluded.lastviewed, lastupdated = excluded.lastupdated, unreadmentions = 0
  RETURNING coalesce((SELECT t.replycount FROM threads t WHERE t.postid = $2), 0) AS reply_count`;

/** The row stays, so that only an explicit mention makes the user follow again (semantics 3.3). */
const UNFOLLOW = `INSERT INTO threadmemberships (postid, userid, following, lastviewed, lastupdated, unreadmentions)
  SELECT p.id, $1, false, 0, $3, 0 FROM posts p WHERE p.id = $2 AND p.rootid = ''
  ON CONFLICT (postid, userid) DO UPDATE SET following = false, lastupdated = excluded.lastupdated
  RETURNING coalesce((SELECT t.replycount FROM threads t WHERE t.postid = $2), 0) AS reply_count`;

/** Follows a thread, or a post that nobody has answered yet, or stops (semantics 3.11). Throws 404 for what is no live root. */
export async function doFollowThread(
  ctx: Context,
  { userId, teamId, threadId, channel }: Follow,
  state: boolean,
): Promise<void> {
  const [row] = await ctx.sql.query<{ reply_count: number }>(state ? FOLLOW : UNFOLLOW, [
    userId,
    threadId,
    Date.now(),
  ]);
  if (!row) throw fail("app.post.get.app_error");
  const event = envelope(
    "thread_follow_changed",
    { thread_id: threadId, state, reply_count: row.reply_count },
    { user_id: userId, team_id: teamId },
  );
  // A kept page of the channel knows which of its posts anyone follows.
  const effect: Effect = state
    ? { kind: "posts", channel: channel.id }
    : { kind: "viewed", user: userId, channels: [channel.id] };
  await publish(ctx, `user:${userId}`, [event], [effect]);
}

const READ_ALL = `UPDATE threadmemberships m SET lastviewed = greatest(m.lastviewed, $3), lastupdated = $3, unreadmentions = 0 FROM threads t
  WHERE m.userid = $1 AND t.postid = m.postid AND coalesce(t.threadteamid, (SELECT c.teamid FROM channels c WHERE c.id = t.channelid)) IN ($2, '')
    AND (coalesce(m.lastviewed, 0) < t.lastreplyat OR m.unreadmentions > 0)`;

/** Marks every thread of the team and of direct messages read (semantics 3.10). */
export async function doReadAllThreads(ctx: Context, userId: string, teamId: string): Promise<void> {
  await ctx.sql.query(READ_ALL, [userId, teamId, Date.now()]);
  await publish(ctx, `user:${userId}`, [
    envelope("thread_read_changed", {}, { user_id: userId, team_id: teamId }),
  ]);
}

const MENTION_COUNTS = `SELECT t.channelid AS channel_id, sum(m.unreadmentions)::bigint AS mentions
  FROM threadmemberships m JOIN threads t ON t.postid = m.postid
  WHERE m.userid = $1 AND m.following AND m.unreadmentions > 0 AND coalesce(t.threaddeleteat, 0) = 0
    AND coalesce(t.threadteamid, (SELECT c.teamid FROM channels c WHERE c.id = t.channelid)) IN ($2, '')
    AND t.channelid IN (SELECT channelid FROM channelmembers WHERE userid = $1)
  GROUP BY t.channelid`;

/** Unread mentions in followed threads, by channel id. */
export async function mentionCounts(
  ctx: Context,
  userId: string,
  teamId: string,
): Promise<Record<string, number>> {
  const rows = await ctx.sql.query<{ channel_id: string; mentions: number }>(MENTION_COUNTS, [
    userId,
    teamId,
  ]);
  return Object.fromEntries(rows.map((row) => [row.channel_id, row.mentions]));
}
