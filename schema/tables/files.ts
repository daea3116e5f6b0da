// Stored files, uploads in progress, and cached link previews.

import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgEnum, pgTable, text } from "drizzle-orm/pg-core";
import { bytea, chars, id, int8 } from "../columns.ts";

export const uploadSessionType = pgEnum("upload_session_type", ["attachment", "import"]);

export const fileinfo = pgTable(
  "fileinfo",
  {
    id: id().primaryKey(),
    /** May be "nouser" or "bookmark". */
    creatorid: id(),
    /** '' until attached. */
    postid: id(),
    createat: int8(),
    updateat: int8(),
    deleteat: int8(),
    /** Full relative path: read it, never rebuild it. */
    path: chars(512),
    thumbnailpath: chars(512),
    previewpath: chars(512),
    name: chars(256),
    extension: chars(64),
    size: int8(),
    mimetype: chars(256),
    width: integer(),
    height: integer(),
    haspreviewimage: boolean(),
    minipreview: bytea(),
    content: text(),
    remoteid: id(),
    archived: boolean().notNull().default(false),
    channelid: id(),
  },
  (t) => [
    index("idx_fileinfo_channel_id_create_at").on(t.channelid, t.createat),
    index("idx_fileinfo_content_txt").using("gin", sql`to_tsvector('english', ${t.content})`),
    index("idx_fileinfo_create_at").on(t.createat),
    index("idx_fileinfo_delete_at").on(t.deleteat),
    index("idx_fileinfo_extension_at").on(t.extension),
    index("idx_fileinfo_name_splitted").using(
      "gin",
      sql`to_tsvector('english', translate(${t.name}, '.,-', '   '))`,
    ),
    index("idx_fileinfo_name_txt").using("gin", sql`to_tsvector('english', ${t.name})`),
    index("idx_fileinfo_postid_at").on(t.postid),
    index("idx_fileinfo_update_at").on(t.updateat),
  ],
);

export const uploadsessions = pgTable(
  "uploadsessions",
  {
    id: id().primaryKey(),
    type: uploadSessionType(),
    createat: int8(),
    userid: id(),
    channelid: id(),
    filename: chars(256),
    path: chars(512),
    filesize: int8(),
    fileoffset: int8(),
    remoteid: id(),
    reqfileid: id(),
  },
  (t) => [
    index("idx_uploadsessions_create_at").on(t.createat),
    index("idx_uploadsessions_type").on(t.type),
    index("idx_uploadsessions_user_id").on(t.userid),
  ],
);

export const linkmetadata = pgTable(
  "linkmetadata",
  {
    hash: int8().primaryKey(),
    url: chars(2048),
    /** Floored to the hour. */
    timestamp: int8(),
    type: chars(16),
    data: jsonb(),
  },
  (t) => [index("idx_link_metadata_url_timestamp").on(t.url, t.timestamp)],
);
