import { LEVELS, type Level, type LogTarget } from "../settings/log.ts";

/** A log line in Mattermost's shape. */
export interface Entry {
  /** UTC, as Mattermost writes it: 2026-11-27 10:00:00.000 Z */
  timestamp: string;
  level: Level;
  msg: string;
  caller: string;
  [field: string]: unknown;
}

/** What a process wrote on one line: the server's own lines are JSON objects, the runtime's are text. */
export function entryOf(line: string, caller: string, otherwise: Level, now = new Date()): Entry {
  const fields = objectOf(line);
  const { level, msg, timestamp, ...rest } = fields ?? {};
  const known = LEVELS.find((name) => name === level);
  return {
    timestamp: typeof timestamp === "string" ? timestamp : stamp(now),
    level: known ?? runtimeLevel(line) ?? otherwise,
    msg: typeof msg === "string" ? msg : line,
    caller: typeof rest.caller === "string" ? rest.caller : caller,
    ...(typeof msg === "string" ? without(rest, "caller") : {}),
  };
}

/** As JSON, or as text for people. */
export function written(entry: Entry, { json }: Pick<LogTarget, "json">): string {
  if (json) return `${JSON.stringify(entry)}\n`;
  const { timestamp, level, msg, caller, ...fields } = entry;
  const more = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return `${level} [${timestamp}] ${msg.replaceAll("\n", "\\n")} caller="${caller}"${more.join("")}\n`;
}

export function passes(entry: Entry, { level }: Pick<LogTarget, "level">): boolean {
  return LEVELS.indexOf(entry.level) >= LEVELS.indexOf(level);
}

/** The runtime's own lines: "workerd/io/worker.c++:1: warning: …". */
function runtimeLevel(line: string): Level | undefined {
  const [, severity] = /^[\w./+-]+\.(?:c\+\+|h):\d+: (info|warning|error|fatal): /.exec(line) ?? [];
  return severity === "warning" ? "warn" : (severity as Level | undefined);
}

const stamp = (at: Date) => at.toISOString().replace("T", " ").replace("Z", " Z");

function without(fields: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}

function objectOf(line: string): Record<string, unknown> | null {
  if (!line.startsWith("{")) return null;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}
