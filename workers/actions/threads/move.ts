import { userById } from "../../access/users.ts";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import type { Channel } from "../../model/channel.ts";
import type { Param } from "../../ports/sql/sql.ts";
import { keywordPatterns, mentionsUser } from "../posts/mention-count.ts";
import { renderThreads, type Viewer } from "./render.ts";
import { pageColumns, type ThreadsRow } from "./sql.ts";

/** Where a reader's mark in a thread is to be. */
export interface Move {
  userId: string;
  /** Of the path, for the event's scope. */
  teamId: string;
  threadId: string;
  channel: Channel;
  /** Read up to this time in ms, or unread from this post on (which makes the user follow the thread, semantics 3.12). */
  to: { at: number } | { postId: string };
}

interface Moved extends ThreadsRow {
  /** ms; null when the post is not in this thread. */
  at: number | null;
  moved: boolean;
  was: { following: boolean; unread_mentions: number; unread_replies: number } | null;
  /** Replies whose text may mention the user; while there are any, nothing was moved. */
  candidates: { message: string; attachments: unknown }[] | null;
}

/**
 * Moves a reader's mark, counts the mentions after it anew, and tells the user's clients (semantics 3.9, 3.12). One
 * statement, and a second one where replies after the mark hold the user's words: only their text tells.
 * Returns the thread's JSON. Throws 404.
 */
export async function doMoveThread(ctx: Context, viewer: Viewer, move: Move): Promise<string> {
  const user = await userById(ctx, move.userId);
  if (!user) throw fail("app.user.missing_account.const");
  const patterns = keywordPatterns(user);
  let row = await run(ctx, move, patterns);
  let mentions: number | undefined;
  if (!row.moved && row.candidates) {
    mentions = row.candidates.filter(({ message, attachments }) =>
      mentionsUser(user, message, { attachments }),
    ).length;
    row = await run(ctx, move, patterns, mentions);
  }
  if (row.at === null) throw fail("app.post.get.app_error");
  if (!row.moved) throw fail("app.thread.get_membership.not_found.app_error");
  const [thread] = row.threads ?? [];
  const data = {
    thread_id: move.threadId,
    timestamp: row.at,
    unread_mentions: thread?.unread_mentions ?? 0,
    unread_replies: thread?.unread_replies ?? 0,
    previous_unread_mentions: row.was?.unread_mentions ?? 0,
    previous_unread_replies: row.was?.unread_replies ?? 0,
    channel_id: move.channel.id,
  };
  await publish(ctx, `user:${move.userId}`, [
    envelope("thread_read_changed", data, { user_id: move.userId, team_id: move.teamId }),
  ]);
  const [text] = await renderThreads(ctx, viewer, row);
  if (!text) throw fail("app.post.get.app_error");
  return text;
}

async function run(ctx: Context, move: Move, patterns: string[], mentions?: number): Promise<Moved> {
  const { text, params } = statement(move, patterns, mentions);
  const [row] = await ctx.sql.query<Moved>(text, params);
  return row!;
}

function statement(
  { userId, threadId, channel, to }: Move,
  patterns: string[],
  mentions?: number,
): { text: string; params: Param[] } {
  const params: Param[] = [];
  const p = (value: Param, type: string) => `$${params.push(value)}::${type}`;
  const user = p(userId, "varchar");
  const thread = p(threadId, "varchar");
  const now = p(Date.now(), "bigint");
  const byPost = "postId" in to;
  const target = byPost
    ? `SELECT createat - 1 AS at FROM posts WHERE id = ${p(to.postId, "varchar")} AND deleteat = 0 AND (id = ${thread} OR rootid = ${thread})`
    : `SELECT ${p(to.at, "bigint")} AS at`;
  const direct = channel.type === "D" || channel.type === "G";
  const counted = direct || mentions !== undefined;
  const unread = direct ? "(SELECT count(*) FROM fresh)" : p(mentions ?? 0, "int");
  const candidates = counted
    ? ""
    : `, candidates AS MATERIALIZED (SELECT message, props->'attachments' AS attachments FROM fresh
        WHERE lower(message) LIKE ANY(${p(patterns, "text[]")}) OR jsonb_typeof(props->'attachments') = 'array')`;
  const when = counted ? "" : "AND NOT EXISTS (SELECT 1 FROM candidates)";
  const move = byPost
    ? `INSERT INTO threadmemberships (postid, userid, following, lastviewed, lastupdated, unreadmentions)
        SELECT ${thread}, ${user}, true, target.at, ${now}, ${unread} FROM target WHERE true ${when}
        ON CONFLICT (postid, userid) DO UPDATE SET following = true, lastviewed = excluded.lastviewed, lastupdated = excluded.lastupdated,
          unreadmentions = excluded.unreadmentions RETURNING 1`
    : `UPDATE threadmemberships m SET lastviewed = target.at, lastupdated = ${now}, unreadmentions = ${unread}
        FROM target WHERE m.postid = ${thread} AND m.userid = ${user} AND m.following ${when} RETURNING 1`;
  const text = `WITH target AS MATERIALIZED (${target}),
    t AS MATERIALIZED (SELECT lastreplyat, replycount, participants, threaddeleteat FROM threads WHERE postid = ${thread}),
    was AS MATERIALIZED (SELECT m.following, coalesce(m.lastviewed, 0) AS lastviewed, coalesce(m.unreadmentions, 0) AS unreadmentions
      FROM threadmemberships m WHERE m.postid = ${thread} AND m.userid = ${user}),
    fresh AS MATERIALIZED (SELECT r.message, r.props FROM target, t, posts r
      WHERE target.at < t.lastreplyat AND r.rootid = ${thread} AND r.deleteat = 0 AND r.createat + 0 > target.at AND r.userid <> ${user})
    ${candidates},
    move AS (${move}),
    page AS MATERIALIZED (SELECT ${thread} AS postid, target.at AS lastviewed, ${unread} AS unreadmentions, t.lastreplyat, t.replycount,
      t.participants, t.threaddeleteat FROM target LEFT JOIN t ON true)
    SELECT ${pageColumns("x.postid", false)}, NULL AS totals, (SELECT at FROM target) AS at, EXISTS (SELECT 1 FROM move) AS moved,
      ${counted ? "NULL" : "(SELECT json_agg(candidates) FROM candidates)"} AS candidates,
      (SELECT json_build_object('following', w.following, 'unread_mentions', w.unreadmentions, 'unread_replies',
        CASE WHEN w.lastviewed = 0 THEN coalesce(t.replycount, 0) WHEN t.lastreplyat IS NULL OR w.lastviewed >= t.lastreplyat THEN 0
          ELSE (SELECT count(*) FROM posts r WHERE r.rootid = ${thread} AND r.deleteat = 0 AND r.createat + 0 > w.lastviewed) END)
        FROM was w LEFT JOIN t ON true) AS was`;
  return { text, params };
}
