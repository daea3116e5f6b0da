// What a user chose: preferences and the sidebar.

import { boolean, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const preferences = pgTable(
  "preferences",
  {
    userid: id().notNull(),
    category: chars(32).notNull(),
    name: chars(32).notNull(),
    value: text(),
  },
  (t) => [
    primaryKey({ name: "preferences_pkey", columns: [t.userid, t.category, t.name] }),
    index("idx_preferences_category").on(t.category),
    index("idx_preferences_name").on(t.name),
  ],
);

export const sidebarcategories = pgTable(
  "sidebarcategories",
  {
    id: chars(128).primaryKey(),
    userid: id(),
    teamid: id(),
    /** Multiples of 10. */
    sortorder: int8(),
    sorting: chars(64),
    type: chars(64),
    displayname: chars(64),
    muted: boolean(),
    collapsed: boolean(),
  },
  (t) => [index("idx_sidebarcategories_userid_teamid").on(t.userid, t.teamid)],
);

export const sidebarchannels = pgTable(
  "sidebarchannels",
  {
    channelid: id().notNull(),
    userid: id().notNull(),
    categoryid: chars(128).notNull(),
    sortorder: int8(),
  },
  (t) => [
    primaryKey({ name: "sidebarchannels_pkey", columns: [t.channelid, t.userid, t.categoryid] }),
    index("idx_sidebarchannels_categoryid").on(t.categoryid),
  ],
);
