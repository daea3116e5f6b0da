// Channels, their members, and the history of both.

import { sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
} from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const bookmarkType = pgEnum("channel_bookmark_type", ["link", "file"]);

export const channelType = pgEnum("channel_type", ["P", "G", "O", "D"]);

/** Counters never decrease. */
export const channels = pgTable(
  "channels",
  {
    id: id().primaryKey(),
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    /** '' for direct and group messages. */
    teamid: id(),
    type: channelType(),
    displayname: chars(64),
    name: chars(64),
    header: chars(1024),
    purpose: chars(250),
    lastpostat: int8(),
    totalmsgcount: int8(),
    extraupdateat: int8(),
    creatorid: id(),
    schemeid: id(),
    groupconstrained: boolean(),
    shared: boolean(),
    totalmsgcountroot: int8(),
    lastrootpostat: int8().default(sql`'0'`),
    bannerinfo: jsonb().$type<Record<string, unknown>>(),
    defaultcategoryname: chars(64).notNull().default(""),
    autotranslation: boolean().notNull().default(false),
  },
  (t) => [
    unique("channels_name_teamid_key").on(t.name, t.teamid),
    index("idx_channel_search_txt").using(
      "gin",
      sql`to_tsvector('english', ${t.name} || ' ' || ${t.displayname} || ' ' || ${t.purpose})`,
    ),
    index("idx_channels_autotranslation_enabled").on(t.id).where(sql`${t.autotranslation} = true`),
    index("idx_channels_create_at").on(t.createat),
    index("idx_channels_delete_at").on(t.deleteat),
    index("idx_channels_displayname_lower").on(sql`lower(${t.displayname})`),
    index("idx_channels_name_lower").on(sql`lower(${t.name})`),
    index("idx_channels_scheme_id").on(t.schemeid),
    index("idx_channels_team_id_display_name").on(t.teamid, t.displayname),
    index("idx_channels_team_id_type").on(t.teamid, t.type),
    index("idx_channels_update_at").on(t.updateat),
  ],
);

/** Exactly the O channels, with equal values. */
export const publicchannels = pgTable(
  "publicchannels",
  {
    id: id().primaryKey(),
    deleteat: int8(),
    teamid: id(),
    displayname: chars(64),
    name: chars(64),
    header: chars(1024),
    purpose: chars(250),
  },
  (t) => [
    unique("publicchannels_name_teamid_key").on(t.name, t.teamid),
    index("idx_publicchannels_delete_at").on(t.deleteat),
    index("idx_publicchannels_displayname_lower").on(sql`lower(${t.displayname})`),
    index("idx_publicchannels_name_lower").on(sql`lower(${t.name})`),
    index("idx_publicchannels_search_txt").using(
      "gin",
      sql`to_tsvector('english', ${t.name} || ' ' || ${t.displayname} || ' ' || ${t.purpose})`,
    ),
    index("idx_publicchannels_team_id").on(t.teamid),
  ],
);

/** Current members only. msgcount <= channels.totalmsgcount. */
export const channelmembers = pgTable(
  "channelmembers",
  {
    channelid: id().notNull(),
    userid: id().notNull(),
    /** Explicit roles only; the built-in ones follow from the scheme flags. */
    roles: chars(256),
    lastviewedat: int8(),
    msgcount: int8(),
    mentioncount: int8(),
    notifyprops: jsonb().$type<Record<string, string>>(),
    lastupdateat: int8(),
    schemeuser: boolean(),
    schemeadmin: boolean(),
    schemeguest: boolean(),
    mentioncountroot: int8(),
    msgcountroot: int8(),
    urgentmentioncount: int8(),
    autotranslation: boolean().notNull().default(false),
    autotranslationdisabled: boolean().notNull().default(false),
  },
  (t) => [
    primaryKey({ name: "channelmembers_pkey", columns: [t.channelid, t.userid] }),
    index("idx_channelmembers_autotranslation_enabled")
      .on(t.channelid)
      .where(sql`${t.autotranslation} = true`),
    index("idx_channelmembers_channel_id_scheme_guest_user_id").on(t.channelid, t.schemeguest, t.userid),
    index("idx_channelmembers_user_id_channel_id_last_viewed_at").on(t.userid, t.channelid, t.lastviewedat),
  ],
);

export const channelmemberhistory = pgTable(
  "channelmemberhistory",
  {
    channelid: id().notNull(),
    userid: id().notNull(),
    jointime: int8().notNull(),
    /** NULL while inside. */
    leavetime: int8(),
  },
  (t) => [primaryKey({ name: "channelmemberhistory_pkey", columns: [t.channelid, t.userid, t.jointime] })],
);

export const channelbookmarks = pgTable(
  "channelbookmarks",
  {
    id: id().primaryKey(),
    ownerid: id().notNull(),
    channelid: id().notNull(),
    fileinfoid: id().default(sql`NULL`),
    createat: int8().default(0),
    updateat: int8().default(0),
    deleteat: int8().default(0),
    displayname: text().default(""),
    sortorder: integer().default(0),
    linkurl: text(),
    imageurl: text(),
    emoji: chars(64).default(sql`NULL`),
    type: bookmarkType().default("link"),
    originalid: id().default(sql`NULL`),
    parentid: id().default(sql`NULL`),
  },
  (t) => [
    index("idx_channelbookmarks_channelid").on(t.channelid),
    index("idx_channelbookmarks_delete_at").on(t.deleteat),
    index("idx_channelbookmarks_update_at").on(t.updateat),
  ],
);
