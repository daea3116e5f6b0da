import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { newId } from "../../model/id.ts";
import {
  SCHEDULED_COLUMNS,
  type ScheduledPost,
  type ScheduledPostRow,
  toScheduledPost,
} from "../../model/scheduled-post.ts";
import type { Row, Statement } from "../../ports/sql/sql.ts";

/** Checked by the route. */
export interface ScheduledValues {
  message: string;
  props: Record<string, unknown>;
  fileIds: string[];
  priority: Record<string, unknown>;
  /** ms */
  scheduledAt: number;
}

export interface ScheduledPlace {
  userId: string;
  channelId: string;
  /** "" for one that is no reply. */
  rootId: string;
  type: string;
}

const byId = (id: string): Statement => ({
  text: `SELECT ${SCHEDULED_COLUMNS} FROM scheduledposts s WHERE s.id = $1`,
  params: [id],
});
const one = (rows: Row[] | undefined) =>
  rows?.[0] ? toScheduledPost(rows[0] as unknown as ScheduledPostRow) : undefined;

/** What the user has scheduled in a team, and with `direct` in direct and group channels, next first. One query. */
export async function scheduledPostsOf(
  ctx: Context,
  userId: string,
  teamId: string,
  direct: boolean,
): Promise<Record<string, ScheduledPost[]>> {
  const rows = await ctx.sql.query<ScheduledPostRow & { team_id: string }>(
    `SELECT ${SCHEDULED_COLUMNS}, c.teamid AS team_id FROM scheduledposts s JOIN channels c ON c.id = s.channelid
     WHERE s.userid = $1 AND c.teamid = ANY($2::text[]) ORDER BY s.scheduledat, s.id`,
    [userId, direct ? [teamId, ""] : [teamId]],
  );
  const answer: Record<string, ScheduledPost[]> = { [teamId]: [] };
  if (direct) answer.directChannels = [];
  for (const { team_id, ...row } of rows) answer[team_id || "directChannels"]!.push(toScheduledPost(row));
  return answer;
}

/** The scheduled post, whoever's it is. One query. Throws 404. */
export async function scheduledPostOf(ctx: Context, id: string): Promise<ScheduledPost> {
  const { text, params } = byId(id);
  const [row] = await ctx.sql.query<ScheduledPostRow>(text, params!);
  if (!row) throw fail("app.scheduled_post.get.app_error");
  return toScheduledPost(row);
}

/** Schedules a post and tells the user's other connections (semantics 17.3). One batch. */
export async function doSchedulePost(
  ctx: Context,
  { userId, channelId, rootId, type }: ScheduledPlace,
  values: ScheduledValues,
  connectionId: string,
): Promise<ScheduledPost> {
  const id = newId();
  const [, rows] = await ctx.sql.batch([
    {
      text: `INSERT INTO scheduledposts (id, createat, updateat, userid, channelid, rootid, message, props, fileids, priority,
          scheduledat, processedat, errorcode, type)
        VALUES ($1, $2::bigint, $2::bigint, $3, $4, $5, $6, $7, $8, $9, $10::bigint, 0, '', $11)`,
      params: [
        id,
        Date.now(),
        userId,
        channelId,
        rootId,
        values.message,
        JSON.stringify(values.props),
        JSON.stringify(values.fileIds),
        JSON.stringify(values.priority),
        values.scheduledAt,
        type,
      ],
    },
    byId(id),
  ]);
  const scheduled = one(rows)!;
  await notifyScheduled(ctx, "scheduled_post_created", scheduled, connectionId);
  return scheduled;
}

/** Changes what may change (semantics 17.4); one that could not be sent waits again. One batch. Throws 400. */
export async function doUpdateScheduledPost(
  ctx: Context,
  id: string,
  values: ScheduledValues,
  connectionId: string,
): Promise<ScheduledPost> {
  const [, rows] = await ctx.sql.batch([
    {
      text: `UPDATE scheduledposts SET updateat = greatest($2::bigint, updateat + 1), message = $3, props = $4, fileids = $5,
          priority = $6, scheduledat = $7::bigint, processedat = 0, errorcode = '' WHERE id = $1`,
      params: [
        id,
        Date.now(),
        values.message,
        JSON.stringify(values.props),
        JSON.stringify(values.fileIds),
        JSON.stringify(values.priority),
        values.scheduledAt,
      ],
    },
    byId(id),
  ]);
  const scheduled = one(rows);
  if (!scheduled) throw fail("app.scheduled_post.sent.app_error");
  await notifyScheduled(ctx, "scheduled_post_updated", scheduled, connectionId);
  return scheduled;
}

/** Forgets a scheduled post. One query. Throws 404. */
export async function doDeleteScheduledPost(
  ctx: Context,
  scheduled: ScheduledPost,
  connectionId: string,
): Promise<void> {
  const gone = await ctx.sql.query("DELETE FROM scheduledposts WHERE id = $1 RETURNING id", [scheduled.id]);
  if (gone.length === 0) throw fail("app.scheduled_post.get.app_error");
  await notifyScheduled(ctx, "scheduled_post_deleted", scheduled, connectionId);
}

/** Tells the user's connections but `connectionId`. */
export async function notifyScheduled(
  ctx: Context,
  event: "scheduled_post_created" | "scheduled_post_updated" | "scheduled_post_deleted",
  scheduled: ScheduledPost,
  connectionId = "",
): Promise<void> {
  const { user_id } = scheduled;
  const message = envelope(
    event,
    { scheduledPost: JSON.stringify(scheduled) },
    { user_id, omit_connection_id: connectionId },
  );
  await publish(ctx, `user:${user_id}`, [message]);
}
