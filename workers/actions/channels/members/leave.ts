import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import { type Effect, type Envelope, envelope } from "../../../events/envelope.ts";
import { publish } from "../../../events/publish.ts";
import { type Channel, DEFAULT_CHANNEL } from "../../../model/channel.ts";
import type { User } from "../../../model/user.ts";
import { announceRows } from "../../system-posts/announce.ts";
import { type SystemPostInput, statementOf } from "../../system-posts/system-post.ts";
import { systemTexts } from "../../system-posts/texts.ts";

/**
 * CTEs, each ending with a comma, that remove the members `m` of channel `channel` whom `who` picks, with what belongs to
 * the membership (semantics 12.10). `gone` (channelid, userid, guest) is who was a member. Arguments are SQL; `at` is ms.
 */
export function leaveCtes(channel: string, who: string, at: string): string {
  return `gone AS (
      DELETE FROM channelmembers m WHERE m.channelid = ${channel} AND ${who}
      RETURNING m.channelid, m.userid, coalesce(m.schemeguest, false) AS guest),
    shelved AS (DELETE FROM sidebarchannels s USING gone g WHERE s.channelid = g.channelid AND s.userid = g.userid),
    followed AS (DELETE FROM threadmemberships t USING gone g, posts p
      WHERE t.userid = g.userid AND p.id = t.postid AND p.channelid = g.channelid),
    history AS (UPDATE channelmemberhistory h SET leavetime = ${at} FROM gone g
      WHERE h.channelid = g.channelid AND h.userid = g.userid AND h.leavetime IS NULL),`;
}

/** `user_removed` to the channel and to the user, and what caches and hubs must know (semantics 12.9, websocket 6.3). */
export function leftEvents(
  channelId: string,
  userId: string,
  removerId: string,
): { events: Envelope[]; effects: Effect[] } {
  return {
    events: [
      envelope("user_removed", { user_id: userId, remover_id: removerId }, { channel_id: channelId }),
      envelope("user_removed", { channel_id: channelId, remover_id: removerId }, { user_id: userId }),
    ],
    effects: [{ kind: "channel_member", op: "remove", channel: channelId, user: userId }],
  };
}

/** A guest who leaves his last channel of a team leaves the team (semantics 12.10). $6 is the team, $4 the time. */
const LAST_CHANNEL = `out AS (
    UPDATE teammembers t SET deleteat = $4::bigint, roles = '' FROM gone g
    WHERE g.guest AND t.teamid = $5 AND t.userid = g.userid AND t.deleteat = 0 AND NOT EXISTS (
      SELECT FROM channelmembers m JOIN channels c ON c.id = m.channelid
      WHERE m.userid = g.userid AND c.teamid = $5 AND m.channelid <> $2)
    RETURNING t.userid),
  unsorted AS (DELETE FROM sidebarchannels s USING out o, sidebarcategories k
    WHERE s.userid = o.userid AND k.id = s.categoryid AND k.userid = o.userid AND k.teamid = $5),
  uncategorised AS (DELETE FROM sidebarcategories k USING out o WHERE k.userid = o.userid AND k.teamid = $5),`;

/** Takes a member out of a channel; `remover` is the member himself where he leaves (semantics 12.10). One statement. */
export async function doRemoveMember(
  ctx: Context,
  channel: Channel,
  userId: string,
  user: User,
  remover: User,
): Promise<void> {
  const { id } = channel;
  if (channel.type === "D" || channel.type === "G")
    throw fail("api.channel.remove_channel_member.type.app_error");
  const guest = user.roles.split(" ").includes("system_guest");
  if (channel.name === DEFAULT_CHANNEL && !guest) throw fail("api.channel.remove.default.app_error");
  const at = Date.now();
  const post = leavePost(id, user, remover, at);
  const { text, params } = statementOf([post], {
    with: `${leaveCtes("$2", "m.userid = $3", "$4::bigint")}${LAST_CHANNEL}`,
    where: "EXISTS (SELECT FROM gone)",
    select: "(SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM out) AS out",
    params: [id, userId, at, channel.team_id],
  });
  const rows = await ctx.sql.query<{ gone: number; out: number }>(text, params);
  if (rows[0]!.gone === 0) throw fail("app.channel.get_member.missing.app_error");
  const [posted] = announceRows(rows as never);
  const left = leftEvents(id, userId, remover.id);
  if (rows[0]!.out > 0) leaveTeam(left, channel.team_id, userId);
  await publish(
    ctx,
    `channel:${id}`,
    [...left.events, ...(posted?.events ?? [])],
    [...left.effects, ...(posted?.effects ?? [])],
  );
}

function leaveTeam(left: { events: Envelope[]; effects: Effect[] }, teamId: string, userId: string): void {
  const data = { user_id: userId, team_id: teamId };
  left.events.push(
    envelope("leave_team", data, { team_id: teamId, omit_users: [userId] }),
    envelope("leave_team", data, { user_id: userId }),
  );
  left.effects.push({ kind: "team_member", op: "remove", team: teamId, user: userId });
}

function leavePost(channel: string, user: User, remover: User, at: number): SystemPostInput {
  if (user.id === remover.id) {
    const message = systemTexts.system_leave_channel(user.username);
    return {
      type: "system_leave_channel",
      channel,
      user: user.id,
      message,
      props: { username: user.username },
      at,
    };
  }
  const props = { removedUserId: user.id, removedUsername: user.username };
  const message = systemTexts.system_remove_from_channel(user.username);
  return { type: "system_remove_from_channel", channel, user: remover.id, message, props, at };
}
