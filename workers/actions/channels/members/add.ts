import { usersByIds } from "../../../access/users.ts";
import type { Context } from "../../../context.ts";
import { type AppError, fail } from "../../../errors/app-error.ts";
import { publish } from "../../../events/publish.ts";
import type { Channel } from "../../../model/channel.ts";
import { type ChannelMember, MEMBER_COLUMNS } from "../../../model/channel-member.ts";
import type { User } from "../../../model/user.ts";
import { doPlaceByDefault } from "../../sidebar/default-category.ts";
import { announceRows } from "../../system-posts/announce.ts";
import { type SystemPostInput, statementOf } from "../../system-posts/system-post.ts";
import { systemTexts } from "../../system-posts/texts.ts";
import { notifyAddedFollowers } from "../../threads/added.ts";
import { historyInsert, joinedEvents, MEMBER_INSERT, memberValues } from "../join.ts";

interface Candidate {
  id: string;
  inactive: boolean;
  /** null: never a member of the team. */
  left_team: boolean | null;
}

interface Added {
  joined: { channelid: string; userid: string }[] | null;
  added: ChannelMember[] | null;
  present: ChannelMember[] | null;
  candidates: Candidate[] | null;
}

/**
 * Puts users into an open or private channel (semantics 12.7 to 12.9), those only who may be; one statement, after one for
 * users that are not cached. `rootId` makes the new members follow that thread. Answers the members, those who were
 * members before included; throws why the first could not join where none could.
 */
export async function doAddMembers(
  ctx: Context,
  actor: User,
  channel: Channel,
  userIds: string[],
  rootId = "",
): Promise<ChannelMember[]> {
  if (channel.type === "D" || channel.type === "G")
    throw fail("api.channel.add_user_to_channel.type.app_error");
  if (channel.delete_at > 0) throw fail("api.channel.add_user_to_channel.deleted.app_error");
  const ids = [...new Set(userIds)];
  const users = await usersByIds(ctx, ids);
  const at = Date.now();
  const posts = users.map((user) => joinPost(channel.id, user, actor, at));
  const { text, params } = statementOf(posts, {
    with: ADD,
    where: "EXISTS (SELECT FROM joined j WHERE j.userid = w.subject)",
    select: `(SELECT json_agg(k) FROM candidates k) AS candidates, (SELECT json_agg(a) FROM added a) AS added,
      (SELECT json_agg(p) FROM present p) AS present`,
    params: [channel.id, ids, channel.team_id, at, actor.id, rootId],
  });
  const rows = await ctx.sql.query<Added>(text, params);
  const { added, present, candidates } = rows[0]!;
  const members = new Map([...(present ?? []), ...(added ?? [])].map((member) => [member.user_id, member]));
  // Who could join and is neither here nor there: another request has added them since this statement began.
  const others = (candidates ?? []).filter(
    ({ id, inactive, left_team }) => !inactive && left_team === false && !members.has(id),
  );
  if (others.length > 0)
    for (const member of await membersNow(ctx, channel.id, others)) members.set(member.user_id, member);
  if (members.size === 0) throw whyNot(ids[0]!, candidates ?? []);
  if (added) {
    const joined = added.map(({ user_id }) => user_id);
    await announce(ctx, channel, added, rows);
    await doPlaceByDefault(ctx, channel, joined);
    if (rootId) await notifyAddedFollowers(ctx, channel, rootId, joined);
  }
  return ids.map((id) => members.get(id)).filter((member) => member !== undefined);
}

function membersNow(ctx: Context, channelId: string, users: { id: string }[]): Promise<ChannelMember[]> {
  return ctx.sql.query<ChannelMember>(
    `SELECT ${MEMBER_COLUMNS} FROM channelmembers m WHERE m.channelid = $1 AND m.userid = ANY($2::text[])`,
    [channelId, users.map(({ id }) => id)],
  );
}

/** $2 channel, $3 users, $4 team, $5 now, $6 who adds them (his adding counts as a mention, semantics 2.8), $7 root post. */
const ADD = `candidates AS (
    SELECT u.id, u.deleteat > 0 AS inactive, t.deleteat > 0 AS left_team
    FROM users u LEFT JOIN teammembers t ON t.teamid = $4 AND t.userid = u.id WHERE u.id = ANY($3::text[])),
  -- Who is leaving the team at this moment is waited for, and who leaves it next waits for this.
  seated AS (
    SELECT t.userid FROM teammembers t WHERE t.teamid = $4 AND t.userid = ANY($3::text[]) AND t.deleteat = 0 FOR SHARE),
  inserted AS (
    INSERT INTO ${MEMBER_INSERT}
    SELECT ${memberValues("c.id", "$5::bigint", "false", "CASE WHEN u.id = $6 OR u.roles ~ 'system_guest' THEN 0 ELSE 1 END")}
    FROM candidates k JOIN seated s ON s.userid = k.id JOIN users u ON u.id = k.id
      JOIN channels c ON c.id = $2 AND c.deleteat = 0
    WHERE NOT k.inactive ORDER BY u.id
    ON CONFLICT DO NOTHING RETURNING *),
  joined AS (SELECT channelid, userid FROM inserted),
  history AS (${historyInsert("joined", "$5::bigint")}),
  following AS (
    INSERT INTO threadmemberships (postid, userid, following, lastviewed, lastupdated, unreadmentions)
    SELECT p.id, j.userid, true, 0, $5::bigint, 0 FROM joined j JOIN posts p ON p.id = $7 AND p.channelid = $2 AND p.rootid = '' AND p.deleteat = 0
    ON CONFLICT (postid, userid) DO UPDATE SET following = true, lastupdated = excluded.lastupdated),
  added AS (SELECT ${MEMBER_COLUMNS} FROM inserted m),
  present AS (SELECT ${MEMBER_COLUMNS} FROM channelmembers m WHERE m.channelid = $2 AND m.userid = ANY($3::text[])),`;

function joinPost(channel: string, user: User, actor: User, at: number): SystemPostInput {
  const guest = user.roles.split(" ").includes("system_guest");
  const common = { channel, subject: user.id, at };
  if (user.id === actor.id) {
    const type = guest ? "system_guest_join_channel" : "system_join_channel";
    return {
      ...common,
      type,
      user: user.id,
      message: systemTexts[type](user.username),
      props: { username: user.username },
    };
  }
  const type = guest ? "system_add_guest_to_chan" : "system_add_to_channel";
  const message = systemTexts[type](user.username, actor.username);
  const props = {
    userId: actor.id,
    username: actor.username,
    addedUserId: user.id,
    addedUsername: user.username,
  };
  return { ...common, type, user: actor.id, message, props };
}

async function announce(
  ctx: Context,
  channel: Channel,
  added: ChannelMember[],
  rows: Added[],
): Promise<void> {
  const joined = added.map(({ user_id }) =>
    joinedEvents({ channelId: channel.id, userId: user_id, teamId: channel.team_id }),
  );
  const [posted] = announceRows(rows as never);
  await publish(
    ctx,
    `channel:${channel.id}`,
    [...joined.flatMap(({ events }) => events), ...(posted?.events ?? [])],
    [...joined.flatMap(({ effects }) => effects), ...(posted?.effects ?? [])],
  );
}

/** Why a user could not be added (semantics 12.8). */
function whyNot(id: string, candidates: Candidate[]): AppError {
  const candidate = candidates.find((one) => one.id === id);
  if (!candidate) return fail("app.user.missing_account.const");
  if (candidate.inactive) return fail("app.channel.add_member.deleted_user.app_error");
  if (candidate.left_team === null) return fail("app.team.get_member.missing.app_error");
  if (candidate.left_team) return fail("api.channel.add_user.to.channel.failed.deleted.app_error");
  return fail("api.channel.add_user_to_channel.deleted.app_error");
}
