// Teams and who is in them.

import { boolean, index, pgEnum, pgTable, primaryKey, unique } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const teamType = pgEnum("team_type", ["I", "O"]);

export const teams = pgTable(
  "teams",
  {
    id: id().primaryKey(),
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    displayname: chars(64),
    name: chars(64),
    description: chars(255),
    email: chars(128),
    type: teamType(),
    companyname: chars(64),
    alloweddomains: chars(1000),
    /** Never ''. */
    inviteid: chars(32),
    schemeid: id(),
    allowopeninvite: boolean(),
    lastteamiconupdate: int8(),
    groupconstrained: boolean(),
    cloudlimitsarchived: boolean().notNull().default(false),
  },
  (t) => [
    unique("teams_name_key").on(t.name),
    index("idx_teams_create_at").on(t.createat),
    index("idx_teams_delete_at").on(t.deleteat),
    index("idx_teams_invite_id").on(t.inviteid),
    index("idx_teams_scheme_id").on(t.schemeid),
    index("idx_teams_update_at").on(t.updateat),
  ],
);

/** Leaving sets deleteat and roles '', and keeps the flags; joining again overwrites the row. */
export const teammembers = pgTable(
  "teammembers",
  {
    teamid: id().notNull(),
    userid: id().notNull(),
    /** Explicit roles only; the built-in ones follow from the scheme flags. */
    roles: chars(256),
    deleteat: int8(),
    schemeuser: boolean(),
    schemeadmin: boolean(),
    schemeguest: boolean(),
    createat: int8().default(0),
  },
  (t) => [
    primaryKey({ name: "teammembers_pkey", columns: [t.teamid, t.userid] }),
    index("idx_teammembers_createat").on(t.createat),
    index("idx_teammembers_delete_at").on(t.deleteat),
    index("idx_teammembers_user_id").on(t.userid),
  ],
);
