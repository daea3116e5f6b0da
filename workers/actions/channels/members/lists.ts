import type { Context } from "../../../context.ts";
import { channelOf } from "../../../model/channel.ts";
import { type ChannelMember, MEMBER_COLUMNS } from "../../../model/channel-member.ts";
import type { Param } from "../../../ports/sql/sql.ts";

/** A page of a channel's members, in the order of the primary key: the cost is the page's, not the channel's. */
export function membersOf(
  ctx: Context,
  channelId: string,
  page: { perPage: number; offset: number },
): Promise<ChannelMember[]> {
  return ctx.sql.query<ChannelMember>(
    `SELECT ${MEMBER_COLUMNS} FROM channelmembers m WHERE m.channelid = $1 ORDER BY m.userid LIMIT $2::bigint OFFSET $3::bigint`,
    [channelId, page.perPage, page.offset],
  );
}

/** Those of `userIds` that are members. */
export function membersByIds(ctx: Context, channelId: string, userIds: string[]): Promise<ChannelMember[]> {
  return ctx.sql.query<ChannelMember>(
    `SELECT ${MEMBER_COLUMNS} FROM channelmembers m WHERE m.channelid = $1 AND m.userid = ANY($2::text[])`,
    [channelId, userIds],
  );
}

/** A user's memberships of a team's channels and of direct and group channels, as the JSON of ChannelMember[]. */
export function membershipsInTeam(ctx: Context, userId: string, teamId: string): Promise<string> {
  return jsonOf(
    ctx,
    `SELECT ${MEMBER_COLUMNS} FROM channelmembers m ${channelOf("m.channelid")}
      WHERE m.userid = $1 AND c.teamid = ANY(ARRAY[$2, '']) ORDER BY m.channelid`,
    [userId, teamId],
  );
}

/**
 * A user's memberships of all teams, with the teams; a page, or all, as the JSON of ChannelMember[] with
 * `team_display_name`, `team_name` and `team_update_at`.
 */
export function allMemberships(
  ctx: Context,
  userId: string,
  page?: { perPage: number; offset: number },
): Promise<string> {
  return jsonOf(
    ctx,
    `SELECT ${MEMBER_COLUMNS}, coalesce(t.displayname, '') AS team_display_name, coalesce(t.name, '') AS team_name,
        coalesce(t.updateat, 0) AS team_update_at
      FROM channelmembers m JOIN channels c ON c.id = m.channelid LEFT JOIN teams t ON t.id = c.teamid
      WHERE m.userid = $1 ORDER BY m.channelid ${page ? "LIMIT $2::bigint OFFSET $3::bigint" : ""}`,
    [userId, ...(page ? [page.perPage, page.offset] : [])],
  );
}

/** The rows as JSON, made by the database: what nobody looks into on its way needs not be taken apart. */
async function jsonOf(ctx: Context, text: string, params: Param[]): Promise<string> {
  const [row] = await ctx.sql.query<{ list: string }>(
    `SELECT coalesce(json_agg(x), '[]')::text AS list FROM (${text}) x`,
    params,
  );
  return row!.list;
}

/** A user's unread counts in a channel (semantics 9.5). */
export interface ChannelUnread {
  team_id: string;
  channel_id: string;
  msg_count: number;
  mention_count: number;
  mention_count_root: number;
  urgent_mention_count: number;
  msg_count_root: number;
}

/** Undefined for who is no member, and for an archived channel (semantics 9.5). */
export async function unreadOf(
  ctx: Context,
  channelId: string,
  userId: string,
): Promise<ChannelUnread | undefined> {
  const unread = (total: string, read: string) =>
    `CASE WHEN m.notifyprops ->> 'mark_unread' = 'mention' THEN 0 ELSE greatest(coalesce(${total}, 0) - coalesce(${read}, 0), 0) END`;
  const [row] = await ctx.sql.query<ChannelUnread>(
    `SELECT c.teamid AS team_id, c.id AS channel_id, ${unread("c.totalmsgcount", "m.msgcount")} AS msg_count,
        m.mentioncount AS mention_count, coalesce(m.mentioncountroot, 0) AS mention_count_root,
        coalesce(m.urgentmentioncount, 0) AS urgent_mention_count,
        ${unread("c.totalmsgcountroot", "m.msgcountroot")} AS msg_count_root
      FROM channelmembers m JOIN channels c ON c.id = m.channelid AND c.deleteat = 0 WHERE m.channelid = $1 AND m.userid = $2`,
    [channelId, userId],
  );
  return row;
}
