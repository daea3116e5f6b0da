import { teamById } from "../../access/teams.ts";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import type { Channel } from "../../model/channel.ts";
import { newId } from "../../model/id.ts";
import type { User } from "../../model/user.ts";
import { lock } from "../../ports/sql/lock.ts";
import type { Statement } from "../../ports/sql/sql.ts";
import { doPlaceByDefault, splitCategory } from "../sidebar/default-category.ts";
import { announceRows } from "../system-posts/announce.ts";
import { systemPost } from "../system-posts/system-post.ts";
import { systemTexts } from "../system-posts/texts.ts";
import { type ChannelTexts, checkTexts } from "./check.ts";
import { joinStatements } from "./join.ts";
import {
  channelEffects,
  lastChannel,
  linkingChannels,
  mirror,
  nameTaken,
  selectChannel,
} from "./statements.ts";

export interface NewChannel extends ChannelTexts {
  team_id: string;
  type: "O" | "P";
}

/** Makes an open or private channel, its creator an administrator of it (semantics 12.4). One batch. */
export async function doCreateChannel(ctx: Context, creator: User, wanted: NewChannel): Promise<Channel> {
  const checked = checkTexts(wanted);
  const { category = "", ...own } = splitCategory(ctx.config, checked.display_name) ?? {};
  const fields = { ...checked, ...own, category };
  const team = await teamById(ctx, fields.team_id);
  if (!team || team.delete_at > 0) throw fail("app.team.get.find.app_error");
  const max = ctx.config.TeamSettings.MaxChannelsPerTeam;
  const id = newId();
  const at = Date.now();
  const joined = systemPost("system_join_channel", {
    channel: { id },
    user: creator,
    message: systemTexts.system_join_channel(creator.username),
    at,
  });
  let results: Awaited<ReturnType<Context["sql"]["batch"]>>;
  try {
    results = await ctx.sql.batch([
      lock(`channels ${team.id}`),
      insertChannel(id, fields, creator.id, at, max),
      mirror(id),
      ...joinStatements(id, creator.id, { schemeAdmin: true, at }),
      joined.statement,
      linkingChannels(team.id, fields.type === "O" ? [fields.name] : []),
      selectChannel(id),
    ]);
  } catch (error) {
    throw nameTaken(error);
  }
  const channel = lastChannel(results);
  if (!channel) throw fail("api.channel.create_channel.max_channel_limit.app_error", { max });
  const [posted] = announceRows(results[4]!);
  await publish(
    ctx,
    `channel:${id}`,
    [
      envelope("channel_created", { channel_id: id, team_id: team.id }, { user_id: creator.id }),
      ...(posted?.events ?? []),
    ],
    [
      ...channelEffects(id, results[5]),
      { kind: "channel_member", op: "add", channel: id, user: creator.id },
      ...(posted?.effects ?? []),
    ],
  );
  await doPlaceByDefault(ctx, channel, [creator.id]);
  return channel;
}

/** Nothing is inserted where the team has its maximum already; the lock before it lets this count whoever came first. */
function insertChannel(
  id: string,
  fields: NewChannel & { category: string },
  creatorId: string,
  at: number,
  max: number,
): Statement {
  const text = `INSERT INTO channels (id, createat, updateat, deleteat, teamid, type, displayname, name, header, purpose,
      lastpostat, totalmsgcount, extraupdateat, creatorid, totalmsgcountroot, lastrootpostat, defaultcategoryname)
    SELECT $1, $2::bigint, $2::bigint, 0, $3::varchar, $4::channel_type, $5, $6, $7, $8, 0, 0, 0, $9, 0, 0, $11
    WHERE (SELECT count(*) FROM channels WHERE teamid = $3 AND deleteat = 0 AND type IN ('O', 'P')) < $10::bigint RETURNING id`;
  const { team_id, type, display_name, name, header, purpose, category } = fields;
  return {
    text,
    params: [id, at, team_id, type, display_name, name, header, purpose, creatorId, max, category],
  };
}
