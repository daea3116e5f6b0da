import type { Context } from "../../../workers/context.ts";
import { log } from "../../../workers/log/log.ts";
import type { Members } from "../audience/members.ts";
import { CLOSE, close } from "../connection/close-codes.ts";
import type { Connection } from "../connection/connection.ts";
import { RETENTION_MS } from "../reaper.ts";

const CHUNK = 1_000;

interface Attachment {
  id: string;
  user: string;
}

/** What a hub has found of its former self. */
export interface Restored {
  connections: Connection[];
  /** Users whose sockets had to be closed. */
  lost: string[];
}

/**
 * Joins saved connections with the sockets that survived hibernation. Connections of sessions and users that are no
 * more, and sockets without a connection, are ended: their clients start afresh.
 */
export async function restore(
  saved: Connection[],
  sockets: WebSocket[],
  members: Members,
  ctx: Context,
): Promise<Restored> {
  const now = Date.now();
  const recent = saved.filter(({ lostAt }) => lostAt === 0 || now - lostAt < RETENTION_MS);
  const connections = await valid(recent, members, ctx);
  const byId = new Map(connections.map((connection) => [connection.id, connection]));
  const lost: string[] = [];
  for (const socket of sockets) {
    const { id, user } = (socket.deserializeAttachment() ?? {}) as Partial<Attachment>;
    const connection = id ? byId.get(id) : undefined;
    if (connection && !connection.active) {
      connection.attach(socket);
      continue;
    }
    close(socket, CLOSE.goingAway);
    if (user) lost.push(user);
  }
  return { connections, lost };
}

async function valid(connections: Connection[], members: Members, ctx: Context): Promise<Connection[]> {
  if (connections.length === 0) return [];
  try {
    const absent = new Set(await members.loadAll([...new Set(connections.map(({ userId }) => userId))]));
    const ends = await sessionEnds(ctx, connections);
    return connections.filter((connection) => {
      const end = ends.get(connection.sessionId);
      connection.expiresAt = end ?? 0;
      return end !== undefined && !absent.has(connection.userId);
    });
  } catch (error) {
    log.error("connections could not be restored", { error: String(error) });
    return [];
  }
}

async function sessionEnds(ctx: Context, connections: Connection[]): Promise<Map<string, number>> {
  const ids = [...new Set(connections.map(({ sessionId }) => sessionId))];
  const ends = new Map<string, number>();
  for (let at = 0; at < ids.length; at += CHUNK) {
    const rows = await ctx.sql.query<{ id: string; end: number }>(
      'SELECT id, expiresat AS "end" FROM sessions WHERE id = ANY($1::text[])',
      [ids.slice(at, at + CHUNK)],
    );
    for (const { id, end } of rows) ends.set(id, end);
  }
  return ends;
}
