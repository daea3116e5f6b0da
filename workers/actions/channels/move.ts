import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { publish } from "../../events/publish.ts";
import type { Channel } from "../../model/channel.ts";
import type { Team } from "../../model/team.ts";
import type { User } from "../../model/user.ts";
import type { Row, Statement } from "../../ports/sql/sql.ts";
import { announceRows } from "../system-posts/announce.ts";
import { statementOf } from "../system-posts/system-post.ts";
import { systemTexts } from "../system-posts/texts.ts";
import { type ChannelTexts, checkTexts } from "./check.ts";
import { leaveCtes, leftEvents } from "./members/leave.ts";
import { CHANGED_HERE, channelEffects, lastChannel, mirror, nameTaken, selectChannel } from "./statements.ts";
import { updatedEvent } from "./update.ts";

/** Whether member `m` may not come along to team $2. */
const STAYS = `(EXISTS (SELECT FROM users u WHERE u.id = m.userid AND u.deleteat > 0) OR NOT EXISTS
  (SELECT FROM teammembers t WHERE t.teamid = $2 AND t.userid = m.userid AND t.deleteat = 0))`;

/** What else belongs to a channel's team, once it has moved to team $2. */
function follow(id: string, teamId: string): Statement[] {
  const moved = `EXISTS (SELECT FROM channels c WHERE c.id = $1 AND c.teamid = $2 AND ${CHANGED_HERE})`;
  return [
    `UPDATE incomingwebhooks SET teamid = $2 WHERE channelid = $1 AND ${moved}`,
    `UPDATE outgoingwebhooks SET teamid = $2 WHERE channelid = $1 AND ${moved}`,
    `UPDATE threads SET threadteamid = $2 WHERE channelid = $1 AND ${moved}`,
    `DELETE FROM sidebarchannels WHERE channelid = $1 AND ${moved}`,
  ].map((text) => ({ text, params: [id, teamId] }));
}

/** Moves a channel to another team (semantics 12.15); `force` first removes members who are not in it. One batch. */
export async function doMoveChannel(
  ctx: Context,
  user: User,
  channel: Channel,
  teams: { from: Team | undefined; to: Team },
  force: boolean,
): Promise<Channel> {
  if (channel.type === "D" || channel.type === "G") throw fail("api.channel.move_channel.type.invalid");
  const { id } = channel;
  const { from, to } = teams;
  const at = Math.max(Date.now(), channel.update_at + 1);
  const message = systemTexts.system_move_channel(from?.name ?? "");
  const props = { username: user.username };
  const post = { type: "system_move_channel", channel: id, user: user.id, message, props, at } as const;
  const results = await runBatch(ctx, [
    {
      text: `WITH ${leaveCtes("$1", `$4::boolean AND ${STAYS}`, "$3::bigint")} ids AS (SELECT userid FROM gone) SELECT userid FROM ids`,
      params: [id, to.id, at, force],
    },
    {
      text: `UPDATE channels SET teamid = $2, updateat = $3::bigint WHERE id = $1 AND NOT EXISTS
        (SELECT FROM channelmembers m WHERE m.channelid = $1 AND ${STAYS}) RETURNING id`,
      params: [id, to.id, at],
    },
    ...follow(id, to.id),
    mirror(id),
    statementOf([post], { where: "c.teamid = $2", params: [to.id] }),
    selectChannel(id),
  ]);
  if (results[1]!.length === 0) throw fail("app.channel.move_channel.members_do_not_match.error");
  const after = lastChannel(results);
  const left = results[0]!.map((row) => leftEvents(id, String(row.userid), user.id));
  const [posted] = announceRows(results.at(-2)!);
  await publish(
    ctx,
    `channel:${id}`,
    [...left.flatMap((gone) => gone.events), ...(posted?.events ?? []), updatedEvent(after)],
    [
      ...channelEffects(id),
      { kind: "outgoing_hooks", team: to.id },
      ...left.flatMap((gone) => gone.effects),
      ...(posted?.effects ?? []),
    ],
  );
  return after;
}

/** Makes a private channel of a group message (semantics 12.16). Members are read first, then one batch. */
export async function doConvertGroup(
  ctx: Context,
  user: User,
  channel: Channel,
  team: Team,
  texts: Pick<ChannelTexts, "name" | "display_name">,
): Promise<Channel> {
  if (channel.type !== "G") throw fail("app.channel.group_message_conversion.original_channel_not_gm");
  const { id } = channel;
  const { name, display_name } = checkTexts(texts);
  const at = Math.max(Date.now(), channel.update_at + 1);
  const members = await ctx.sql.query<{ id: string; username: string }>(
    "SELECT u.id, u.username FROM channelmembers m JOIN users u ON u.id = m.userid WHERE m.channelid = $1 ORDER BY u.username",
    [id],
  );
  const message = systemTexts.system_gm_to_channel(
    user.username,
    members.map((member) => member.username).join(", "),
  );
  const props = {
    convertedByUserId: user.id,
    gmMembersDuringConversionIDs: members.map((member) => member.id),
  };
  const post = { type: "system_gm_to_channel", channel: id, user: user.id, message, props, at } as const;
  const results = await runBatch(ctx, [
    {
      text: `UPDATE channels SET type = 'P', teamid = $2, name = $3, displayname = $4, updateat = $5::bigint
        WHERE id = $1 AND type = 'G' AND NOT EXISTS (SELECT FROM channelmembers m WHERE m.channelid = $1 AND NOT EXISTS
          (SELECT FROM teammembers t WHERE t.teamid = $2 AND t.userid = m.userid AND t.deleteat = 0))
        RETURNING id`,
      params: [id, team.id, name, display_name, at],
    },
    ...follow(id, team.id),
    {
      text: `UPDATE channelmembers SET schemeadmin = true, lastupdateat = $4::bigint WHERE channelid = $1 AND userid = $3
        AND NOT coalesce(schemeguest, false) AND EXISTS (SELECT FROM channels c WHERE c.id = $1 AND c.teamid = $2 AND ${CHANGED_HERE})`,
      params: [id, team.id, user.id, at],
    },
    statementOf([post], { where: CHANGED_HERE }),
    selectChannel(id),
  ]);
  const after = lastChannel(results);
  if (after.type !== "G" && results[0]!.length === 0)
    throw fail("app.channel.group_message_conversion.original_channel_not_gm");
  if (results[0]!.length === 0) throw fail("app.channel.group_message_conversion.incorrect_team");
  const [posted] = announceRows(results.at(-2)!);
  await publish(
    ctx,
    `channel:${id}`,
    [...(posted?.events ?? []), updatedEvent(after)],
    [
      ...channelEffects(id),
      { kind: "channel_member", op: "change", channel: id, user: user.id },
      ...(posted?.effects ?? []),
    ],
  );
  return after;
}

async function runBatch(ctx: Context, statements: Statement[]): Promise<Row[][]> {
  try {
    return await ctx.sql.batch(statements);
  } catch (error) {
    throw nameTaken(error);
  }
}
