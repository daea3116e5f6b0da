import { scheduleDaily } from "../../workers/actions/jobs/retention.ts";
import { runJobs } from "../../workers/actions/jobs/run.ts";
import { tidyUp } from "../../workers/actions/jobs/tidy.ts";
import { notifyExpired } from "../../workers/actions/notifications/expired.ts";
import { deliverReminders } from "../../workers/actions/reminders/reminders.ts";
import { sendScheduledPosts } from "../../workers/actions/scheduled-posts/send.ts";
import type { Context } from "../../workers/context.ts";
import { membership } from "../../workers/ports/cluster/membership.ts";

/** Work of the whole install, once a minute on the node that leads; each piece is safe to run twice. */
export async function runScheduled(ctx: Context): Promise<void> {
  if (!membership.leads) return;
  await deliverReminders(ctx);
  await sendScheduledPosts(ctx);
  await scheduleDaily(ctx);
  ctx.background(notifyExpired(ctx));
  ctx.background(tidyUp(ctx));
  // Takes its time: the next minute does not wait for it.
  ctx.background(workOff(ctx));
}

/** Runs the jobs that wait, as long as this node leads. */
export const workOff = (ctx: Context): Promise<void> => runJobs(ctx, () => membership.leads);
