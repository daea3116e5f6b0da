import type { Context } from "../../context.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { noteOpened } from "../notifications/active.ts";
import { clearPushes } from "../notifications/clear.ts";
import { viewed } from "../status/set-online.ts";

/** Whether threads are read together with their channel: not for users who read them collapsed (semantics 3.2, 3.13). */
const THREADS_TOO: Record<string, string> = {
  always_on: "false",
  disabled: "true",
  default_on:
    "NOT coalesce((SELECT value <> 'off' FROM preferences WHERE userid = $1 AND category = 'display_settings' AND name = 'collapsed_reply_threads'), true)",
  default_off:
    "NOT coalesce((SELECT value = 'on' FROM preferences WHERE userid = $1 AND category = 'display_settings' AND name = 'collapsed_reply_threads'), false)",
};

const VIEW = `seen AS (
      SELECT m.channelid, greatest(c.lastpostat, m.lastviewedat) AS at, c.totalmsgcount, c.totalmsgcountroot,
        (m.msgcount < c.totalmsgcount OR coalesce(m.msgcountroot, 0) < coalesce(c.totalmsgcountroot, 0) OR m.mentioncount > 0
          OR coalesce(m.mentioncountroot, 0) > 0) AS unread
      FROM channelmembers m JOIN channels c ON c.id = m.channelid
      WHERE m.userid = $1 AND m.channelid = ANY($2::text[])),
    viewed AS (
      UPDATE channelmembers m SET mentioncount = 0, mentioncountroot = 0, urgentmentioncount = 0,
        msgcount = greatest(m.msgcount, s.totalmsgcount), msgcountroot = greatest(m.msgcountroot, s.totalmsgcountroot),
        lastviewedat = greatest(m.lastviewedat, s.at), lastupdateat = greatest(m.lastviewedat, s.at)
      FROM seen s WHERE s.unread AND m.userid = $1 AND m.channelid = s.channelid)`;

/** The statement; `threads` where those of the channels may have to be marked read too. */
function viewStatement(collapsed: string, threads: boolean): string {
  if (!threads)
    return `WITH ${VIEW} SELECT s.channelid, s.at, s.unread, false AS flat, false AS threads FROM seen s`;
  return `WITH ${VIEW},
    reader AS (SELECT ${THREADS_TOO[collapsed] ?? "false"} AS flat),
    threads_read AS (
      UPDATE threadmemberships f SET lastviewed = $3::bigint, lastupdated = $3::bigint, unreadmentions = 0
      FROM threads t WHERE f.userid = $1 AND t.postid = f.postid AND t.channelid = ANY($2::text[]) AND f.following
        AND ($4::boolean OR (SELECT flat FROM reader)) AND (f.lastviewed < t.lastreplyat OR f.unreadmentions > 0)
      RETURNING t.channelid)
    SELECT s.channelid, s.at, s.unread, (SELECT flat FROM reader) AS flat,
      EXISTS (SELECT FROM threads_read r WHERE r.channelid = s.channelid) AS threads FROM seen s`;
}

interface Viewed {
  channelid: string;
  at: number;
  unread: boolean;
  flat: boolean;
  threads: boolean;
}

export interface ViewOptions {
  /** The channel that the user looks at now; "" for none. Undefined where nothing says what the user looks at. */
  active?: string | undefined;
  /** The session that looks, where it is the user's own. */
  sessionId?: string | undefined;
  /** Whether the client knows collapsed threads (semantics 3.13). */
  collapsedThreads: boolean;
}

/**
 * Marks channels viewed (semantics 9.2, 9.3), in one statement. Answers when each was last viewed, in ms; what the user is
 * no member of is left out. Nothing is written or announced for channels without anything unread.
 */
export async function doViewChannels(
  ctx: Context,
  userId: string,
  channelIds: string[],
  { active, sessionId, collapsedThreads }: ViewOptions,
): Promise<Record<string, number>> {
  // In order: the same user's requests lock the same rows.
  const ids = [...new Set(channelIds)].sort();
  const { CollapsedThreads } = ctx.config.ServiceSettings;
  const threads = !collapsedThreads || CollapsedThreads !== "always_on";
  const params = [userId, ids, ...(threads ? [Date.now(), !collapsedThreads] : [])];
  const [rows] = await Promise.all([
    ids.length > 0 ? ctx.sql.query<Viewed>(viewStatement(CollapsedThreads, threads), params) : [],
    active === undefined ? undefined : viewed(ctx, userId, active, sessionId),
  ]);
  if (active !== undefined) noteOpened(userId, active);
  const times = Object.fromEntries(rows.map((row) => [row.channelid, row.at]));
  const events = [];
  const unread = rows.filter((row) => row.unread).map((row) => row.channelid);
  if (ctx.config.ServiceSettings.EnableChannelViewedMessages && unread.length > 0) {
    events.push(envelope("multiple_channels_viewed", { channel_times: times }, { user_id: userId }));
  }
  for (const row of rows) {
    if (row.flat || !row.threads) continue;
    events.push(
      envelope(
        "thread_read_changed",
        { timestamp: Date.now() },
        { user_id: userId, channel_id: row.channelid },
      ),
    );
  }
  if (events.length > 0 || unread.length > 0)
    await publish(ctx, `user:${userId}`, events, [{ kind: "viewed", user: userId, channels: unread }]);
  clearPushes(ctx, userId, unread, sessionId);
  return times;
}
