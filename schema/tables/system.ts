// Server-wide rows: markers and keys, jobs, audit log.

import { index, integer, jsonb, pgTable, primaryKey } from "drizzle-orm/pg-core";
import { bytea, chars, id, int8 } from "../columns.ts";

export const systems = pgTable("systems", {
  name: chars(64).primaryKey(),
  value: chars(1024),
});

export const jobs = pgTable(
  "jobs",
  {
    id: id().primaryKey(),
    type: chars(32),
    priority: int8(),
    createat: int8(),
    startat: int8(),
    lastactivityat: int8(),
    status: chars(32),
    progress: int8(),
    /** JSON object of strings. */
    data: jsonb().$type<Record<string, string>>(),
  },
  (t) => [index("idx_jobs_status_type").on(t.status, t.type), index("idx_jobs_type").on(t.type)],
);

export const audits = pgTable(
  "audits",
  {
    id: id().primaryKey(),
    createat: int8(),
    userid: id(),
    action: chars(512),
    extrainfo: chars(1024),
    ipaddress: chars(64),
    sessionid: id(),
  },
  (t) => [index("idx_audits_user_id").on(t.userid)],
);

export const licenses = pgTable("licenses", {
  id: id().primaryKey(),
  createat: int8(),
  bytes: chars(10000),
});

export const pluginkeyvaluestore = pgTable(
  "pluginkeyvaluestore",
  {
    pluginid: chars(190).notNull(),
    pkey: chars(150).notNull(),
    pvalue: bytea(),
    expireat: int8(),
  },
  (t) => [primaryKey({ name: "pluginkeyvaluestore_pkey", columns: [t.pluginid, t.pkey] })],
);

export const productnoticeviewstate = pgTable(
  "productnoticeviewstate",
  {
    userid: id().notNull(),
    noticeid: id().notNull(),
    viewed: integer(),
    timestamp: int8(),
  },
  (t) => [
    primaryKey({ name: "productnoticeviewstate_pkey", columns: [t.userid, t.noticeid] }),
    index("idx_notice_views_notice_id").on(t.noticeid),
    index("idx_notice_views_timestamp").on(t.timestamp),
  ],
);
