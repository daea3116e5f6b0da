/** SQLSTATEs that are about the server and not about the statement, under the port's own names (SqlError.code). */
const NAMED: Record<string, "unavailable" | "unknown" | "overload"> = {
  // Canceled: the statement took longer than statement_timeout.
  "57014": "overload",
  // Refused before the statement was sent: too many connections, starting up or shutting down.
  "53300": "unavailable",
  "57P03": "unavailable",
  // The session was ended under the statement.
  "57P01": "unknown",
  "57P02": "unknown",
};

/** SqlError's code for a SQLSTATE. */
export function nameOf(sqlstate: string): string {
  return NAMED[sqlstate] ?? (sqlstate.startsWith("08") ? "unknown" : sqlstate);
}
