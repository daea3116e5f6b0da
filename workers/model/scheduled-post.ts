import { attachableFiles, objectOf } from "./draft.ts";
import type { FileInfo } from "./file.ts";

/** Why a scheduled post was not sent (semantics 17.3). */
export type ScheduledPostError =
  | "unknown"
  | "channel_archived"
  | "restricted_dm"
  | "channel_not_found"
  | "user_missing"
  | "user_deleted"
  | "no_channel_permission"
  | "no_channel_member"
  | "thread_deleted"
  | "unable_to_send"
  | "invalid_post";

/** A row of `scheduledposts` under API names. */
export interface ScheduledPost {
  id: string;
  create_at: number;
  update_at: number;
  user_id: string;
  channel_id: string;
  /** "" for one that is no reply. */
  root_id: string;
  message: string;
  type: string;
  props: Record<string, unknown>;
  file_ids: string[];
  priority: Record<string, unknown>;
  /** ms */
  scheduled_at: number;
  /** ms; 0 while it waits. */
  processed_at: number;
  error_code: ScheduledPostError | "";
  metadata: { files?: FileInfo[]; priority?: Record<string, unknown> };
}

export interface ScheduledPostRow extends Omit<ScheduledPost, "file_ids" | "metadata"> {
  files: FileInfo[] | null;
}

/** Select list of `scheduledposts s` that gives a ScheduledPostRow. */
export const SCHEDULED_COLUMNS = `s.id, coalesce(s.createat, 0) AS create_at, coalesce(s.updateat, 0) AS update_at,
  s.userid AS user_id, s.channelid AS channel_id, coalesce(s.rootid, '') AS root_id, coalesce(s.message, '') AS message,
  coalesce(s.type, '') AS type, ${objectOf("s.props")} AS props, ${objectOf("s.priority")} AS priority,
  s.scheduledat AS scheduled_at, coalesce(s.processedat, 0) AS processed_at, coalesce(s.errorcode, '') AS error_code,
  CASE WHEN s.fileids LIKE '["%' THEN ${attachableFiles("s.fileids::json", "s.userid")} END AS files`;

/** Files that were deleted or posted meanwhile are no longer part of it. */
export function toScheduledPost({ files, ...row }: ScheduledPostRow): ScheduledPost {
  const metadata: ScheduledPost["metadata"] = {};
  if (files) metadata.files = files;
  if (row.priority.priority) metadata.priority = row.priority;
  return { ...row, file_ids: (files ?? []).map(({ id }) => id), metadata };
}
