import { deliverReminders } from "../../workers/actions/reminders/reminders.ts";
import type { Context } from "../../workers/context.ts";
import { membership } from "../../workers/ports/cluster/membership.ts";

/** Work of the whole install, once a minute on the node that leads; each piece is safe to run twice. */
export async function runScheduled(ctx: Context): Promise<void> {
  if (!membership.leads) return;
  await deliverReminders(ctx);
}
