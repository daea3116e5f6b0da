export const JOB_STATUSES = [
  "pending",
  "in_progress",
  "success",
  "error",
  "cancel_requested",
  "canceled",
  "warning",
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A row of `jobs` under API names (semantics 24.3). Times are ms. */
export interface Job {
  id: string;
  type: string;
  priority: number;
  create_at: number;
  start_at: number;
  last_activity_at: number;
  status: JobStatus;
  /** Percent; -1 where unknown. */
  progress: number;
  data: Record<string, string>;
}

/** Select list of `jobs j` that gives a Job. */
export const JOB_COLUMNS = `j.id, j.type, coalesce(j.priority, 0) AS priority, coalesce(j.createat, 0) AS create_at,
  coalesce(j.startat, 0) AS start_at, coalesce(j.lastactivityat, 0) AS last_activity_at, j.status,
  coalesce(j.progress, 0) AS progress, CASE WHEN jsonb_typeof(j.data) = 'object' THEN j.data ELSE '{}' END AS data`;
