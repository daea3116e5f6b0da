// Channels shared between servers (licensed).

import { boolean, index, pgTable, primaryKey, smallint, unique } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const remoteclusters = pgTable(
  "remoteclusters",
  {
    remoteid: id().notNull(),
    remoteteamid: id(),
    name: chars(64).notNull(),
    displayname: chars(64),
    siteurl: chars(512),
    createat: int8(),
    lastpingat: int8(),
    token: id(),
    remotetoken: id(),
    topics: chars(512),
    creatorid: id(),
    pluginid: chars(190).notNull().default(""),
    options: smallint().notNull().default(0),
    defaultteamid: id().default(""),
    deleteat: int8().default(0),
    lastglobalusersyncat: int8().default(0),
  },
  (t) => [primaryKey({ name: "remoteclusters_pkey", columns: [t.remoteid, t.name] })],
);

export const sharedchannels = pgTable(
  "sharedchannels",
  {
    channelid: id().primaryKey(),
    teamid: id(),
    home: boolean(),
    readonly: boolean(),
    sharename: chars(64),
    sharedisplayname: chars(64),
    sharepurpose: chars(250),
    shareheader: chars(1024),
    creatorid: id(),
    createat: int8(),
    updateat: int8(),
    remoteid: id(),
  },
  (t) => [unique("sharedchannels_sharename_teamid_key").on(t.sharename, t.teamid)],
);

export const sharedchannelremotes = pgTable(
  "sharedchannelremotes",
  {
    id: id().notNull(),
    channelid: id().notNull(),
    creatorid: id(),
    createat: int8(),
    updateat: int8(),
    isinviteaccepted: boolean(),
    isinviteconfirmed: boolean(),
    remoteid: id(),
    lastpostupdateat: int8(),
    lastpostid: id(),
    lastpostcreateat: int8().notNull().default(0),
    lastpostcreateid: id(),
    deleteat: int8().default(0),
    lastmemberssyncat: int8().default(0),
  },
  (t) => [
    primaryKey({ name: "sharedchannelremotes_pkey", columns: [t.id, t.channelid] }),
    unique("sharedchannelremotes_channelid_remoteid_key").on(t.channelid, t.remoteid),
  ],
);

export const sharedchannelusers = pgTable(
  "sharedchannelusers",
  {
    id: id().primaryKey(),
    userid: id(),
    remoteid: id(),
    createat: int8(),
    lastsyncat: int8(),
    channelid: id(),
    lastmembershipsyncat: int8().default(0),
  },
  (t) => [
    unique("sharedchannelusers_userid_channelid_remoteid_key").on(t.userid, t.channelid, t.remoteid),
    index("idx_sharedchannelusers_remote_id").on(t.remoteid),
  ],
);

export const sharedchannelattachments = pgTable(
  "sharedchannelattachments",
  {
    id: id().primaryKey(),
    fileid: id(),
    remoteid: id(),
    createat: int8(),
    lastsyncat: int8(),
  },
  (t) => [unique("sharedchannelattachments_fileid_remoteid_key").on(t.fileid, t.remoteid)],
);
