// Messages and what is attached to one: reactions, priority, drafts, reminders.

import { sql } from "drizzle-orm";
import { boolean, index, jsonb, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

/** A row with originalid <> '' is history and always has deleteat > 0. */
export const posts = pgTable(
  "posts",
  {
    id: id().primaryKey(),
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    userid: id(),
    channelid: id(),
    /** '' for a root post. */
    rootid: id(),
    originalid: id(),
    message: chars(65535),
    type: id(),
    props: jsonb().$type<Record<string, unknown>>(),
    hashtags: chars(1000),
    /** Legacy; keep '[]'. */
    filenames: chars(4000),
    /** JSON array as text. */
    fileids: chars(300),
    /** Caches whether a live reaction exists. */
    hasreactions: boolean(),
    editat: int8(),
    ispinned: boolean(),
    remoteid: id(),
  },
  (t) => [
    index("idx_posts_channel_id_delete_at_create_at").on(t.channelid, t.deleteat, t.createat),
    index("idx_posts_channel_id_update_at").on(t.channelid, t.updateat),
    index("idx_posts_create_at").on(t.createat),
    index("idx_posts_create_at_id").on(t.createat, t.id),
    index("idx_posts_delete_at").on(t.deleteat),
    index("idx_posts_hashtags_txt").using("gin", sql`to_tsvector('english', ${t.hashtags})`),
    index("idx_posts_is_pinned").on(t.ispinned),
    index("idx_posts_message_txt").using("gin", sql`to_tsvector('english', ${t.message})`),
    index("idx_posts_original_id").on(t.originalid),
    index("idx_posts_root_id_delete_at").on(t.rootid, t.deleteat),
    index("idx_posts_update_at").on(t.updateat),
    index("idx_posts_user_id").on(t.userid),
  ],
);

export const reactions = pgTable(
  "reactions",
  {
    userid: id().notNull(),
    postid: id().notNull(),
    emojiname: chars(64).notNull(),
    createat: int8(),
    updateat: int8(),
    /** Live = 0 or NULL. */
    deleteat: int8(),
    remoteid: id(),
    channelid: id().notNull().default(""),
  },
  (t) => [
    primaryKey({ name: "reactions_pkey", columns: [t.postid, t.userid, t.emojiname] }),
    index("idx_reactions_channel_id").on(t.channelid),
  ],
);

export const postspriority = pgTable("postspriority", {
  postid: id().primaryKey(),
  channelid: id().notNull(),
  priority: chars(32).notNull(),
  requestedack: boolean(),
  persistentnotifications: boolean(),
});

export const postacknowledgements = pgTable(
  "postacknowledgements",
  {
    postid: id().notNull(),
    userid: id().notNull(),
    acknowledgedat: int8(),
    remoteid: id().default(""),
    channelid: id().default(""),
  },
  (t) => [primaryKey({ name: "postacknowledgements_pkey", columns: [t.postid, t.userid] })],
);

export const persistentnotifications = pgTable("persistentnotifications", {
  postid: id().primaryKey(),
  createat: int8(),
  lastsentat: int8(),
  deleteat: int8(),
  sentcount: smallint(),
});

export const postreminders = pgTable(
  "postreminders",
  {
    postid: id().notNull(),
    userid: id().notNull(),
    /** Seconds. */
    targettime: int8(),
  },
  (t) => [
    primaryKey({ name: "postreminders_pkey", columns: [t.postid, t.userid] }),
    index("idx_postreminders_targettime").on(t.targettime),
  ],
);

export const drafts = pgTable(
  "drafts",
  {
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    userid: id().notNull(),
    channelid: id().notNull(),
    rootid: id().notNull().default(""),
    message: chars(65535),
    props: chars(8000),
    fileids: chars(300),
    priority: text(),
    type: text(),
  },
  (t) => [primaryKey({ name: "drafts_pkey", columns: [t.userid, t.channelid, t.rootid] })],
);

export const scheduledposts = pgTable(
  "scheduledposts",
  {
    id: id().primaryKey(),
    createat: int8(),
    updateat: int8(),
    userid: id().notNull(),
    channelid: id().notNull(),
    rootid: id(),
    message: chars(65535),
    props: chars(8000),
    fileids: chars(300),
    priority: text(),
    scheduledat: int8().notNull(),
    processedat: int8(),
    errorcode: chars(200),
    type: text(),
  },
  (t) => [
    index("idx_scheduledposts_userid_channel_id_scheduled_at").on(t.userid, t.channelid, t.scheduledat),
  ],
);
