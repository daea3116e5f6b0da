import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { newId } from "../../model/id.ts";
import { JOB_COLUMNS, type Job, type JobStatus } from "../../model/job.ts";

export interface JobFilter {
  types: string[];
  /** "" for any. */
  status: string;
  offset: number;
  limit: number;
}

/** Newest first. One query. */
export function jobsOf(ctx: Context, { types, status, offset, limit }: JobFilter): Promise<Job[]> {
  return ctx.sql.query<Job>(
    `SELECT ${JOB_COLUMNS} FROM jobs j WHERE j.type = ANY($1::text[]) AND ($2 = '' OR j.status = $2)
     ORDER BY j.createat DESC, j.id LIMIT $3::int OFFSET $4::int`,
    [types, status, limit, offset],
  );
}

/** One query. Throws 404. */
export async function jobById(ctx: Context, id: string): Promise<Job> {
  const [job] = await ctx.sql.query<Job>(`SELECT ${JOB_COLUMNS} FROM jobs j WHERE j.id = $1`, [id]);
  if (!job) throw fail("app.job.get.app_error");
  return job;
}

/** A job that the leader runs within a minute. One query. */
export async function doCreateJob(ctx: Context, type: string, data: Record<string, string>): Promise<Job> {
  const [job] = await ctx.sql.query<Job>(
    `WITH j AS (INSERT INTO jobs (id, type, priority, createat, startat, lastactivityat, status, progress, data)
       VALUES ($1, $2, 0, $3::bigint, 0, 0, 'pending', 0, $4::jsonb) RETURNING *) SELECT ${JOB_COLUMNS} FROM j`,
    [newId(), type, Date.now(), JSON.stringify(data)],
  );
  return job!;
}

/** Moves a job on, if it still is what it was. One query. Throws 400. */
export async function doSetJobStatus(ctx: Context, job: Job, to: JobStatus): Promise<void> {
  const done = await ctx.sql.query(
    "UPDATE jobs SET status = $3, lastactivityat = $4::bigint WHERE id = $1 AND status = $2 RETURNING id",
    [job.id, job.status, to, Date.now()],
  );
  if (done.length === 0) throw fail("api.job.status.invalid", { from: job.status, to });
}

/** What waits ends at once; what runs ends at its next step. Throws 400 for what has ended. */
export async function doCancelJob(ctx: Context, job: Job): Promise<void> {
  const to = job.status === "in_progress" ? "cancel_requested" : "canceled";
  if (job.status !== "pending" && job.status !== "in_progress")
    throw fail("api.job.status.invalid", { from: job.status, to });
  await doSetJobStatus(ctx, job, to);
}
