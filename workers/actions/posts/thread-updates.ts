import { usersByIds } from "../../access/users.ts";
import type { Context } from "../../context.ts";
import { broadcastOf, type Envelope, envelopeEach } from "../../events/envelope.ts";
import { type Post, toPost } from "../../model/post.ts";
import { threadText } from "../../model/thread.ts";
import { userText } from "../../model/user-view.ts";
import type { Draft } from "./create.ts";
import type { Created } from "./create-sql.ts";
import { withoutLinks } from "./linked-channels.ts";

/**
 * `thread_updated` for each follower (semantics 3.6): what the thread is now, and what was unread for that follower
 * before. The author has read everything. What all followers get alike is there once, however many they are.
 */
export async function threadUpdates(
  ctx: Context,
  { author, channel }: Draft,
  post: Post,
  created: Created,
): Promise<Envelope[]> {
  const { root, thread, followers } = created;
  if (!root || !thread || !followers) return [];
  const participants = await usersByIds(ctx, thread.participants);
  const rootPost = withoutLinks({
    ...toPost({
      ...root,
      participants: thread.participants,
      reply_count: thread.replycount,
      last_reply_at: thread.lastreplyat,
    }),
    update_at: Math.max(root.update_at, post.create_at),
  });
  const text = threadText({
    id: root.id,
    replyCount: thread.replycount,
    lastReplyAt: thread.lastreplyat,
    participants: participants.map((user) => userText(user, "other", ctx.config)),
    post: JSON.stringify(rootPost),
    urgent: root.priority?.priority === "urgent",
    deleteAt: 0,
  });
  const unreadSince = repliesAfter(created);
  const users: Record<string, string> = {};
  for (const { userid, lastviewed, unreadmentions, mentioned, added } of followers) {
    const mine = userid === author.id;
    const unread = unreadSince(lastviewed);
    const own = text.own({
      lastViewedAt: mine ? Math.max(lastviewed, post.create_at) : lastviewed,
      unreadReplies: mine ? 0 : unread + (post.create_at > lastviewed ? 1 : 0),
      unreadMentions: mine ? 0 : unreadmentions + (mentioned ? 1 : 0),
    });
    const before = added ? [0, 0] : [unreadmentions, unread];
    users[userid] =
      `${escaped(own)}","previous_unread_mentions":${before[0]},"previous_unread_replies":${before[1]}` +
      broadcastOf({ user_id: userid, team_id: channel.team_id });
  }
  return [
    envelopeEach(
      "thread_updated",
      `{"event":"thread_updated","data":{"thread":"${escaped(text.shared)}`,
      users,
    ),
  ];
}

/** As it stands inside a JSON string. */
const escaped = (text: string) => JSON.stringify(text).slice(1, -1);

/** How many replies there were after a time, before this one; for the times at which followers looked last. */
function repliesAfter({ marks, buckets, replies_before }: Created): (seen: number) => number {
  const after = new Map<number, number>();
  for (const [place, seen] of (marks ?? []).entries()) {
    let replies = 0;
    for (const [from, count] of buckets ?? []) if (from > place) replies += count;
    after.set(seen, replies);
  }
  return (seen) => (seen === 0 ? (replies_before ?? 0) : (after.get(seen) ?? 0));
}
