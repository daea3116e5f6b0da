import { caches } from "../../cache/caches.ts";
import type { Context } from "../../context.ts";

/** Whether a user reads threads collapsed (semantics 3.2). Asks the database only where users may choose. */
export async function collapsedThreads(ctx: Context, userId: string): Promise<boolean> {
  const mode = ctx.config.ServiceSettings.CollapsedThreads;
  if (mode === "always_on") return true;
  if (mode === "disabled") return false;
  const chosen = await caches.collapsedThreads.load(userId, async () => {
    const [row] = await ctx.sql.query<{ value: string }>(
      "SELECT value FROM preferences WHERE userid = $1 AND category = 'display_settings' AND name = 'collapsed_reply_threads'",
      [userId],
    );
    return row?.value ?? "";
  });
  return chosen ? chosen === "on" : mode === "default_on";
}
