import { runJobs } from "../../workers/actions/jobs/run.ts";
import { deliverReminders } from "../../workers/actions/reminders/reminders.ts";
import { sendScheduledPosts } from "../../workers/actions/scheduled-posts/send.ts";
import type { Context } from "../../workers/context.ts";
import { membership } from "../../workers/ports/cluster/membership.ts";

/** Work of the whole install, once a minute on the node that leads; each piece is safe to run twice. */
export async function runScheduled(ctx: Context): Promise<void> {
  if (!membership.leads) return;
  await deliverReminders(ctx);
  await sendScheduledPosts(ctx);
  // Takes its time: the next minute does not wait for it.
  ctx.background(runJobs(ctx, () => membership.leads));
}
