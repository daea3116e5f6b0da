/** What ends a start: its message is the one line that the operator sees on stderr. */
export class StartError extends Error {
  override name = "StartError";
}

/** The message of anything thrown, on one line. Connection errors of Node keep theirs in `errors` or `code`. */
export function oneLine(error: unknown): string {
  const { message, code, errors } = error as { message?: string; code?: string; errors?: unknown[] };
  const text = message || (errors?.[0] ? oneLine(errors[0]) : code) || String(error);
  return text.replace(/\s*\n\s*/g, " ").trim();
}
