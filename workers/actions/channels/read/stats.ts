import { caches } from "../../../cache/caches.ts";
import type { Context } from "../../../context.ts";

export interface MemberCounts {
  /** Active users, guests included. */
  members: number;
  guests: number;
}

const COUNTS = `SELECT m.channelid AS id, count(*) AS members, count(*) FILTER (WHERE m.schemeguest) AS guests
  FROM channelmembers m JOIN users u ON u.id = m.userid AND u.deleteat = 0
  WHERE m.channelid = ANY($1::text[]) GROUP BY m.channelid`;

/** Active members of each channel. What is not cached costs one query together: counting is the one thing here that grows with a channel. */
export async function memberCounts(ctx: Context, ids: string[]): Promise<Map<string, MemberCounts>> {
  const found = new Map<string, MemberCounts>();
  const missing: string[] = [];
  for (const id of new Set(ids)) {
    const counts = caches.memberCounts.get(id);
    if (counts) found.set(id, counts);
    else missing.push(id);
  }
  if (missing.length === 0) return found;
  const guard = caches.memberCounts.guard();
  const rows = await ctx.sql.query<MemberCounts & { id: string }>(COUNTS, [missing]);
  const counted = new Map(rows.map(({ id, members, guests }) => [id, { members, guests }]));
  for (const id of missing) {
    const counts = counted.get(id) ?? { members: 0, guests: 0 };
    caches.memberCounts.fill(id, guard, counts);
    found.set(id, counts);
  }
  return found;
}

/** `GET /channels/{id}/stats` (semantics 12.22); `files` false gives -1 for their count. One round trip. */
export async function channelStats(ctx: Context, id: string, files: boolean) {
  const guard = caches.memberCounts.guard();
  const known = caches.memberCounts.get(id);
  const [row] = await ctx.sql.query<MemberCounts & { pinned: number; files: number }>(
    `SELECT (SELECT count(*) FROM posts p WHERE p.ispinned AND p.channelid = $1 AND p.deleteat = 0) AS pinned,
      ${files ? "(SELECT count(*) FROM fileinfo f WHERE f.channelid = $1 AND f.deleteat = 0 AND f.postid <> '')" : "-1"} AS files,
      ${known ? "0 AS members, 0 AS guests" : "coalesce(x.members, 0) AS members, coalesce(x.guests, 0) AS guests"}
    FROM (SELECT 1) one ${known ? "" : `LEFT JOIN (${COUNTS.replace("= ANY($1::text[])", "= $1")}) x ON true`}`,
    [id],
  );
  const counts = known ?? { members: row!.members, guests: row!.guests };
  if (!known) caches.memberCounts.fill(id, guard, counts);
  return {
    channel_id: id,
    member_count: counts.members,
    guest_count: counts.guests,
    pinnedpost_count: row!.pinned,
    files_count: row!.files,
  };
}

/** Time zones that members live in, each once (`GET /channels/{id}/timezones`). */
export async function channelTimezones(ctx: Context, id: string): Promise<string[]> {
  const rows = await ctx.sql.query<{ zone: string }>(
    `SELECT DISTINCT CASE WHEN u.timezone ->> 'useAutomaticTimezone' = 'true' THEN u.timezone ->> 'automaticTimezone'
        ELSE u.timezone ->> 'manualTimezone' END AS zone
      FROM channelmembers m JOIN users u ON u.id = m.userid AND u.deleteat = 0 WHERE m.channelid = $1`,
    [id],
  );
  return rows.map(({ zone }) => zone).filter(Boolean);
}
