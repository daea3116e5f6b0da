import type { Context } from "../../context.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { sanitizeTeam, type Team } from "../../model/team.ts";

const OF_TEAM = "(SELECT id FROM channels WHERE teamid = $1)";
const POSTS_OF_TEAM = `(SELECT id FROM posts WHERE channelid IN ${OF_TEAM})`;

/** Removes a team with everything in it, for good (semantics 13.6). Stored files stay in the file store. */
export async function doDeleteTeam(ctx: Context, team: Team): Promise<void> {
  const texts = [
    `DELETE FROM reactions WHERE postid IN ${POSTS_OF_TEAM}`,
    `DELETE FROM threadmemberships WHERE postid IN ${POSTS_OF_TEAM}`,
    `DELETE FROM threads WHERE channelid IN ${OF_TEAM}`,
    `DELETE FROM postspriority WHERE channelid IN ${OF_TEAM}`,
    `DELETE FROM postreminders WHERE postid IN ${POSTS_OF_TEAM}`,
    `DELETE FROM drafts WHERE channelid IN ${OF_TEAM}`,
    `DELETE FROM scheduledposts WHERE channelid IN ${OF_TEAM}`,
    `DELETE FROM fileinfo WHERE channelid IN ${OF_TEAM} OR postid IN ${POSTS_OF_TEAM}`,
    `DELETE FROM posts WHERE channelid IN ${OF_TEAM}`,
    `DELETE FROM sidebarchannels WHERE channelid IN ${OF_TEAM}`,
    "DELETE FROM sidebarcategories WHERE teamid = $1",
    `DELETE FROM channelbookmarks WHERE channelid IN ${OF_TEAM}`,
    `DELETE FROM channelmemberhistory WHERE channelid IN ${OF_TEAM}`,
    `DELETE FROM channelmembers WHERE channelid IN ${OF_TEAM}`,
    "DELETE FROM incomingwebhooks WHERE teamid = $1",
    "DELETE FROM outgoingwebhooks WHERE teamid = $1",
    "DELETE FROM commands WHERE teamid = $1",
    "DELETE FROM preferences WHERE category = $1",
    "DELETE FROM publicchannels WHERE teamid = $1",
    "DELETE FROM channels WHERE teamid = $1",
    "DELETE FROM teammembers WHERE teamid = $1",
    "DELETE FROM teams WHERE id = $1",
  ];
  await ctx.sql.batch(texts.map((text) => ({ text, params: [team.id] })));
  const shown = sanitizeTeam({ ...team, delete_at: Date.now() }, { manage: false, invite: false });
  const events = [envelope("delete_team", { team: JSON.stringify(shown) }, { team_id: team.id })];
  // So much is gone that naming it all would cost more than loading afresh.
  await publish(ctx, `team:${team.id}`, events, [{ kind: "all" }]);
}
