// Accounts (bots included) and their presence.

import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, unique } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const users = pgTable(
  "users",
  {
    id: id().primaryKey(),
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    username: chars(64),
    password: chars(128),
    /** NULL, never '', for password accounts: it is UNIQUE. */
    authdata: chars(128),
    /** '' = password. */
    authservice: chars(32),
    email: chars(128),
    emailverified: boolean(),
    nickname: chars(64),
    firstname: chars(64),
    lastname: chars(64),
    roles: chars(256),
    allowmarketing: boolean(),
    props: jsonb().$type<Record<string, string>>(),
    notifyprops: jsonb().$type<Record<string, string>>(),
    lastpasswordupdate: int8(),
    /** 0 or negative = generated picture. */
    lastpictureupdate: int8(),
    failedattempts: integer(),
    locale: chars(5),
    mfaactive: boolean(),
    mfasecret: chars(128),
    position: chars(128),
    timezone: jsonb().$type<Record<string, string>>(),
    remoteid: id(),
    lastlogin: int8().notNull().default(0),
    mfausedtimestamps: jsonb().$type<string[]>(),
  },
  (t) => [
    unique("users_authdata_key").on(t.authdata),
    unique("users_email_key").on(t.email),
    unique("users_username_key").on(t.username),
    index("idx_users_all_no_full_name_txt").using(
      "gin",
      sql`to_tsvector('english', ${t.username} || ' ' || ${t.nickname} || ' ' || ${t.email})`,
    ),
    index("idx_users_all_txt").using(
      "gin",
      sql`to_tsvector('english', ${t.username} || ' ' || ${t.firstname} || ' ' || ${t.lastname} || ' ' || ${t.nickname} || ' ' || ${t.email})`,
    ),
    index("idx_users_create_at").on(t.createat),
    index("idx_users_delete_at").on(t.deleteat),
    index("idx_users_email_lower_textpattern").on(sql`lower(${t.email}) text_pattern_ops`),
    index("idx_users_firstname_lower_textpattern").on(sql`lower(${t.firstname}) text_pattern_ops`),
    index("idx_users_id_locale").on(t.id, t.locale),
    index("idx_users_lastname_lower_textpattern").on(sql`lower(${t.lastname}) text_pattern_ops`),
    index("idx_users_names_no_full_name_txt").using(
      "gin",
      sql`to_tsvector('english', ${t.username} || ' ' || ${t.nickname})`,
    ),
    index("idx_users_names_txt").using(
      "gin",
      sql`to_tsvector('english', ${t.username} || ' ' || ${t.firstname} || ' ' || ${t.lastname} || ' ' || ${t.nickname})`,
    ),
    index("idx_users_nickname_lower_textpattern").on(sql`lower(${t.nickname}) text_pattern_ops`),
    index("idx_users_update_at").on(t.updateat),
    index("idx_users_username_lower_textpattern").on(sql`lower(${t.username}) text_pattern_ops`),
  ],
);

export const status = pgTable(
  "status",
  {
    userid: id().primaryKey(),
    status: chars(32),
    manual: boolean(),
    lastactivityat: int8(),
    /** Seconds, unlike every other time here. */
    dndendtime: int8(),
    prevstatus: chars(32),
  },
  (t) => [index("idx_status_status_dndendtime").on(t.status, t.dndendtime)],
);
