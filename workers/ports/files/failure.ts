import { type AppError, fail } from "../../errors/app-error.ts";
import { log } from "../../log/log.ts";

/** The store did not do what was asked. Told to the log in full, to the client not. */
export function storeFailure(what: string, error: unknown): AppError {
  const status = (error as { $metadata?: { httpStatusCode?: number } })?.$metadata?.httpStatusCode;
  const reason = `${error instanceof Error ? `${error.name}: ${error.message}` : error}${status ? ` (${status})` : ""}`;
  log.error("file store failed", { what, error: reason });
  return fail("app.files.unavailable.app_error");
}

/** A path that is none: whoever made it has a bug. */
export function notPossible(path: string): Error {
  return new Error(`not a path of the file store: ${JSON.stringify(path)}`);
}
