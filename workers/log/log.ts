type Level = "debug" | "info" | "warn" | "error";

/** Writes one JSON line to the console; a self-hosted node's launcher adds timestamp and caller and keeps it (LogSettings). */
function write(level: Level, msg: string, fields: Record<string, unknown> = {}): void {
  const line = JSON.stringify({ level, msg, ...fields });
  if (level === "warn" || level === "error") console.error(line);
  else console.log(line);
}

/** The server's log. Never give it what a user wrote in a post, a password or a token. */
export const log = {
  info: (msg: string, fields?: Record<string, unknown>): void => write("info", msg, fields),
  warn: (msg: string, fields?: Record<string, unknown>): void => write("warn", msg, fields),
  error: (msg: string, fields?: Record<string, unknown>): void => write("error", msg, fields),
};
