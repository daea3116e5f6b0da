// Custom attributes, access control and content flagging (licensed).

import { sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const propertyFieldType = pgEnum("property_field_type", [
  "text",
  "select",
  "multiselect",
  "date",
  "user",
  "multiuser",
]);

export const propertygroups = pgTable(
  "propertygroups",
  {
    id: id().primaryKey(),
    name: chars(64).notNull(),
  },
  (t) => [unique("propertygroups_name_key").on(t.name)],
);

export const propertyfields = pgTable(
  "propertyfields",
  {
    id: id().primaryKey(),
    groupid: id().notNull(),
    name: chars(255).notNull(),
    type: propertyFieldType(),
    attrs: jsonb(),
    targetid: chars(255),
    targettype: chars(255),
    createat: int8().notNull(),
    updateat: int8().notNull(),
    deleteat: int8().notNull(),
  },
  (t) => [
    index("idx_propertyfields_create_at_id").on(t.createat, t.id),
    uniqueIndex("idx_propertyfields_unique").on(t.groupid, t.targetid, t.name).where(sql`${t.deleteat} = 0`),
  ],
);

export const propertyvalues = pgTable(
  "propertyvalues",
  {
    id: id().primaryKey(),
    targetid: chars(255).notNull(),
    targettype: chars(255).notNull(),
    groupid: id().notNull(),
    fieldid: id().notNull(),
    value: jsonb().notNull(),
    createat: int8().notNull(),
    updateat: int8().notNull(),
    deleteat: int8().notNull(),
  },
  (t) => [
    index("idx_propertyvalues_create_at_id").on(t.createat, t.id),
    index("idx_propertyvalues_targetid_groupid").on(t.targetid, t.groupid),
    uniqueIndex("idx_propertyvalues_unique")
      .on(t.groupid, t.targetid, t.fieldid)
      .where(sql`${t.deleteat} = 0`),
  ],
);

export const accesscontrolpolicies = pgTable(
  "accesscontrolpolicies",
  {
    id: id().primaryKey(),
    name: chars(128).notNull(),
    type: chars(128).notNull(),
    active: boolean().notNull(),
    createat: int8().notNull(),
    revision: integer().notNull(),
    version: chars(8).notNull(),
    data: jsonb(),
    props: jsonb(),
  },
  (t) => [
    uniqueIndex("idx_accesscontrolpolicies_name_type").on(t.name, t.type).where(sql`${t.type} = 'parent'`),
  ],
);

export const accesscontrolpolicyhistory = pgTable(
  "accesscontrolpolicyhistory",
  {
    id: id().notNull(),
    name: chars(128).notNull(),
    type: chars(128).notNull(),
    createat: int8().notNull(),
    revision: integer().notNull(),
    version: chars(8).notNull(),
    data: jsonb(),
    props: jsonb(),
  },
  (t) => [primaryKey({ name: "accesscontrolpolicyhistory_pkey", columns: [t.id, t.revision] })],
);

export const contentflaggingcommonreviewers = pgTable("contentflaggingcommonreviewers", {
  userid: id().primaryKey(),
});

export const contentflaggingteamreviewers = pgTable(
  "contentflaggingteamreviewers",
  {
    teamid: id().notNull(),
    userid: id().notNull(),
  },
  (t) => [
    primaryKey({ name: "contentflaggingteamreviewers_pkey", columns: [t.teamid, t.userid] }),
    index("idx_contentflaggingteamreviewers_userid").on(t.userid),
  ],
);

export const contentflaggingteamsettings = pgTable("contentflaggingteamsettings", {
  teamid: id().primaryKey(),
  enabled: boolean(),
});
