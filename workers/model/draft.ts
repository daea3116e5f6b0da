import type { FileInfo } from "./file.ts";
import { FILE_JSON } from "./post.ts";

/** What somebody has begun to write, under API names (semantics 17.1). */
export interface Draft {
  create_at: number;
  update_at: number;
  delete_at: number;
  user_id: string;
  channel_id: string;
  /** "" for one that is no reply. */
  root_id: string;
  message: string;
  type: string;
  props: Record<string, unknown>;
  file_ids: string[];
  priority: Record<string, unknown>;
  metadata: { files?: FileInfo[] };
}

export interface DraftRow extends Omit<Draft, "file_ids" | "metadata"> {
  files: FileInfo[] | null;
}

/** SQL of a text column of JSON, which may hold what JSON calls null, as an object. */
export const objectOf = (column: string) =>
  `CASE WHEN ${column} LIKE '{%' THEN ${column}::json ELSE '{}' END`;

/** SQL of the files `ids` (a JSON array of text) that are still the user's to attach, in their order. */
export const attachableFiles = (ids: string, user: string) => `(SELECT json_agg(${FILE_JSON} ORDER BY i.place)
  FROM json_array_elements_text(${ids}) WITH ORDINALITY i (id, place) JOIN fileinfo f ON f.id = i.id
  WHERE f.creatorid = ${user} AND f.postid = '' AND f.deleteat = 0)`;

/** Select list of `drafts d` that gives a DraftRow. */
export const DRAFT_COLUMNS = `d.createat AS create_at, d.updateat AS update_at, coalesce(d.deleteat, 0) AS delete_at,
  d.userid AS user_id, d.channelid AS channel_id, d.rootid AS root_id, coalesce(d.message, '') AS message,
  coalesce(d.type, '') AS type, ${objectOf("d.props")} AS props, ${objectOf("d.priority")} AS priority,
  CASE WHEN d.fileids LIKE '["%' THEN ${attachableFiles("d.fileids::json", "d.userid")} END AS files`;

/** Files that were deleted or posted meanwhile are no longer part of it. */
export function toDraft({ files, ...row }: DraftRow): Draft {
  return {
    ...row,
    file_ids: (files ?? []).map(({ id }) => id),
    metadata: files ? { files } : {},
  };
}
