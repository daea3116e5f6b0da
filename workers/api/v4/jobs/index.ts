import { z } from "zod";
import { requireSystem, rightsOf } from "../../../access/permissions.ts";
import { EXPORT_OPTIONS } from "../../../actions/exports/options.ts";
import { importData } from "../../../actions/imports/store.ts";
import { JOBS } from "../../../actions/jobs/run.ts";
import { doCancelJob, doCreateJob, doSetJobStatus, jobById, jobsOf } from "../../../actions/jobs/store.ts";
import { wakeJobs } from "../../../actions/jobs/wake.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { badUrl, fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { type Route, route } from "../../../http/route.ts";
import { JOB_STATUSES, type Job, type JobStatus } from "../../../model/job.ts";

/** Types whose rows a Mattermost with a licence may have left, and what reading them takes. */
const LICENSED: Record<string, string> = {
  data_retention: "read_data_retention_job",
  message_export: "read_compliance_export_job",
  elasticsearch_post_indexing: "read_elasticsearch_post_indexing_job",
  elasticsearch_post_aggregation: "read_elasticsearch_post_aggregation_job",
  ldap_sync: "read_ldap_sync_job",
};
const FREE =
  `export_process export_delete import_process import_delete extract_content migrations plugins product_notices
  expiry_notify active_users`.split(/\s+/);
/** Type to permission (endpoints.tsv JOB_READ). */
const READ: Record<string, string> = {
  ...LICENSED,
  ...Object.fromEntries(FREE.map((type) => [type, "read_jobs"])),
};

const create = z.looseObject({ type: z.string(), data: z.record(z.string(), z.unknown()).nullish() });
const change = z.object({ status: z.enum(JOB_STATUSES), force: z.boolean().optional() });

/** What an export may be asked for; all values are strings. Throws 400 for what it would not do. */
function dataOf(data: Record<string, unknown>): Record<string, string> {
  const asked = Object.entries(data).map(([name, value]) => [name, String(value)] as const);
  for (const [name, value] of asked)
    if (value === "true" && !EXPORT_OPTIONS.has(name)) throw fail("api.job.data.app_error", { name });
  return Object.fromEntries(asked.filter(([name]) => EXPORT_OPTIONS.has(name)));
}

/** Types the caller may read: `asked`, or all of those. Throws 400 for no type, 403. */
async function readable(r: Req<any>, asked: string): Promise<string[]> {
  const rights = await rightsOf(r);
  if (asked && !(asked in READ)) throw fail("api.job.retrieve.nopermissions");
  const types = (asked ? [asked] : Object.keys(READ)).filter((type) => rights.system(READ[type]!));
  if (types.length === 0) throw forbidden();
  return types;
}

async function requireJob(r: Req<any>): Promise<Job> {
  r.param("job_id");
  await readable(r, "");
  const job = await jobById(r.ctx, r.param("job_id"));
  await readable(r, job.type);
  return job;
}

/** JOB_CREATE and JOB_MANAGE of the licence-free types. */
async function requireManaged(r: Req<any>): Promise<Job> {
  r.param("job_id");
  await requireSystem(r, "manage_jobs");
  return jobById(r.ctx, r.param("job_id"));
}

function list(r: Req<any>, types: string[], status: string) {
  const { perPage, offset } = r.page;
  return jobsOf(r.ctx, { types, status, offset, limit: perPage });
}

/** Steps that may be made without force. */
const STEPS: Partial<Record<JobStatus, JobStatus[]>> = {
  pending: ["cancel_requested", "canceled"],
  in_progress: ["pending", "cancel_requested"],
  cancel_requested: ["canceled"],
};

export const jobs: Route[] = [
  route<undefined, string[]>({
    method: "GET",
    path: "/api/v4/jobs",
    auth: "session",
    access: (r) => readable(r, r.text("job_type")),
    handle(r, types) {
      const status = r.text("status");
      if (status && !JOB_STATUSES.includes(status as JobStatus)) throw badUrl("status");
      return list(r, types, status);
    },
  }),
  route<z.infer<typeof create>>({
    method: "POST",
    path: "/api/v4/jobs",
    auth: "session",
    status: 201,
    body: create,
    access: (r) => requireSystem(r, "manage_jobs"),
    async handle(r) {
      const { type, data } = r.body;
      if (!Object.hasOwn(JOBS, type)) throw fail("api.job.unable_to_create_job.incorrect_job_type");
      const job = await doCreateJob(
        r.ctx,
        type,
        type === "import_process" ? await importData(r.ctx, data ?? {}) : dataOf(data ?? {}),
      );
      audit(r, `job_id=${job.id} type=${type}`);
      wakeJobs(r.ctx);
      return job;
    },
  }),
  route<undefined, string[]>({
    method: "GET",
    path: "/api/v4/jobs/type/{type}",
    auth: "session",
    access: (r) => readable(r, r.path.type ?? ""),
    handle: (r, types) => list(r, types, ""),
  }),
  route<undefined, Job>({
    method: "GET",
    path: "/api/v4/jobs/{job_id}",
    auth: "session",
    access: requireJob,
    handle: (_, job) => job,
  }),
  route<undefined, Job>({
    method: "POST",
    path: "/api/v4/jobs/{job_id}/cancel",
    auth: "session",
    access: requireManaged,
    async handle(r, job) {
      await doCancelJob(r.ctx, job);
      audit(r, `job_id=${job.id}`);
      return OK;
    },
  }),
  route<z.infer<typeof change>, Job>({
    method: "PATCH",
    path: "/api/v4/jobs/{job_id}/status",
    auth: "session",
    body: change,
    access: requireManaged,
    async handle(r, job) {
      const { status, force } = r.body;
      if (!force && !STEPS[job.status]?.includes(status))
        throw fail("api.job.status.invalid", { from: job.status, to: status });
      await doSetJobStatus(r.ctx, job, status);
      if (status === "pending") wakeJobs(r.ctx);
      audit(r, `job_id=${job.id} status=${status}`);
      return OK;
    },
  }),
];
