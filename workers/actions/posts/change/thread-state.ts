import type { Context } from "../../../context.ts";
import { liveReplies, POST_COLUMNS, type Post, type PostRow, postFrom, toPost } from "../../../model/post.ts";
import { withoutLinks } from "../linked-channels.ts";
import { withUsers } from "../read/participants.ts";

/** A thread as one follower has it (semantics 3.7). */
export interface ThreadState {
  userId: string;
  thread: {
    id: string;
    reply_count: number;
    last_reply_at: number;
    last_viewed_at: number;
    participants: { id: string }[];
    post: Post;
    unread_replies: number;
    unread_mentions: number;
    is_urgent: boolean;
    delete_at: number;
  };
}

const FOLLOWERS = `SELECT m.userid, m.lastviewed, m.unreadmentions, (SELECT count(*) FROM posts r
    WHERE ${liveReplies("r", "m.postid")} AND r.createat + 0 > m.lastviewed) AS unread
  FROM threadmemberships m JOIN posts p ON p.id = m.postid JOIN channelmembers c ON c.channelid = p.channelid AND c.userid = m.userid
  WHERE m.postid = $1 AND m.userid = ANY($2::text[]) AND m.following`;

const ROOT = `SELECT ${POST_COLUMNS} FROM ${postFrom("posts")} WHERE p.id = $1`;

/** The thread as those of `userIds` have it who follow it and are in its channel; two statements in one round trip. */
export async function threadStates(ctx: Context, rootId: string, userIds: string[]): Promise<ThreadState[]> {
  if (userIds.length === 0) return [];
  const [followers, roots] = await ctx.sql.batch([
    { text: FOLLOWERS, params: [rootId, userIds] },
    { text: ROOT, params: [rootId] },
  ]);
  const row = (roots as unknown as PostRow[])[0];
  if (!row) return [];
  const post = withoutLinks(toPost(row));
  await withUsers(ctx, [post]);
  return followers!.map((follower) => ({
    userId: follower.userid as string,
    thread: {
      id: rootId,
      reply_count: post.reply_count,
      last_reply_at: post.last_reply_at,
      last_viewed_at: follower.lastviewed as number,
      participants: post.participants ?? [],
      post,
      unread_replies: follower.unread as number,
      unread_mentions: follower.unreadmentions as number,
      is_urgent: row.priority?.priority === "urgent",
      delete_at: row.delete_at,
    },
  }));
}
