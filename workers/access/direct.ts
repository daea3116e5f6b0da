import type { Context } from "../context.ts";
import type { Channel } from "../model/channel.ts";
import type { User } from "../model/user.ts";
import { isAdmin } from "./accounts.ts";

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

/** Whether `user` may open a direct channel with `other` (semantics 12.5). One query, and only where the setting says "team". */
export async function mayOpenDirect(ctx: Context, user: User, other: User): Promise<boolean> {
  const restricted = ctx.config.TeamSettings.RestrictDirectMessage === "team" && !isAdmin(user);
  if (!restricted || user.id === other.id) return true;
  const shared = await ctx.sql.query(
    `SELECT FROM teammembers a JOIN teammembers b ON b.teamid = a.teamid AND b.deleteat = 0 AND b.userid = $2
       JOIN teams t ON t.id = a.teamid AND t.deleteat = 0 WHERE a.userid = $1 AND a.deleteat = 0 LIMIT 1`,
    [user.id, other.id],
  );
  return shared.length > 0;
}
