import { channelById } from "../../access/channels.ts";
import { isRestrictedDirect } from "../../access/direct.ts";
import { subjectOf } from "../../access/identity.ts";
import { Rights, rolePermissions } from "../../access/permissions.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors/app-error.ts";
import { log } from "../../log/log.ts";
import {
  SCHEDULED_COLUMNS,
  type ScheduledPost,
  type ScheduledPostError,
  type ScheduledPostRow,
  toScheduledPost,
} from "../../model/scheduled-post.ts";
import { doCreatePost, idFor } from "../posts/create.ts";
import { propsForUser } from "../posts/draft.ts";
import { notifyScheduled } from "./store.ts";

/** At most so many in one run; the next one goes on. */
const BATCH = 100;
/** What could not be sent for so long is not sent any more, ms. */
const TOO_LATE = 24 * 60 * 60 * 1_000;

const DUE = `SELECT ${SCHEDULED_COLUMNS} FROM scheduledposts s WHERE coalesce(s.processedat, 0) = 0
  AND coalesce(s.errorcode, '') = '' AND s.scheduledat <= $1::bigint ORDER BY s.scheduledat, s.id LIMIT ${BATCH}`;

/**
 * Scheduled work: posts what is due by now as its author, whose rights are looked at again (semantics 17.3). To be run by the
 * leader. The post's id follows from the scheduled post's, so a run that another cut short, or two at once, post nothing
 * twice. Returns how many were posted.
 */
export async function sendScheduledPosts(ctx: Context): Promise<number> {
  if (!ctx.config.ServiceSettings.ScheduledPosts) return 0;
  const now = Date.now();
  const due = await ctx.sql.query<ScheduledPostRow>(DUE, [now]);
  let sent = 0;
  for (const row of due) {
    const scheduled = toScheduledPost(row);
    try {
      const late = scheduled.scheduled_at < now - TOO_LATE;
      const error = late ? "unable_to_send" : await send(ctx, scheduled);
      if (error) await keep(ctx, scheduled, error);
      else {
        sent++;
        await forget(ctx, scheduled);
      }
    } catch (error) {
      // The database or the bus: tried again in the next run.
      log.error("scheduled post not sent", { scheduled_post_id: scheduled.id, error: String(error) });
    }
  }
  return sent;
}

/** Posts it; why not, where its author may not or it cannot be. */
async function send(ctx: Context, scheduled: ScheduledPost): Promise<ScheduledPostError | undefined> {
  const [subject, channel] = [
    await subjectOf(ctx, scheduled.user_id),
    await channelById(ctx, scheduled.channel_id),
  ];
  if (!subject) return "user_missing";
  if (subject.user.delete_at > 0) return "user_deleted";
  if (!channel) return "channel_not_found";
  if (channel.delete_at > 0) return "channel_archived";
  const rights = new Rights(await rolePermissions(ctx), subject);
  if (!rights.isMember(channel.id)) return "no_channel_member";
  if (!rights.createPost(channel)) return "no_channel_permission";
  if (scheduled.file_ids.length > 0 && !rights.channel(channel, "upload_file"))
    return "no_channel_permission";
  if (await isRestrictedDirect(ctx, channel)) return "restricted_dm";
  if (scheduled.message === "" && scheduled.file_ids.length === 0 && !(await isPosted(ctx, scheduled)))
    return "invalid_post";
  const { message, root_id: rootId, type, file_ids: fileIds } = scheduled;
  const draft = {
    channel,
    author: subject.user,
    rootId,
    message,
    type,
    props: await propsForUser(ctx, channel, rights, message, { ...scheduled.props }),
    fileIds,
    priority: rootId ? "" : String(scheduled.priority.priority ?? ""),
    pendingPostId: pendingId(scheduled),
    createAt: 0,
  };
  try {
    await doCreatePost(ctx, draft, { rights, setOnline: false, markViewed: true, once: true, fires: true });
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    if (error.id === "api.post.create_post.root_id.app_error") return "thread_deleted";
    return error.id === "api.post.create_post.can_not_post_to_deleted.error"
      ? "channel_archived"
      : "invalid_post";
  }
}

const pendingId = ({ id }: ScheduledPost) => `scheduled:${id}`;

/** Whether a run that was cut short has posted it: then its files are no longer the author's to attach. */
async function isPosted(ctx: Context, scheduled: ScheduledPost): Promise<boolean> {
  const rows = await ctx.sql.query("SELECT id FROM posts WHERE id = $1", [
    idFor(scheduled.user_id, pendingId(scheduled)),
  ]);
  return rows.length > 0;
}

async function forget(ctx: Context, scheduled: ScheduledPost): Promise<void> {
  const gone = await ctx.sql.query("DELETE FROM scheduledposts WHERE id = $1 RETURNING id", [scheduled.id]);
  if (gone.length > 0) await notifyScheduled(ctx, "scheduled_post_deleted", scheduled);
}

/** Keeps it with its error, unless its author has changed it meanwhile. */
async function keep(ctx: Context, scheduled: ScheduledPost, error: ScheduledPostError): Promise<void> {
  const at = Date.now();
  const kept = await ctx.sql.query(
    `UPDATE scheduledposts SET processedat = $2::bigint, errorcode = $3 WHERE id = $1 AND updateat = $4::bigint RETURNING id`,
    [scheduled.id, at, error, scheduled.update_at],
  );
  if (kept.length === 0) return;
  await notifyScheduled(ctx, "scheduled_post_updated", { ...scheduled, processed_at: at, error_code: error });
}
