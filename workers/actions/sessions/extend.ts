import { tokenOf } from "../../access/authenticate.ts";
import type { Context } from "../../context.ts";
import { sessionCookies } from "../../http/cookies.ts";
import type { Req } from "../../http/request.ts";
import type { Session } from "../../model/session.ts";
import { lengthOf } from "./session.ts";

const ACTIVITY_EVERY_MS = 300_000;
const MIN_EXTENSION_MS = 300_000;
const MAX_EXTENSION_MS = 86_400_000;

/**
 * What POST /posts and channel view do to the session (http-conventions 2.5): notes its activity, and moves its end.
 * Returns at once; what is written is written after the answer, at most every 5 minutes.
 */
export function extendSession(r: Req<any>): void {
  const { session } = r.me;
  const extended = extendSessionOf(r.ctx, session);
  if (extended && tokenOf(r.raw)?.from === "cookie") r.ctx.cookies.push(...sessionCookies(r, session));
}

/** As extendSession, for what comes over a socket (`user_typing`). True if the session's end was moved. */
export function extendSessionOf(ctx: Context, session: Session): boolean {
  const now = Date.now();
  const length = lengthOf(session, ctx.config);
  if (!mayExtend(ctx, session) || length - (session.expires_at - now) < threshold(length)) {
    touchSession(ctx, session);
    return false;
  }
  // The cached session is changed in place: no other request must write the same. Nodes that still hold the old end
  // look again before they take a session for expired (access/authenticate.ts).
  session.expires_at = now + length;
  session.last_activity_at = now;
  ctx.background(
    ctx.sql.query(
      "UPDATE sessions SET expiresat = greatest(expiresat, $2), lastactivityat = $3, expirednotify = false WHERE id = $1",
      [session.id, session.expires_at, now],
    ),
  );
  return true;
}

/** Notes that the session is in use (GETs of users), after the answer and at most every 5 minutes. */
export function touchSession(ctx: Context, session: Session): void {
  const now = Date.now();
  if (now - session.last_activity_at < ACTIVITY_EVERY_MS) return;
  session.last_activity_at = now;
  ctx.background(
    ctx.sql.query("UPDATE sessions SET lastactivityat = $2 WHERE id = $1 AND lastactivityat < $2", [
      session.id,
      now,
    ]),
  );
}

function mayExtend(ctx: Context, { expires_at, is_oauth, props }: Session): boolean {
  return (
    ctx.config.ServiceSettings.ExtendSessionLengthWithActivity &&
    expires_at > 0 &&
    !is_oauth &&
    props.type !== "UserAccessToken"
  );
}

function threshold(length: number): number {
  return Math.max(Math.min(length / 100, MAX_EXTENSION_MS), MIN_EXTENSION_MS);
}
