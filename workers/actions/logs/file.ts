import type { Context } from "../../context.ts";
import { entryOfLine, keptLogs, type LogEntry } from "./kept.ts";

const URL = "http://disk/mattermost.log";
/** The end of the file that a page or a query looks at. */
const MAX_BYTES = 4 * 1_048_576;

/** This node's newest lines, oldest first: those of its log file, or what it remembers where it writes none. */
export async function newestLogs({ env }: Context): Promise<LogEntry[]> {
  const response = await env.LOG_DISK?.fetch(URL, { headers: { range: `bytes=-${MAX_BYTES}` } });
  if (!response?.ok) {
    await response?.body?.cancel();
    return keptLogs();
  }
  const lines = (await response.text()).split("\n");
  // The first may have lost its beginning.
  if (response.status === 206 && !response.headers.get("content-range")?.startsWith("bytes 0-"))
    lines.shift();
  return lines.filter((line) => line !== "").map(entryOfLine);
}

/** The whole log file, as it is; or what the node remembers, as JSON lines. */
export async function wholeLog({ env }: Context): Promise<ReadableStream | string> {
  const response = await env.LOG_DISK?.fetch(URL);
  if (response?.ok && response.body) return response.body;
  await response?.body?.cancel();
  return keptLogs()
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join("");
}
