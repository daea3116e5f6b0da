/** What all who follow a thread see alike; texts are JSON. */
export interface SharedThread {
  id: string;
  replyCount: number;
  /** ms */
  lastReplyAt: number;
  /** Users or {id}, as JSON each. */
  participants: string[];
  /** The root post as JSON. */
  post: string;
  urgent: boolean;
  deleteAt: number;
}

/** What each follower has read. */
export interface OwnThread {
  /** ms; 0 = never */
  lastViewedAt: number;
  unreadReplies: number;
  unreadMentions: number;
}

/** A thread's JSON (semantics 3.7) in two pieces: `shared` is what all followers get alike, `own(...)` completes it. */
export function threadText(thread: SharedThread): { shared: string; own(reader: OwnThread): string } {
  const { id, replyCount, lastReplyAt, participants, post, urgent, deleteAt } = thread;
  return {
    shared:
      `{"id":"${id}","reply_count":${replyCount},"last_reply_at":${lastReplyAt},"participants":[${participants.join(",")}],` +
      `"post":${post},"is_urgent":${urgent},"delete_at":${deleteAt}`,
    own: ({ lastViewedAt, unreadReplies, unreadMentions }) =>
      `,"last_viewed_at":${lastViewedAt},"unread_replies":${unreadReplies},"unread_mentions":${unreadMentions}}`,
  };
}
