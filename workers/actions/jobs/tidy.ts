import type { Context } from "../../context.ts";
import { HOOK_LIFE_MS } from "../commands/custom/ask.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Tokens of mails are good for 48 hours at most (semantics 14.13), and a day longer told from those that never were. */
const TOKEN_LIFE = 72 * HOUR;
/** Rows of a table that go at once: more wait for the next hour. */
const BATCH = 10_000;

const some = (table: string, key: string, which: string) =>
  `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${which} LIMIT ${BATCH})`;

/** $1: now; $2, $3: days that jobs and old configurations stay, 0 for ever. A session ended is told of before (notifyExpired). */
const TIDY = `WITH sessions_gone AS (${some("sessions", "id", `expiresat > 0 AND expiresat < $1::bigint - ${DAY}`)}),
  tokens_gone AS (${some("tokens", "token", `createat < $1::bigint - ${TOKEN_LIFE}`)}),
  desktop_gone AS (${some("desktoptokens", "token", `createat < ($1::bigint - ${HOUR}) / 1000`)}),
  codes_gone AS (${some("oauthauthdata", "code", `createat + expiresin::bigint * 1000 < $1::bigint - ${HOUR}`)}),
  hooks_gone AS (${some("commandwebhooks", "id", `createat < $1::bigint - ${HOOK_LIFE_MS}`)}),
  jobs_gone AS (${some(
    "jobs",
    "id",
    `$2::int > 0 AND createat < $1::bigint - $2::int * ${DAY}::bigint AND status NOT IN ('pending', 'in_progress', 'cancel_requested')`,
  )})
  ${some("configurations", "id", `$3::int > 0 AND createat < $1::bigint - $3::int * ${DAY}::bigint AND active IS NOT TRUE`)}`;

let tidied = Number.NEGATIVE_INFINITY;

/** Scheduled work, once an hour: what nobody can use any more goes (semantics 24.4). One query at most. */
export async function tidyUp(ctx: Context): Promise<void> {
  const now = Date.now();
  if (now - tidied < HOUR) return;
  const { CleanupJobsThresholdDays, CleanupConfigThresholdDays } = ctx.config.JobSettings;
  await ctx.sql.query(TIDY, [
    now,
    Math.max(CleanupJobsThresholdDays, 0),
    Math.max(CleanupConfigThresholdDays, 0),
  ]);
  tidied = now;
}
