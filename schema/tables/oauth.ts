// This server as an OAuth 2 provider.

import { boolean, index, integer, pgTable, unique } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const oauthapps = pgTable(
  "oauthapps",
  {
    id: id().primaryKey(),
    creatorid: id(),
    createat: int8(),
    updateat: int8(),
    clientsecret: chars(128),
    name: chars(64),
    description: chars(512),
    callbackurls: chars(1024),
    homepage: chars(256),
    istrusted: boolean(),
    iconurl: chars(512),
    mattermostappid: chars(32).notNull().default(""),
    isdynamicallyregistered: boolean().default(false),
  },
  (t) => [index("idx_oauthapps_creator_id").on(t.creatorid)],
);

export const oauthauthdata = pgTable("oauthauthdata", {
  clientid: id(),
  userid: id(),
  code: chars(128).primaryKey(),
  /** Seconds. */
  expiresin: integer(),
  createat: int8(),
  redirecturi: chars(256),
  state: chars(1024),
  scope: chars(128),
  codechallenge: chars(128).default(""),
  codechallengemethod: chars(10).default(""),
  resource: chars(512).default(""),
});

export const oauthaccessdata = pgTable(
  "oauthaccessdata",
  {
    /** = sessions.token; both rows go together. */
    token: id().primaryKey(),
    refreshtoken: id(),
    redirecturi: chars(256),
    clientid: id(),
    userid: id(),
    expiresat: int8(),
    scope: chars(128),
    audience: chars(512).default(""),
  },
  (t) => [
    unique("oauthaccessdata_clientid_userid_key").on(t.clientid, t.userid),
    index("idx_oauthaccessdata_refresh_token").on(t.refreshtoken),
    index("idx_oauthaccessdata_user_id").on(t.userid),
  ],
);
