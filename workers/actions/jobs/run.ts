import type { Context } from "../../context.ts";
import { log } from "../../log/log.ts";
import { JOB_COLUMNS, type Job } from "../../model/job.ts";
import { exportProcess } from "../exports/export.ts";
import { importProcess } from "../imports/import.ts";
import { JobFailure } from "./failure.ts";
import { exportDelete, importDelete } from "./retention.ts";

/** A runner that has said nothing for so long is dead, ms. */
const DEAD_AFTER = 180_000;
const BEAT = 1_000;

/** What a running job tells, and asks. */
export interface Progress {
  /** To be called at every step, with percent done. Throws JobEnded when the job is not this runner's any more. */
  step(percent: number): Promise<void>;
}

/** The job was cancelled, or taken over by another node. */
export class JobEnded extends Error {}

/** Every type that this server runs; each may run again from its start. Returns what to keep in the job's data. */
export const JOBS: Record<
  string,
  (ctx: Context, job: Job, progress: Progress) => Promise<Record<string, string>>
> = {
  export_process: exportProcess,
  export_delete: exportDelete,
  import_process: importProcess,
  import_delete: importDelete,
};

/** A dead runner's jobs go back; then the oldest pending one is taken, by one statement. */
const CLAIM = `WITH back AS (UPDATE jobs SET status = CASE WHEN status = 'in_progress' THEN 'pending' ELSE 'canceled' END
    WHERE type = ANY($1::text[]) AND status IN ('in_progress', 'cancel_requested') AND lastactivityat < $2::bigint - ${DEAD_AFTER})
  , j AS (UPDATE jobs SET status = 'in_progress', startat = $2::bigint, lastactivityat = $2::bigint, progress = 0
    WHERE id = (SELECT id FROM jobs WHERE type = ANY($1::text[]) AND status = 'pending' ORDER BY priority, createat, id
      LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *)
  SELECT ${JOB_COLUMNS} FROM j`;

let running = false;

/** Scheduled work: runs what waits, one job after the other, as long as `leads`; a second call meanwhile does nothing. */
export async function runJobs(ctx: Context, leads: () => boolean): Promise<void> {
  if (running) return;
  running = true;
  try {
    while (leads()) {
      const [job] = await ctx.sql.query<Job>(CLAIM, [Object.keys(JOBS), Date.now()]);
      if (!job) return;
      await runJob(ctx, job, leads);
    }
  } finally {
    running = false;
  }
}

async function runJob(ctx: Context, job: Job, leads: () => boolean): Promise<void> {
  try {
    const data = await JOBS[job.type]!(ctx, job, progressOf(ctx, job, leads));
    await end(ctx, job, "success", data);
  } catch (error) {
    if (error instanceof JobEnded) return end(ctx, job, "canceled", {});
    log.error("job failed", { job_id: job.id, type: job.type, error: String(error) });
    const data = error instanceof JobFailure ? error.data : {};
    await end(ctx, job, "error", { error: String(error instanceof Error ? error.message : error), ...data });
  }
}

function progressOf(ctx: Context, job: Job, leads: () => boolean): Progress {
  let told = 0;
  return {
    async step(percent) {
      const now = Date.now();
      if (now - told < BEAT) return;
      told = now;
      const mine = await ctx.sql.query(
        `UPDATE jobs SET lastactivityat = $3::bigint, progress = $4::int
         WHERE id = $1 AND startat = $2::bigint AND status = 'in_progress' RETURNING id`,
        [job.id, job.start_at, now, percent],
      );
      if (mine.length === 0) throw new JobEnded();
      if (!leads()) throw new Error("this node does not lead any more");
    },
  };
}

/** Only the runner that has the job ends it; cancelled is only what was asked to be. */
async function end(
  ctx: Context,
  job: Job,
  status: "success" | "error" | "canceled",
  data: Record<string, string>,
): Promise<void> {
  await ctx.sql.query(
    `UPDATE jobs SET status = $3::text, lastactivityat = $4::bigint, progress = CASE WHEN $3::text = 'success' THEN 100 ELSE progress END,
       data = (CASE WHEN jsonb_typeof(data) = 'object' THEN data ELSE '{}' END) || $5::jsonb
     WHERE id = $1 AND startat = $2::bigint AND status = ANY($6::text[])`,
    [
      job.id,
      job.start_at,
      status,
      Date.now(),
      JSON.stringify(data),
      status === "canceled" ? ["cancel_requested"] : ["in_progress", "cancel_requested"],
    ],
  );
}
