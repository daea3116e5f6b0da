import { usersByIds } from "../../access/users.ts";
import type { Context } from "../../context.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import type { Channel } from "../../model/channel.ts";
import type { User } from "../../model/user.ts";
import { threadStates } from "../posts/change/thread-state.ts";
import { keywordPatterns, mentionsUser } from "../posts/mention-count.ts";
import { collapsedThreads } from "../preferences/collapsed-threads.ts";

interface Reply {
  user_id: string;
  message: string;
  attachments: unknown;
}

const CANDIDATES = `SELECT userid AS user_id, message, props->'attachments' AS attachments FROM posts
  WHERE rootid = $1 AND deleteat = 0 AND (lower(message) LIKE ANY($2::text[]) OR jsonb_typeof(props->'attachments') = 'array')`;

const COUNT = `UPDATE threadmemberships m SET unreadmentions = v.count FROM unnest($2::text[], $3::int[]) AS v(userid, count)
  WHERE m.postid = $1 AND m.userid = v.userid AND m.following`;

/**
 * Tells users who were added to a channel for a thread's sake, and so follow it, of that thread: all of it is unread, with
 * the mentions that brought them there (semantics 12.8, websocket 6.2). At most four statements, however many they are.
 */
export async function notifyAddedFollowers(
  ctx: Context,
  channel: Channel,
  rootId: string,
  userIds: string[],
): Promise<void> {
  const users = await usersByIds(ctx, userIds);
  const replies = await ctx.sql.query<Reply>(CANDIDATES, [rootId, users.flatMap(keywordPatterns)]);
  const mentioned = users
    .map((user) => ({ user, count: mentionsOf(user, replies) }))
    .filter(({ count }) => count > 0);
  if (mentioned.length > 0)
    await ctx.sql.query(COUNT, [
      rootId,
      mentioned.map(({ user }) => user.id),
      mentioned.map(({ count }) => count),
    ]);
  await notifyFollowers(ctx, channel, rootId, userIds);
}

/** `thread_updated` for those who have just begun to follow a thread and read it collapsed (semantics 3.6). */
export async function notifyFollowers(
  ctx: Context,
  channel: Channel,
  rootId: string,
  userIds: string[],
): Promise<void> {
  const collapsed = await Promise.all(userIds.map((id) => collapsedThreads(ctx, id)));
  const states = await threadStates(
    ctx,
    rootId,
    userIds.filter((_, index) => collapsed[index]),
  );
  if (states.length === 0) return;
  const events = states.map(({ userId, thread }) =>
    envelope(
      "thread_updated",
      { thread: JSON.stringify(thread), previous_unread_mentions: 0, previous_unread_replies: 0 },
      { user_id: userId, team_id: channel.team_id },
    ),
  );
  await publish(ctx, `channel:${channel.id}`, events);
}

const mentionsOf = (user: User, replies: Reply[]) =>
  replies.filter(
    ({ user_id, message, attachments }) =>
      user_id !== user.id && mentionsUser(user, message, { attachments }),
  ).length;
