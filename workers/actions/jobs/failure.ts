/** A job cannot be done, and why: its message becomes `data.error` of the job, `data` is kept beside it. */
export class JobFailure extends Error {
  readonly data: Record<string, string>;

  constructor(message: string, data: Record<string, string> = {}) {
    super(message);
    this.data = data;
  }
}
