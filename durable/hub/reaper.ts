import type { Hub } from "../hub.ts";
import type { Member } from "./audience/audience.ts";
import { CLOSE } from "./connection/close-codes.ts";

/** How long a client that is away may take to resume. */
export const RETENTION_MS = 600_000;
/** A client that used to ping (official ones do every 30 s) and is silent for this long is gone. */
const GHOST_MS = 100_000;
/** What a client may leave unread between two pings. One that never pings resumes now and then. */
const MAX_UNCONFIRMED = 64 * 1024 * 1024;

/** Connections that one user's clients may leave behind: more come of a client that never resumes. */
const MAX_AWAY = 30;

/** Forgets the oldest of the connections that a user's clients have left, beyond MAX_AWAY. */
export function prune(hub: Hub, member: Member): void {
  if (member.connections.size <= MAX_AWAY) return;
  const away = [...member.connections].filter(({ active }) => !active).sort((a, b) => a.lostAt - b.lostAt);
  for (const connection of away.slice(0, -MAX_AWAY)) hub.forget(connection);
}

/**
 * Forgets connections nobody will resume, closes sockets nobody reads, and looks at sessions that end by time. A dead
 * socket whose client never pinged is only noticed by TCP: the runtime sends no pings of its own.
 */
export function reap(hub: Hub): void {
  const now = Date.now();
  for (const connection of [...hub.connections.values()]) {
    const { active, lostAt, lastPing, expiresAt } = connection;
    if (!active) {
      if (now - lostAt > RETENTION_MS) hub.forget(connection);
    } else if (lastPing > 0 && now - lastPing > GHOST_MS) {
      hub.hangUp(connection, CLOSE.ghost);
    } else if (connection.unconfirmed > MAX_UNCONFIRMED) {
      hub.hangUp(connection, CLOSE.slowConsumer);
    } else if (expiresAt > 0 && expiresAt <= now) hub.expired(connection);
  }
}
