import type { FileInfo } from "./file.ts";
import { FILE_JSON } from "./post.ts";

/** A row of `channelbookmarks` under API names (semantics 17.6). */
export interface ChannelBookmark {
  id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  channel_id: string;
  owner_id: string;
  /** "" for a link. */
  file_id: string;
  display_name: string;
  /** Its place among the channel's bookmarks, from 0. */
  sort_order: number;
  link_url: string;
  image_url: string;
  /** Without colons. */
  emoji: string;
  type: "link" | "file";
  /** The bookmark that this one replaces, because somebody else has changed it. */
  original_id: string;
  parent_id: string;
  file?: FileInfo;
}

export interface ChannelBookmarkRow extends Omit<ChannelBookmark, "file"> {
  file: FileInfo | null;
}

/** Select list of `channelbookmarks b LEFT JOIN fileinfo f` (BOOKMARK_FROM) that gives a ChannelBookmarkRow. */
export const BOOKMARK_COLUMNS = `b.id, coalesce(b.createat, 0) AS create_at, coalesce(b.updateat, 0) AS update_at,
  coalesce(b.deleteat, 0) AS delete_at, b.channelid AS channel_id, b.ownerid AS owner_id, coalesce(b.fileinfoid, '') AS file_id,
  coalesce(b.displayname, '') AS display_name, coalesce(b.sortorder, 0) AS sort_order, coalesce(b.linkurl, '') AS link_url,
  coalesce(b.imageurl, '') AS image_url, coalesce(b.emoji, '') AS emoji, b.type::text AS type,
  coalesce(b.originalid, '') AS original_id, coalesce(b.parentid, '') AS parent_id,
  CASE WHEN f.id IS NULL THEN NULL ELSE ${FILE_JSON} END AS file`;

export const BOOKMARK_FROM = "channelbookmarks b LEFT JOIN fileinfo f ON f.id = b.fileinfoid";

export function toBookmark({ file, ...row }: ChannelBookmarkRow): ChannelBookmark {
  return file ? { ...row, file } : row;
}
