// User groups (licensed): LDAP-synced and custom.

import { boolean, index, pgTable, primaryKey, unique } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const usergroups = pgTable(
  "usergroups",
  {
    id: id().primaryKey(),
    name: chars(64),
    displayname: chars(128),
    description: chars(1024),
    source: chars(64),
    remoteid: chars(48),
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    allowreference: boolean(),
  },
  (t) => [
    unique("usergroups_name_key").on(t.name),
    unique("usergroups_source_remoteid_key").on(t.source, t.remoteid),
    index("idx_usergroups_delete_at").on(t.deleteat),
    index("idx_usergroups_displayname").on(t.displayname),
    index("idx_usergroups_remote_id").on(t.remoteid),
  ],
);

export const groupmembers = pgTable(
  "groupmembers",
  {
    groupid: id().notNull(),
    userid: id().notNull(),
    createat: int8(),
    deleteat: int8(),
  },
  (t) => [
    primaryKey({ name: "groupmembers_pkey", columns: [t.groupid, t.userid] }),
    index("idx_groupmembers_create_at").on(t.createat),
  ],
);

export const groupteams = pgTable(
  "groupteams",
  {
    groupid: id().notNull(),
    autoadd: boolean(),
    schemeadmin: boolean(),
    createat: int8(),
    deleteat: int8(),
    updateat: int8(),
    teamid: id().notNull(),
  },
  (t) => [
    primaryKey({ name: "groupteams_pkey", columns: [t.groupid, t.teamid] }),
    index("idx_groupteams_schemeadmin").on(t.schemeadmin),
    index("idx_groupteams_teamid").on(t.teamid),
  ],
);

export const groupchannels = pgTable(
  "groupchannels",
  {
    groupid: id().notNull(),
    autoadd: boolean(),
    schemeadmin: boolean(),
    createat: int8(),
    deleteat: int8(),
    updateat: int8(),
    channelid: id().notNull(),
  },
  (t) => [
    primaryKey({ name: "groupchannels_pkey", columns: [t.groupid, t.channelid] }),
    index("idx_groupchannels_channelid").on(t.channelid),
    index("idx_groupchannels_schemeadmin").on(t.schemeadmin),
  ],
);
