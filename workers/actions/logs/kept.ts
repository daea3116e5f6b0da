// What this isolate has written to its console since it started: the newest lines only, in memory. Not kept: lines of other
// nodes, of the process for hashes and images, and of workerd itself. All of them are where the node's output goes.

const MAX_LINES = 2_000;
const MAX_LENGTH = 4_000;

interface Line {
  /** ms */
  at: number;
  level: Level;
  text: string;
}

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

/** A ring: the oldest line is at `next` once it is full. */
const ring: Line[] = [];
let next = 0;

function keep(level: Level, parts: unknown[]): void {
  const text = parts.map((part) => (typeof part === "string" ? part : String(part))).join(" ");
  const line = { at: Date.now(), level, text: text.slice(0, MAX_LENGTH) };
  if (ring.length < MAX_LINES) ring.push(line);
  else ring[next] = line;
  next = (next + 1) % MAX_LINES;
}

const METHODS = { debug: "debug", log: "info", info: "info", warn: "warn", error: "error" } as const;

for (const [method, level] of Object.entries(METHODS) as [keyof typeof METHODS, Level][]) {
  const write = console[method].bind(console);
  console[method] = (...parts: unknown[]) => {
    keep(level, parts);
    write(...parts);
  };
}

/** As Mattermost's own log lines have it (client-flows 19.2). */
export interface LogEntry {
  timestamp: string;
  level: string;
  msg: string;
  caller: string;
  [field: string]: unknown;
}

/** Every kept line, oldest first. For nodes without a log file. */
export function keptLogs(): LogEntry[] {
  const lines = ring.length < MAX_LINES ? ring : [...ring.slice(next), ...ring.slice(0, next)];
  return lines.map(toEntry);
}

function toEntry({ at, level, text }: Line): LogEntry {
  const timestamp = new Date(at).toISOString().replace("T", " ").replace("Z", " Z");
  return { timestamp, level, msg: text, caller: "", ...fieldsOf(text) };
}

/** A line of the log file, which may be JSON or text (LogSettings.FileJson). */
export function entryOfLine(text: string): LogEntry {
  return { timestamp: "", level: "", msg: text, caller: "", ...fieldsOf(text) };
}

/** The server's own lines are JSON objects; what it passes on is text. */
function fieldsOf(text: string): Record<string, unknown> {
  if (!text.startsWith("{")) return {};
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
