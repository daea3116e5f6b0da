import type { Context } from "../../context.ts";
import { badBody, fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import type { User } from "../../model/user.ts";
import { truncateRunes } from "../../text/clean.ts";
import { isSystemEmoji } from "../../text/emoji.ts";
import { announceUser, CHANGED_USER } from "./account/announce.ts";

/** As it is stored in users.props.customStatus and in the list of recent ones (semantics 15.7). */
export interface CustomStatus {
  emoji: string;
  text: string;
  duration: string;
  /** RFC 3339. */
  expires_at: string;
}

const NEVER = "0001-01-01T00:00:00Z";
const DEFAULT_EMOJI = "speech_balloon";
const MAX_TEXT = 100;
const MAX_RECENT = 5;
const DURATIONS = new Set([
  "thirty_minutes",
  "one_hour",
  "four_hours",
  "today",
  "this_week",
  "date_and_time",
  "custom_date_time",
]);

/** Throws 501 where custom statuses are turned off. */
export function requireCustomStatuses(ctx: Context): void {
  if (!ctx.config.TeamSettings.EnableCustomUserStatuses) throw fail("api.custom_status.disabled");
}

export type CustomStatusInput = {
  emoji?: string | undefined;
  text?: string | undefined;
  duration?: string | undefined;
  expires_at?: string | undefined;
};

function checkCustomStatus(input: CustomStatusInput): CustomStatus {
  const { emoji = "", text = "", duration = "", expires_at = "" } = input;
  if (!emoji && !text) throw badBody("custom_status");
  const expires = expires_at ? Date.parse(expires_at) : Number.NaN;
  if (duration && !DURATIONS.has(duration)) throw badBody("duration");
  if (duration && !(expires > Date.now())) throw badBody("expires_at");
  if (expires_at.length > 40) throw badBody("expires_at");
  return {
    emoji: emoji || DEFAULT_EMOJI,
    text: truncateRunes(text, MAX_TEXT),
    duration,
    expires_at: duration ? expires_at : NEVER,
  };
}

interface Known {
  emoji: boolean;
  recent: string | null;
}

const RECENT =
  "SELECT value FROM preferences WHERE userid = $1 AND category = 'custom_status' AND name = 'recent_custom_statuses'";

/** Sets the custom status and puts it on top of the recent ones. */
export async function doSetCustomStatus(
  ctx: Context,
  userId: string,
  input: CustomStatusInput,
): Promise<void> {
  const status = checkCustomStatus(input);
  const [known] = await ctx.sql.query<Known>(
    `SELECT EXISTS (SELECT FROM emoji WHERE name = $2 AND deleteat = 0) AS emoji, (${RECENT}) AS recent`,
    [userId, status.emoji],
  );
  if (!known!.emoji && !isSystemEmoji(status.emoji)) throw badBody("emoji");
  const recent = [status, ...recentOf(known!).filter((other) => other.text !== status.text)].slice(
    0,
    MAX_RECENT,
  );
  const [user] = await ctx.sql.query<User>(
    `WITH recent AS (${SAVE_RECENT("$4")}), changed AS (${SET_STATUS}) ${CHANGED_USER}`,
    [userId, JSON.stringify(status), Date.now(), JSON.stringify(recent)],
  );
  if (!user) throw fail("app.user.missing_account.const");
  await announceUser(ctx, user, {
    events: [recentChanged(userId, recent)],
    effects: [{ kind: "preferences", user: userId }],
  });
}

export async function doUnsetCustomStatus(ctx: Context, userId: string): Promise<void> {
  const [user] = await ctx.sql.query<User>(`WITH changed AS (${SET_STATUS}) ${CHANGED_USER}`, [
    userId,
    "",
    Date.now(),
  ]);
  if (!user) throw fail("app.user.missing_account.const");
  await announceUser(ctx, user);
}

/** Takes one out of the recent statuses. */
export async function doForgetRecent(ctx: Context, userId: string, input: CustomStatusInput): Promise<void> {
  const [known] = await ctx.sql.query<{ value: string }>(RECENT, [userId]);
  const before = recentOf({ recent: known?.value ?? null });
  const after = before.filter(
    ({ emoji, text }) => emoji !== (input.emoji || DEFAULT_EMOJI) || text !== (input.text ?? ""),
  );
  if (after.length === before.length) return;
  await ctx.sql.query(SAVE_RECENT("$2"), [userId, JSON.stringify(after)]);
  await publish(
    ctx,
    `user:${userId}`,
    [recentChanged(userId, after)],
    [{ kind: "preferences", user: userId }],
  );
}

const SET_STATUS = `UPDATE users SET props = coalesce(props, '{}') || jsonb_build_object('customStatus', $2::text),
  updateat = greatest($3, updateat + 1) WHERE id = $1 RETURNING *`;

const SAVE_RECENT = (value: string) => `INSERT INTO preferences (userid, category, name, value)
  VALUES ($1, 'custom_status', 'recent_custom_statuses', ${value}) ON CONFLICT (userid, category, name) DO UPDATE SET value = excluded.value`;

function recentOf({ recent }: Pick<Known, "recent">): CustomStatus[] {
  try {
    const list: unknown = JSON.parse(recent ?? "[]");
    return Array.isArray(list) ? list.filter((item) => typeof item?.text === "string") : [];
  } catch {
    return [];
  }
}

function recentChanged(userId: string, recent: CustomStatus[]) {
  const preference = {
    user_id: userId,
    category: "custom_status",
    name: "recent_custom_statuses",
    value: JSON.stringify(recent),
  };
  return envelope("preferences_changed", { preferences: JSON.stringify([preference]) }, { user_id: userId });
}
