import { Cache } from "../../cache/cache.ts";
import { caches } from "../../cache/caches.ts";

/** A channel counts as looked at while the user was active within this time (semantics 23.4). */
const ACTIVE_MS = 20_000;

/** Which channel each user has opened last, on this node; nothing depends on it but the choice not to disturb. */
const opened = new Cache<string>(50_000, 24 * 3_600_000);

/** The user looks at this channel now; "" for none. */
export function noteOpened(userId: string, channelId: string): void {
  opened.fill(userId, opened.guard(), channelId);
}

/** Whether the user has that channel open and was active a moment ago. */
export function looksAt(userId: string, channelId: string, now = Date.now()): boolean {
  const lastActive = caches.statuses.get(userId)?.last_activity_at ?? 0;
  return opened.get(userId) === channelId && now - lastActive < ACTIVE_MS;
}
