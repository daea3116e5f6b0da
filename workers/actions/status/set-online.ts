import { Cache } from "../../cache/cache.ts";
import { caches } from "../../cache/caches.ts";
import type { Context } from "../../context.ts";
import { STATUS_COLUMNS, type StatusRow } from "../../model/status.ts";
import { noteActivity } from "./activity.ts";
import { notifyStatuses } from "./announce.ts";
import { statusesOf } from "./statuses.ts";

/** An activity that is newer by no more than this is not written (semantics 15.3). */
const SAVE_AFTER_MS = 120_000;

/** Where caches are short-lived: users that this isolate has set online lately, or found with a status of their own. */
const settled = new Cache<true>(20_000, SAVE_AFTER_MS);

export interface OnlineOptions {
  /** The user's own wish: also ends a status that the user has chosen (semantics 15.5). */
  manual?: boolean;
  /** The session that was active, where there is one. */
  sessionId?: string;
}

/**
 * The user did something: online, unless the user has chosen a status (semantics 15.2). Costs nothing where the user
 * already is online and has been active within two minutes.
 */
export async function setOnline(
  ctx: Context,
  userId: string,
  { manual = false, sessionId }: OnlineOptions = {},
): Promise<void> {
  if (!ctx.config.ServiceSettings.EnableUserStatuses) return;
  noteActivity(sessionId ?? userId);
  if (!manual && isSettled(userId)) return;
  await setAllOnline(ctx, [userId], manual);
}

/** The user looked at a channel; `channelId` is "" when the window lost its focus, which only counts as activity. */
export async function viewed(
  ctx: Context,
  userId: string,
  channelId: string,
  sessionId?: string,
): Promise<void> {
  if (channelId) return setOnline(ctx, userId, sessionId ? { sessionId } : {});
  noteActivity(sessionId ?? userId);
  const row = caches.statuses.get(userId);
  if (row) row.last_activity_at = Date.now();
}

function isSettled(userId: string): boolean {
  if (!caches.coherent) return settled.get(userId) ?? false;
  const row = caches.statuses.get(userId);
  if (!row) return false;
  const now = Date.now();
  row.last_activity_at = now;
  return row.manual || (row.status === "online" && now - row.saved_at <= SAVE_AFTER_MS);
}

/** As `setOnline`, for many at once: at most one statement of each kind. Sorted, so that nodes cannot deadlock. */
export async function setAllOnline(ctx: Context, userIds: string[], manual = false): Promise<void> {
  if (!ctx.config.ServiceSettings.EnableUserStatuses || userIds.length === 0) return;
  const now = Date.now();
  const guard = settled.guard();
  const unknown = new Set(manual ? [] : userIds.filter((id) => !caches.statuses.get(id)));
  if (unknown.size > 0) await setUnknownOnline(ctx, [...unknown].sort(), now);
  const known = userIds.filter((id) => !unknown.has(id));
  if (known.length > 0) await setKnownOnline(ctx, known, now, manual);
  if (!caches.coherent) for (const id of userIds) settled.fill(id, guard, true);
}

/** Those whose status is not at hand: read and, unless the user has chosen it, written by one statement. */
async function setUnknownOnline(ctx: Context, userIds: string[], now: number): Promise<void> {
  const guard = caches.statuses.guard();
  const rows = await ctx.sql.query<StatusRow & { saved: boolean }>(
    `WITH before AS (
       SELECT ${STATUS_COLUMNS} FROM users u LEFT JOIN status s ON s.userid = u.id WHERE u.id = ANY($1::text[])),
     saved AS (
       INSERT INTO status AS s (userid, status, manual, lastactivityat, dndendtime, prevstatus)
       SELECT b.user_id, 'online', false, $2::bigint, 0, '' FROM before b
       WHERE NOT b.manual AND (b.status <> 'online' OR b.saved_at < $2::bigint - ${SAVE_AFTER_MS}) ORDER BY b.user_id
       ON CONFLICT (userid) DO UPDATE SET status = 'online', lastactivityat = excluded.lastactivityat, dndendtime = 0,
         prevstatus = '' WHERE s.manual IS NOT TRUE
       RETURNING s.userid)
     SELECT b.*, EXISTS (SELECT FROM saved s WHERE s.userid = b.user_id) AS saved FROM before b`,
    [userIds, now],
  );
  const changed: StatusRow[] = [];
  for (const { saved, ...row } of rows) {
    if (saved && row.status !== "online") {
      changed.push(row);
      continue;
    }
    if (saved) row.saved_at = now;
    if (!row.manual) row.last_activity_at = now;
    if (!caches.statuses.get(row.user_id)) caches.statuses.fill(row.user_id, guard, row);
  }
  const online = changed.map(({ user_id }) => ({ user_id, status: "online" as const }));
  const [only] = changed;
  if (!only || changed.length > 1) return notifyStatuses(ctx, online);
  // A client that connects asks for its own status at once.
  const row = { ...only, status: "online" as const, dnd_end_time: 0, last_activity_at: now, saved_at: now };
  return caches.statuses.written(only.user_id, guard, row, () => notifyStatuses(ctx, online));
}

async function setKnownOnline(ctx: Context, userIds: string[], now: number, manual: boolean): Promise<void> {
  const rows = [...(await statusesOf(ctx, userIds)).values()].filter((row) => manual || !row.manual);
  for (const row of rows) row.last_activity_at = now;
  const changed = rows.filter((row) => row.manual || row.status !== "online");
  const stale = rows.filter(
    (row) => !row.manual && row.status === "online" && now - row.saved_at > SAVE_AFTER_MS,
  );
  if (stale.length > 0) await saveActivity(ctx, stale, now);
  if (changed.length > 0) await save(ctx, changed, now, manual);
}

async function saveActivity(ctx: Context, rows: StatusRow[], now: number): Promise<void> {
  await ctx.sql.query(
    "UPDATE status SET lastactivityat = $2 WHERE userid = ANY($1::text[]) AND lastactivityat < $2",
    [idsOf(rows), now],
  );
  for (const row of rows) row.saved_at = now;
}

async function save(ctx: Context, rows: StatusRow[], now: number, manual: boolean): Promise<void> {
  const saved = await ctx.sql.query<{ userid: string }>(
    `INSERT INTO status AS s (userid, status, manual, lastactivityat, dndendtime, prevstatus)
     SELECT id, 'online', false, $2, 0, '' FROM unnest($1::text[]) AS id
     ON CONFLICT (userid) DO UPDATE SET status = 'online', manual = false, lastactivityat = excluded.lastactivityat,
       dndendtime = 0, prevstatus = ''
     WHERE $3 OR s.manual IS NOT TRUE
     RETURNING s.userid`,
    [idsOf(rows), now, manual],
  );
  const before = new Map(rows.map((row) => [row.user_id, row.status]));
  const visible = saved.filter(({ userid }) => before.get(userid) !== "online");
  await notifyStatuses(
    ctx,
    visible.map(({ userid }) => ({ user_id: userid, status: "online" })),
  );
  const hidden = saved.filter(({ userid }) => before.get(userid) === "online");
  await notifyStatuses(
    ctx,
    hidden.map(({ userid }) => ({ user_id: userid, status: "online" })),
    true,
  );
}

function idsOf(rows: StatusRow[]): string[] {
  return rows.map((row) => row.user_id).sort();
}
