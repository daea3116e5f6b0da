import { teamById } from "../../access/teams.ts";
import type { Context } from "../../context.ts";
import { publish } from "../../events/publish.ts";
import { log } from "../../log/log.ts";
import type { Channel } from "../../model/channel.ts";
import type { PostRow } from "../../model/post.ts";
import { doTellUser, systemBot } from "../bots/system-bot.ts";
import { ephemeralEvent, ephemeralPost } from "../posts/ephemeral.ts";

/** At most so many in one run; the next one goes on. */
const BATCH = 500;

/**
 * Reminds `userId` of a post at `targetTime` (seconds), instead of when it was to be before, and tells the user so
 * (semantics 17.5). One batch: the upsert, and the names for the confirmation.
 */
export async function doSetReminder(
  ctx: Context,
  userId: string,
  post: PostRow,
  channel: Channel,
  targetTime: number,
): Promise<void> {
  const [, names] = await ctx.sql.batch([
    {
      text: `INSERT INTO postreminders (postid, userid, targettime) VALUES ($1, $2, $3::bigint)
        ON CONFLICT (postid, userid) DO UPDATE SET targettime = excluded.targettime`,
      params: [post.id, userId, targetTime],
    },
    { text: "SELECT username FROM users WHERE id = $1", params: [post.user_id] },
  ]);
  const username = String(names![0]?.username ?? "");
  const team = channel.team_id ? await teamById(ctx, channel.team_id) : undefined;
  const teamName = team?.name ?? "";
  const at = new Date(targetTime * 1_000).toUTCString();
  const confirmation = ephemeralPost({
    channelId: channel.id,
    userId,
    rootId: post.root_id || post.id,
    message: `You will be reminded of ${linkTo(ctx, teamName, post.id)} by @${username} at ${at}.`,
    props: { target_time: targetTime, team_name: teamName, post_id: post.id, username, type: "reminder" },
  });
  await publish(ctx, `user:${userId}`, [ephemeralEvent(userId, confirmation)]);
}

interface Due {
  user_id: string;
  post_id: string;
  username: string;
  team_name: string;
}

/** Due reminders go, whether they can be delivered or not; those of posts and users that are gone are not delivered. */
const TAKE = `WITH due AS (
    DELETE FROM postreminders WHERE (postid, userid) IN (
      SELECT postid, userid FROM postreminders WHERE targettime <= $1::bigint ORDER BY targettime LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
    RETURNING postid, userid)
  SELECT d.userid AS user_id, d.postid AS post_id, a.username, coalesce(t.name, '') AS team_name
  FROM due d JOIN posts p ON p.id = d.postid AND p.deleteat = 0 JOIN users u ON u.id = d.userid AND u.deleteat = 0
    JOIN channels c ON c.id = p.channelid JOIN users a ON a.id = p.userid LEFT JOIN teams t ON t.id = c.teamid`;

/**
 * Scheduled work: delivers what is due by now, as posts of the system bot (semantics 17.5). To be run by the leader every few
 * minutes; two runs at once deliver nothing twice. Returns how many were delivered.
 */
export async function deliverReminders(ctx: Context): Promise<number> {
  const due = await ctx.sql.query<Due>(TAKE, [Math.floor(Date.now() / 1_000)]);
  if (due.length === 0) return 0;
  const bot = await systemBot(ctx);
  let delivered = 0;
  for (const { user_id, post_id, username, team_name } of due) {
    const message = `Hi there, here is your reminder about this message from @${username}: ${linkTo(ctx, team_name, post_id)}`;
    const props = { team_name, post_id, username };
    try {
      await doTellUser(ctx, bot, user_id, { message, type: "reminder", props });
      delivered++;
    } catch (error) {
      log.error("reminder not delivered", { post_id, error: String(error) });
    }
  }
  return delivered;
}

/** Without a team, the client finds the post by itself (improves on semantics 17.8). */
function linkTo(ctx: Context, teamName: string, postId: string): string {
  return `${ctx.config.ServiceSettings.SiteURL}/${teamName || "_redirect"}/pl/${postId}`;
}
