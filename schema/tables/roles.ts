// Named sets of permissions, and the schemes that override them per team or channel.

import { boolean, index, pgTable, text, unique } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const roles = pgTable(
  "roles",
  {
    id: id().primaryKey(),
    name: chars(64),
    displayname: chars(128),
    description: chars(1024),
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    /** Each permission preceded by one space. */
    permissions: text(),
    schememanaged: boolean(),
    builtin: boolean(),
    /** NULL for the built-in roles. */
    schemeid: id(),
  },
  (t) => [unique("roles_name_key").on(t.name), index("idx_roles_scheme_id").on(t.schemeid)],
);

export const schemes = pgTable(
  "schemes",
  {
    id: id().primaryKey(),
    name: chars(64),
    displayname: chars(128),
    description: chars(1024),
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    scope: chars(32),
    defaultteamadminrole: chars(64),
    defaultteamuserrole: chars(64),
    defaultchanneladminrole: chars(64),
    defaultchanneluserrole: chars(64),
    defaultteamguestrole: chars(64),
    defaultchannelguestrole: chars(64),
    defaultplaybookadminrole: chars(64).default(""),
    defaultplaybookmemberrole: chars(64).default(""),
    defaultrunadminrole: chars(64).default(""),
    defaultrunmemberrole: chars(64).default(""),
  },
  (t) => [
    unique("schemes_name_key").on(t.name),
    index("idx_schemes_channel_admin_role").on(t.defaultchanneladminrole),
    index("idx_schemes_channel_guest_role").on(t.defaultchannelguestrole),
    index("idx_schemes_channel_user_role").on(t.defaultchanneluserrole),
  ],
);
