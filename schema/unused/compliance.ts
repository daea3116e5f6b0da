// Compliance exports, terms of service and other rows of licensed features.

import { boolean, char, index, integer, jsonb, pgEnum, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const grantType = pgEnum("outgoingoauthconnections_granttype", ["client_credentials", "password"]);

export const compliances = pgTable("compliances", {
  id: id().primaryKey(),
  createat: int8(),
  userid: id(),
  status: chars(64),
  count: integer(),
  desc: chars(512),
  type: chars(64),
  startat: int8(),
  endat: int8(),
  keywords: chars(512),
  emails: chars(1024),
});

export const termsofservice = pgTable("termsofservice", {
  id: id().primaryKey(),
  createat: int8(),
  userid: id(),
  text: chars(65535),
});

export const usertermsofservice = pgTable("usertermsofservice", {
  userid: id().primaryKey(),
  termsofserviceid: id(),
  createat: int8(),
});

export const notifyadmin = pgTable(
  "notifyadmin",
  {
    userid: id().notNull(),
    createat: int8(),
    requiredplan: chars(100).notNull(),
    requiredfeature: chars(255).notNull(),
    trial: boolean().notNull(),
    sentat: int8(),
  },
  (t) => [primaryKey({ name: "notifyadmin_pkey", columns: [t.userid, t.requiredfeature, t.requiredplan] })],
);

export const clusterdiscovery = pgTable("clusterdiscovery", {
  id: id().primaryKey(),
  type: chars(64),
  clustername: chars(64),
  hostname: chars(512),
  gossipport: integer(),
  port: integer(),
  createat: int8(),
  lastpingat: int8(),
});

export const outgoingoauthconnections = pgTable(
  "outgoingoauthconnections",
  {
    id: id().primaryKey(),
    name: chars(64),
    creatorid: id(),
    createat: int8(),
    updateat: int8(),
    clientid: chars(255),
    clientsecret: chars(255),
    credentialsusername: chars(255),
    credentialspassword: chars(255),
    oauthtokenurl: text(),
    granttype: grantType().default("client_credentials"),
    audiences: chars(1024),
  },
  (t) => [index("idx_outgoingoauthconnections_name").on(t.name)],
);

export const recentsearches = pgTable(
  "recentsearches",
  {
    userid: char({ length: 26 }).notNull(),
    searchpointer: integer().notNull(),
    query: jsonb(),
    createat: int8().notNull(),
  },
  (t) => [primaryKey({ name: "recentsearches_pkey", columns: [t.userid, t.searchpointer] })],
);
