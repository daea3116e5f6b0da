import type { Config } from "../../../config/load.ts";
import type { Context } from "../../../context.ts";
import { type Effect, type Envelope, envelope } from "../../../events/envelope.ts";
import { publish } from "../../../events/publish.ts";
import { USER_COLUMNS, type User } from "../../../model/user.ts";
import { userView } from "../../../model/user-view.ts";

/** `user_updated` in its three variants (websocket 6.4). */
export function userUpdated(user: User, config: Config): Envelope[] {
  const variant = (view: "admin" | "other") => ({ user: userView(user, view, config) });
  const others = { omit_users: [user.id] };
  return [
    envelope("user_updated", variant("admin"), { ...others, contains_sensitive_data: true }),
    envelope("user_updated", variant("other"), { ...others, contains_sanitized_data: true }),
    envelope("user_updated", { user: userView(user, "self", config) }, { user_id: user.id }),
  ];
}

export interface Announcement {
  /** Other words than before mention the user. */
  keywords?: boolean;
  /** Further effects and events of the same change. */
  effects?: Effect[];
  events?: Envelope[];
}

/** The effect of a change to a user. */
export function userEffect(id: string, keywords = false): Effect {
  return keywords ? { kind: "user", id, keywords: true } : { kind: "user", id };
}

/** Publishes a changed user. */
export async function announceUser(
  ctx: Context,
  user: User,
  { keywords, effects = [], events = [] }: Announcement = {},
): Promise<void> {
  await publish(
    ctx,
    "system",
    [...userUpdated(user, ctx.config), ...events],
    [userEffect(user.id, keywords), ...effects],
  );
}

/** Selects the User that the CTE `changed` (UPDATE users … RETURNING *) gives. */
export const CHANGED_USER = `SELECT ${USER_COLUMNS} FROM changed u LEFT JOIN bots b ON b.userid = u.id`;
