import { runImageJob } from "../../images/compute.ts";
import { hashPassword, verifyPassword } from "../../passwords/passwords.ts";
import type { Compute, Job } from "./compute.ts";

/** In this isolate: the edge's adapter, and what the compute process itself runs. */
export const inlineCompute: Compute = { hashPassword, verifyPassword, runImageJob };

/** The result of `job`, of the type that its method of Compute has. */
export function runJob(job: Job): Promise<unknown> {
  switch (job.kind) {
    case "hash":
      return hashPassword(job.password);
    case "verify":
      return verifyPassword(job.password, job.stored);
    case "image":
      return runImageJob(job.job);
  }
}
