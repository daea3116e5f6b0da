import { AppError } from "../../errors/app-error.ts";
import { JobFailure } from "../jobs/failure.ts";

/** A line of the file cannot be imported. The job tells where and why, and keeps `line_number`. */
export class LineFailure extends JobFailure {
  /** 1 for the first line. */
  readonly line: number;

  constructor(line: number, what: string, reason: string) {
    super(`line ${line}: ${what}: ${reason}`, { line_number: String(line) });
    this.line = line;
  }
}

/** What `work` gives; a refusal of the API becomes one of this line. */
export async function onLine<T>(line: number, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.status < 500) throw new LineFailure(line, what, error.message);
    throw error;
  }
}
