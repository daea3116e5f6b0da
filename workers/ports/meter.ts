/** Counts of one request, told in response headers and held by tests of the budgets. */
export class Meter {
  /** Database round trips. */
  sql = 0;
  /** Durable Object calls made by the request itself. */
  objects = 0;
  /** Object store calls. */
  files = 0;
}
