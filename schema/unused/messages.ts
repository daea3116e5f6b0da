// Burn-on-read messages, translations and recaps (licensed).

import { sql } from "drizzle-orm";
import {
  char,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  varchar,
} from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const temporaryposts = pgTable(
  "temporaryposts",
  {
    postid: id().primaryKey(),
    type: id().notNull(),
    expireat: int8().notNull(),
    message: chars(65535),
    fileids: chars(300),
  },
  (t) => [index("idx_temporary_posts_expire_at").on(t.expireat)],
);

export const readreceipts = pgTable(
  "readreceipts",
  {
    postid: id().notNull(),
    userid: id().notNull(),
    expireat: int8().notNull(),
  },
  (t) => [
    primaryKey({ name: "readreceipts_pkey", columns: [t.postid, t.userid] }),
    index("idx_read_receipts_post_id").on(t.postid),
    index("idx_read_receipts_user_id_post_id_expire_at").on(t.userid, t.postid, t.expireat),
  ],
);

export const translations = pgTable(
  "translations",
  {
    objectid: id().notNull(),
    dstlang: varchar().notNull(),
    objecttype: varchar().notNull(),
    providerid: varchar().notNull(),
    normhash: char({ length: 64 }).notNull(),
    text: text().notNull(),
    confidence: real(),
    meta: jsonb(),
    updateat: int8().notNull(),
    state: chars(20).notNull(),
    channelid: id(),
  },
  (t) => [
    primaryKey({ name: "translations_pkey", columns: [t.objectid, t.objecttype, t.dstlang] }),
    index("idx_translations_channel_updateat").on(
      t.channelid,
      t.objecttype,
      t.updateat.desc().nullsFirst(),
      t.dstlang,
    ),
    index("idx_translations_state").on(t.state).where(sql`${t.state} = 'processing'`),
  ],
);

export const recaps = pgTable(
  "recaps",
  {
    id: id().primaryKey(),
    userid: id().notNull(),
    title: chars(255).notNull(),
    createat: int8().notNull(),
    updateat: int8().notNull(),
    deleteat: int8().notNull(),
    totalmessagecount: integer().notNull(),
    status: chars(32).notNull(),
    readat: int8().notNull().default(0),
    botid: id().notNull().default(""),
  },
  (t) => [
    index("idx_recaps_bot_id").on(t.botid),
    index("idx_recaps_create_at").on(t.createat),
    index("idx_recaps_user_id").on(t.userid),
    index("idx_recaps_user_id_delete_at").on(t.userid, t.deleteat),
    index("idx_recaps_user_id_read_at").on(t.userid, t.readat),
  ],
);

export const recapchannels = pgTable(
  "recapchannels",
  {
    id: id().primaryKey(),
    recapid: id().notNull(),
    channelid: id().notNull(),
    channelname: chars(64).notNull(),
    highlights: text(),
    actionitems: text(),
    sourcepostids: text(),
    createat: int8().notNull(),
  },
  (t) => [
    foreignKey({
      name: "recapchannels_recapid_fkey",
      columns: [t.recapid],
      foreignColumns: [recaps.id],
    }).onDelete("cascade"),
    index("idx_recap_channels_channel_id").on(t.channelid),
    index("idx_recap_channels_recap_id").on(t.recapid),
  ],
);
