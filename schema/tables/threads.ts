// Reply counters per root post, and who follows it.

import { boolean, index, jsonb, pgTable, primaryKey } from "drizzle-orm/pg-core";
import { id, int8 } from "../columns.ts";

/** Exists iff the root ever had a reply. */
export const threads = pgTable(
  "threads",
  {
    postid: id().primaryKey(),
    replycount: int8(),
    lastreplyat: int8(),
    /** JSON array of user ids, most recent last. */
    participants: jsonb().$type<string[]>(),
    channelid: id(),
    threaddeleteat: int8(),
    /** '' for direct and group messages. */
    threadteamid: id(),
  },
  (t) => [index("idx_threads_channel_id_last_reply_at").on(t.channelid, t.lastreplyat)],
);

export const threadmemberships = pgTable(
  "threadmemberships",
  {
    postid: id().notNull(),
    userid: id().notNull(),
    following: boolean(),
    lastviewed: int8(),
    lastupdated: int8(),
    unreadmentions: int8(),
  },
  (t) => [
    primaryKey({ name: "threadmemberships_pkey", columns: [t.postid, t.userid] }),
    index("idx_thread_memberships_last_update_at").on(t.lastupdated),
    index("idx_thread_memberships_last_view_at").on(t.lastviewed),
    index("idx_thread_memberships_user_id").on(t.userid),
  ],
);
