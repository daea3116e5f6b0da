// Logins and every kind of token that stands for a user.

import { boolean, index, jsonb, pgTable, unique } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const sessions = pgTable(
  "sessions",
  {
    id: id().primaryKey(),
    token: id(),
    createat: int8(),
    /** 0 = never. */
    expiresat: int8(),
    lastactivityat: int8(),
    userid: id(),
    /** `<platform>:<token>`. */
    deviceid: chars(512),
    /** A copy of users.roles. */
    roles: chars(256),
    isoauth: boolean(),
    props: jsonb().$type<Record<string, string>>(),
    expirednotify: boolean(),
  },
  (t) => [
    index("idx_sessions_create_at").on(t.createat),
    index("idx_sessions_expires_at").on(t.expiresat),
    index("idx_sessions_last_activity_at").on(t.lastactivityat),
    index("idx_sessions_token").on(t.token),
    index("idx_sessions_user_id").on(t.userid),
  ],
);

export const useraccesstokens = pgTable(
  "useraccesstokens",
  {
    id: id().primaryKey(),
    token: id(),
    userid: id(),
    description: chars(512),
    isactive: boolean(),
  },
  (t) => [
    unique("useraccesstokens_token_key").on(t.token),
    index("idx_user_access_tokens_user_id").on(t.userid),
  ],
);

export const tokens = pgTable("tokens", {
  token: chars(64).primaryKey(),
  createat: int8(),
  type: chars(64),
  /** JSON, by type. */
  extra: chars(2048),
});

export const desktoptokens = pgTable(
  "desktoptokens",
  {
    token: chars(64).primaryKey(),
    /** Seconds. */
    createat: int8().notNull(),
    userid: id().notNull(),
  },
  (t) => [index("idx_desktoptokens_token_createat").on(t.token, t.createat)],
);
