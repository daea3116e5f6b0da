import type { Context } from "../../context.ts";
import type { Effect } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";

/**
 * CTE `ended`: the sessions of `FROM sessions WHERE <where>` and the OAuth grants that go with them are deleted.
 * Select ENDED from it for `endedEffects`.
 */
export function endSessions(where: string): string {
  return `ended AS (DELETE FROM sessions WHERE ${where} RETURNING id, token),
    ended_grants AS (DELETE FROM oauthaccessdata WHERE token IN (SELECT token FROM ended))`;
}

export const ENDED = "(SELECT json_agg(json_build_array(id, token)) FROM ended) AS ended";

export type EndedRow = { ended: [id: string, token: string][] | null };

/** Revoked means revoked: caches forget these sessions, and their sockets fall silent. */
export function endedEffects({ ended }: EndedRow): Effect[] {
  return (ended ?? []).map(([id, token]) => ({ kind: "session", id, token }));
}

/** Ends one session of `userId`. False if there is no such session of that user. */
export async function doRevokeSession(ctx: Context, userId: string, sessionId: string): Promise<boolean> {
  const [row] = await ctx.sql.query<EndedRow>(
    `WITH ${endSessions("id = $1 AND userid = $2")} SELECT ${ENDED}`,
    [sessionId, userId],
  );
  if (!row!.ended) return false;
  await publish(ctx, `user:${userId}`, [], endedEffects(row!));
  return true;
}

/** Ends every session of a user. */
export async function doRevokeAll(ctx: Context, userId: string): Promise<void> {
  const [row] = await ctx.sql.query<EndedRow>(`WITH ${endSessions("userid = $1")} SELECT ${ENDED}`, [userId]);
  // Sessions that were made meanwhile are not meant, but a cached one that is not in the database is.
  await publish(ctx, `user:${userId}`, [], [{ kind: "sessions", user: userId }, ...endedEffects(row!)]);
}

/** Ends every session of everyone. */
export async function doRevokeEveryone(ctx: Context): Promise<void> {
  await ctx.sql.query(`WITH ended AS (DELETE FROM sessions RETURNING token, isoauth)
    DELETE FROM oauthaccessdata WHERE token IN (SELECT token FROM ended WHERE isoauth)`);
  await publish(ctx, "system", [], [{ kind: "all_sessions" }]);
}
