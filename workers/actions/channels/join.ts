import { type Effect, type Envelope, envelope } from "../../events/envelope.ts";
import { DEFAULT_NOTIFY_PROPS } from "../../model/channel-member.ts";
import type { Param, Statement } from "../../ports/sql/sql.ts";

export interface JoinOptions {
  schemeAdmin?: boolean;
  /** ms */
  at: number;
}

const NOTIFY_PROPS = `'${JSON.stringify(DEFAULT_NOTIFY_PROPS)}'::jsonb`;

/** A guest's memberships have schemeguest, all others schemeuser (semantics 12.7). */
export const IS_GUEST = "u.roles ~ '(^| )system_guest( |$)'";

/** Columns of `channelmembers` in the order of `memberValues`. */
export const MEMBER_INSERT = `channelmembers (channelid, userid, roles, lastviewedat, msgcount, mentioncount, notifyprops,
  lastupdateat, schemeuser, schemeadmin, schemeguest, mentioncountroot, msgcountroot, urgentmentioncount)`;

/** A new member's row: `channel`, `at`, `admin` and `mentions` are SQL, the user is `users u` (semantics 12.7, 9.7). */
export function memberValues(channel: string, at: string, admin = "false", mentions = "0"): string {
  return `${channel}, u.id, '', 0, 0, ${mentions}, ${NOTIFY_PROPS}, ${at}, NOT (${IS_GUEST}), ${admin} AND NOT (${IS_GUEST}),
    ${IS_GUEST}, ${mentions}, 0, 0`;
}

/** History of those whom CTE `joined` (channelid, userid) says have joined (semantics 12.7). */
export function historyInsert(joined: string, at: string): string {
  return `INSERT INTO channelmemberhistory (channelid, userid, jointime) SELECT channelid, userid, ${at} FROM ${joined}
    ON CONFLICT DO NOTHING`;
}

/**
 * One statement that makes users members of live channels, with default settings and history. Answers a row
 * {channelid, userid} per new member; who is one already is left alone, and open and private channels take live members
 * of their team only (who is leaving it at this moment is waited for). In a batch it may follow the statements that make the
 * channels or the team memberships.
 */
export function joinStatements(
  channelIds: string | string[],
  userIds: string | string[],
  options: JoinOptions,
): Statement[] {
  const text = `WITH joined AS (
      INSERT INTO ${MEMBER_INSERT}
      SELECT ${memberValues("c.id", "$3::bigint", "$4::boolean")} FROM channels c CROSS JOIN users u
      WHERE c.id = ANY($1::text[]) AND u.id = ANY($2::text[]) AND c.deleteat = 0 AND u.deleteat = 0 AND (c.teamid = '' OR EXISTS
        (SELECT FROM teammembers t WHERE t.teamid = c.teamid AND t.userid = u.id AND t.deleteat = 0 FOR SHARE))
      ORDER BY c.id, u.id
      ON CONFLICT DO NOTHING RETURNING channelid, userid),
    history AS (${historyInsert("joined", "$3::bigint")})
    SELECT channelid, userid FROM joined`;
  const params: Param[] = [[channelIds].flat(), [userIds].flat(), options.at, options.schemeAdmin ?? false];
  return [{ text, params }];
}

export interface Joined {
  channelId: string;
  userId: string;
  /** "" for a direct or group channel. */
  teamId: string;
}

/** `user_added` to the channel and to the user, and what caches and hubs must know (semantics 12.9, websocket 6.3). */
export function joinedEvents({ channelId, userId, teamId }: Joined): {
  events: Envelope[];
  effects: Effect[];
} {
  const data = { user_id: userId, team_id: teamId };
  return {
    events: [
      envelope("user_added", data, { channel_id: channelId, omit_users: [userId] }),
      envelope("user_added", data, { channel_id: channelId, user_id: userId }),
    ],
    effects: [{ kind: "channel_member", op: "add", channel: channelId, user: userId }],
  };
}
