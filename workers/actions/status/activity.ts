import { Cache } from "../../cache/cache.ts";

/**
 * When a session, or a user by an unknown session, last did something, as far as this isolate has seen. Only where
 * the worker and the hub share an isolate does a hub find here what requests have told.
 */
const seen = new Cache<number>(50_000);

/** @param id of a session; of the user where the session is not known. */
export function noteActivity(id: string): void {
  seen.fill(id, seen.guard(), Date.now());
}

/** ms; 0 where nothing was seen. */
export function lastActivityOf(sessionId: string, userId: string): number {
  return Math.max(seen.get(sessionId) ?? 0, seen.get(userId) ?? 0);
}
