export type StatusName = "online" | "away" | "dnd" | "offline" | "ooo";

/** A user's status as clients get it (semantics 15.1). */
export interface Status {
  user_id: string;
  status: StatusName;
  /** Chosen by the user: activity does not change it. */
  manual: boolean;
  last_activity_at: number;
  /** Seconds, unlike every other time; 0 = no end. */
  dnd_end_time: number;
}

/** A row of `status`, or what its absence means. Shared by all who read it, and its activity moves. */
export interface StatusRow extends Status {
  /** `last_activity_at` as the database has it. */
  saved_at: number;
}

/** Select list of `users u LEFT JOIN status s ON s.userid = u.id` that gives a StatusRow; no row means offline. */
export const STATUS_COLUMNS = `u.id AS user_id, coalesce(nullif(s.status, ''), 'offline') AS status,
  coalesce(s.manual, false) AS manual, coalesce(s.lastactivityat, 0) AS last_activity_at,
  coalesce(s.dndendtime, 0) AS dnd_end_time, coalesce(s.lastactivityat, 0) AS saved_at`;

/** What of a row clients are told. */
export function toStatus({ user_id, status, manual, last_activity_at, dnd_end_time }: StatusRow): Status {
  return { user_id, status, manual, last_activity_at, dnd_end_time };
}
