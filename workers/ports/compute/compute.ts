import type { ImageJob, ImageResult } from "../../images/compute.ts";
import type { Verdict } from "../../passwords/passwords.ts";

/** CPU-heavy work, where it does not hold up other requests. Each method throws AppError 503 when there is too much of it. */
export interface Compute {
  /** A hash to store. `password` has passed the rules of semantics 14.2. */
  hashPassword(password: string): Promise<string>;
  verifyPassword(password: string, stored: string): Promise<Verdict>;
  /** Never throws for what is in the image's bytes. */
  runImageJob(job: ImageJob): Promise<ImageResult>;
}

/** A job as it travels to the compute process. */
export type Job =
  | { kind: "hash"; password: string }
  | { kind: "verify"; password: string; stored: string }
  | { kind: "image"; job: ImageJob };
