import { caches } from "../../cache/caches.ts";
import type { Context } from "../../context.ts";

/** Members of a channel whose setting makes them follow every thread of it (semantics 3.4); read once, then cached. */
export async function autoFollowers(ctx: Context, channelId: string): Promise<string[]> {
  const ids = await caches.autoFollow.load(channelId, async () => {
    const rows = await ctx.sql.query<{ userid: string }>(
      "SELECT userid FROM channelmembers WHERE channelid = $1 AND notifyprops->>'channel_auto_follow_threads' = 'on'",
      [channelId],
    );
    return rows.map((row) => row.userid);
  });
  return [...ids!];
}
