// Webhooks, slash commands, bots and custom emoji.

import { boolean, index, integer, pgTable, unique } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const incomingwebhooks = pgTable(
  "incomingwebhooks",
  {
    id: id().primaryKey(),
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    userid: id(),
    channelid: id(),
    teamid: id(),
    displayname: chars(64),
    description: chars(500),
    username: chars(255),
    iconurl: chars(1024),
    channellocked: boolean(),
  },
  (t) => [
    index("idx_incoming_webhook_create_at").on(t.createat),
    index("idx_incoming_webhook_delete_at").on(t.deleteat),
    index("idx_incoming_webhook_team_id").on(t.teamid),
    index("idx_incoming_webhook_update_at").on(t.updateat),
    index("idx_incoming_webhook_user_id").on(t.userid),
  ],
);

export const outgoingwebhooks = pgTable(
  "outgoingwebhooks",
  {
    id: id().primaryKey(),
    token: id(),
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    creatorid: id(),
    channelid: id(),
    teamid: id(),
    triggerwords: chars(1024),
    callbackurls: chars(1024),
    displayname: chars(64),
    contenttype: chars(128),
    triggerwhen: integer(),
    username: chars(64),
    iconurl: chars(1024),
    description: chars(500),
  },
  (t) => [
    index("idx_outgoing_webhook_create_at").on(t.createat),
    index("idx_outgoing_webhook_delete_at").on(t.deleteat),
    index("idx_outgoing_webhook_team_id").on(t.teamid),
    index("idx_outgoing_webhook_update_at").on(t.updateat),
  ],
);

export const commands = pgTable(
  "commands",
  {
    id: id().primaryKey(),
    token: id(),
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    creatorid: id(),
    teamid: id(),
    trigger: chars(128),
    method: chars(1),
    username: chars(64),
    iconurl: chars(1024),
    autocomplete: boolean(),
    autocompletedesc: chars(1024),
    autocompletehint: chars(1024),
    displayname: chars(64),
    description: chars(128),
    url: chars(1024),
    pluginid: chars(190),
  },
  (t) => [
    index("idx_command_create_at").on(t.createat),
    index("idx_command_delete_at").on(t.deleteat),
    index("idx_command_team_id").on(t.teamid),
    index("idx_command_update_at").on(t.updateat),
  ],
);

export const commandwebhooks = pgTable(
  "commandwebhooks",
  {
    id: id().primaryKey(),
    createat: int8(),
    commandid: id(),
    userid: id(),
    channelid: id(),
    rootid: id(),
    usecount: integer(),
  },
  (t) => [index("idx_command_webhook_create_at").on(t.createat)],
);

export const bots = pgTable("bots", {
  userid: id().primaryKey(),
  description: chars(1024),
  /** A user id or a plugin id. */
  ownerid: chars(190),
  createat: int8(),
  updateat: int8(),
  deleteat: int8(),
  lasticonupdate: int8(),
});

/** Several deleted rows may share a name. */
export const emoji = pgTable(
  "emoji",
  {
    id: id().primaryKey(),
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    creatorid: id(),
    name: chars(64),
  },
  (t) => [
    unique("emoji_name_deleteat_key").on(t.name, t.deleteat),
    index("idx_emoji_create_at").on(t.createat),
    index("idx_emoji_delete_at").on(t.deleteat),
    index("idx_emoji_update_at").on(t.updateat),
  ],
);
