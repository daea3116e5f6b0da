import type { Context } from "../context.ts";
import type { Channel } from "../model/channel.ts";

/** Whether a direct or group channel is closed because its members share no team (semantics 1.5). One query, and only where the setting says "team". */
export async function isRestrictedDirect(ctx: Context, channel: Channel): Promise<boolean> {
  if (
    ctx.config.TeamSettings.RestrictDirectMessage !== "team" ||
    (channel.type !== "D" && channel.type !== "G")
  )
    return false;
  const [row] = await ctx.sql.query<{ shared: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM teammembers t JOIN channelmembers c ON c.userid = t.userid AND c.channelid = $1 WHERE t.deleteat = 0
       GROUP BY t.teamid HAVING count(*) = (SELECT count(*) FROM channelmembers WHERE channelid = $1)) AS shared`,
    [channel.id],
  );
  return !row?.shared;
}
