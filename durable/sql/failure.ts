import { nameOf } from "../../workers/ports/sql/failure.ts";
import type { SqlResult } from "../../workers/ports/sql/sql.ts";

/** postgres.js codes of a connection that failed before the statement was sent. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "CONNECT_TIMEOUT", "CONNECTION_ENDED"]);
/** What workerd says of a refused connection; its errors have no code. */
const REFUSED = /cannot connect to the specified address/;

export type Failure = { code?: string; message?: string; constraint_name?: string; severity?: string };

/** What callers are told of an error of postgres.js or workerd. */
export function failure(error: Failure): Extract<SqlResult, { error: unknown }> {
  const { code = "", message = "", constraint_name: constraint = "" } = error;
  return { error: { code: codeOf(code, message), message, constraint } };
}

function codeOf(code: string, message: string): string {
  if (NOT_SENT.has(code) || REFUSED.test(message)) return "unavailable";
  // Without a SQLSTATE it was the connection that failed, and the statement may have been under way.
  return /^[0-9A-Z]{5}$/.test(code) ? nameOf(code) : code === "overload" ? code : "unknown";
}
