import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { type Effect, envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { DEFAULT_CHANNEL } from "../../model/channel.ts";
import type { Team } from "../../model/team.ts";
import type { User } from "../../model/user.ts";
import type { Row, Statement } from "../../ports/sql/sql.ts";
import { announceRows } from "../system-posts/announce.ts";
import { statementOf } from "../system-posts/system-post.ts";
import { systemTexts } from "../system-posts/texts.ts";

/**
 * Ends a user's membership of a team and of its channels (semantics 13.5), in one round trip. `actor`: who removes him,
 * where that is somebody else. Throws 404 for one who is no member.
 */
export async function doLeaveTeam(
  ctx: Context,
  team: Team,
  user: User,
  actor?: Pick<User, "id">,
): Promise<void> {
  const now = Date.now();
  const statements = leaveStatements(team, user, now);
  const posted = statements.length;
  if (ctx.config.ServiceSettings.ExperimentalEnableDefaultChannelLeaveJoinMessages) {
    statements.push(leavePost(team, user, actor !== undefined && actor.id !== user.id, now));
  }
  const rows = await ctx.sql.batch(statements);
  if (rows[0]!.length === 0) throw fail("app.team.get_member.missing.app_error");
  await notifyLeft(ctx, team, user, rows[1]!);
  for (const { channelId, events, effects } of announceRows(rows[posted] ?? [])) {
    await publish(ctx, `channel:${channelId}`, events, effects);
  }
}

/** Whether this batch has ended the membership. */
const ENDED = (team: string, user: string) => `EXISTS (SELECT FROM teammembers m
  WHERE m.teamid = ${team} AND m.userid = ${user} AND m.deleteat > 0 AND m.xmin = pg_current_xact_id()::xid)`;

function leaveStatements(team: Team, user: User, now: number): Statement[] {
  const ids = [team.id, user.id];
  const ended = ENDED("$1", "$2");
  return [
    {
      text: "UPDATE teammembers SET deleteat = $3, roles = '' WHERE teamid = $1 AND userid = $2 AND deleteat = 0 RETURNING userid",
      params: [...ids, now],
    },
    {
      text: `DELETE FROM channelmembers x USING channels c
        WHERE c.teamid = $1 AND x.channelid = c.id AND x.userid = $2 AND ${ended} RETURNING x.channelid`,
      params: ids,
    },
    {
      text: `DELETE FROM threadmemberships m USING posts p, channels c
        WHERE m.userid = $2 AND p.id = m.postid AND c.id = p.channelid AND c.teamid = $1 AND ${ended}`,
      params: ids,
    },
    { text: `UPDATE users SET updateat = $3 WHERE id = $2 AND ${ended}`, params: [...ids, now] },
    {
      text: `DELETE FROM sidebarchannels s USING sidebarcategories g
        WHERE g.userid = $2 AND g.teamid = $1 AND s.categoryid = g.id AND s.userid = $2 AND ${ended}`,
      params: ids,
    },
    { text: `DELETE FROM sidebarcategories WHERE userid = $2 AND teamid = $1 AND ${ended}`, params: ids },
    { text: `DELETE FROM preferences WHERE userid = $2 AND category = $1 AND ${ended}`, params: ids },
  ];
}

/** In town-square (semantics 6.1). */
function leavePost(team: Team, user: User, removed: boolean, at: number): Statement {
  const type = removed ? "system_remove_from_team" : "system_leave_team";
  const post = {
    type,
    user: user.id,
    message: systemTexts[type](user.username),
    props: { username: user.username },
    at,
  } as const;
  return statementOf([post], {
    channel: `c.teamid = $2 AND c.name = '${DEFAULT_CHANNEL}'`,
    where: ENDED("$2", "$3"),
    params: [team.id, user.id],
  });
}

async function notifyLeft(ctx: Context, team: Team, user: User, left: Row[]): Promise<void> {
  const effects: Effect[] = [
    { kind: "team_member", op: "remove", team: team.id, user: user.id },
    ...left.map(
      (row): Effect => ({
        kind: "channel_member",
        op: "remove",
        channel: row.channelid as string,
        user: user.id,
      }),
    ),
    { kind: "user", id: user.id },
    { kind: "preferences", user: user.id },
  ];
  const data = { user_id: user.id, team_id: team.id };
  const events = [
    envelope("leave_team", data, { team_id: team.id, omit_users: [user.id] }),
    envelope("leave_team", data, { user_id: user.id }),
  ];
  await publish(ctx, `team:${team.id}`, events, effects);
}
