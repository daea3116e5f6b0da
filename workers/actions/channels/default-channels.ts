import type { Config } from "../../config/load.ts";
import { type Effect, type Envelope, envelope } from "../../events/envelope.ts";
import { DEFAULT_CHANNEL } from "../../model/channel.ts";
import { newId } from "../../model/id.ts";
import type { Row, Statement } from "../../ports/sql/sql.ts";
import { isValidChannelName } from "../../text/names.ts";
import { announceRows } from "../system-posts/announce.ts";
import { type SystemPostInput, statementOf } from "../system-posts/system-post.ts";
import { systemTexts } from "../system-posts/texts.ts";
import { historyInsert, IS_GUEST, MEMBER_INSERT, memberValues } from "./join.ts";

const DISPLAY_NAMES: Record<string, string> = { [DEFAULT_CHANNEL]: "Town Square", "off-topic": "Off-Topic" };

/** Names of the channels that a new team has and its members are put in, the default channel first (semantics 13.2). */
export function defaultChannelNames({ TeamSettings }: Config): string[] {
  const configured = TeamSettings.ExperimentalDefaultChannels.filter(isValidChannelName);
  return [...new Set([DEFAULT_CHANNEL, ...(configured.length > 0 ? configured : ["off-topic"])])];
}

/** Makes a new team's default channels; put it after the team's own statement and before `joinDefaults`. */
export function createDefaults(config: Config, teamId: string, at: number): Statement {
  const names = defaultChannelNames(config);
  const text = `WITH made AS (
      INSERT INTO channels (id, createat, updateat, deleteat, teamid, type, displayname, name, header, purpose, lastpostat,
        totalmsgcount, extraupdateat, creatorid, totalmsgcountroot, lastrootpostat)
      SELECT n.id, $1::bigint, $1::bigint, 0, $2, 'O', n.displayname, n.name, '', '', $1::bigint, 0, 0, '', 0, $1::bigint
      FROM unnest($3::text[], $4::text[], $5::text[]) AS n(id, name, displayname)
      ON CONFLICT DO NOTHING RETURNING id, deleteat, teamid, displayname, name, header, purpose)
    INSERT INTO publicchannels (id, deleteat, teamid, displayname, name, header, purpose)
    SELECT id, deleteat, teamid, displayname, name, header, purpose FROM made RETURNING id, name`;
  return {
    text,
    params: [at, teamId, names.map(() => newId()), names, names.map((name) => DISPLAY_NAMES[name] ?? name)],
  };
}

export interface DefaultJoin {
  teamId: string;
  users: { id: string; username: string }[];
  /** Who added them; left out where they joined by themselves. */
  actor?: { id: string; username: string } | undefined;
  schemeAdmin?: boolean;
  /** ms */
  at: number;
}

export interface Announcement {
  topic: string;
  events: Envelope[];
  effects: Effect[];
}

/**
 * One statement that puts members of a team in its default channels and posts the messages of semantics 6.5; put it after
 * the statement that makes them members. Who is in a channel already, or was in the team before this transaction, is left alone.
 * `announce` turns the row that it answers into bundles, one per channel.
 */
export function joinDefaults(
  config: Config,
  join: DefaultJoin,
): { statement: Statement; announce(rows: Row[]): Announcement[] } {
  const { teamId, users, at, schemeAdmin = false } = join;
  const names = defaultChannelNames(config);
  const messages = config.ServiceSettings.ExperimentalEnableDefaultChannelLeaveJoinMessages;
  const posts = messages ? names.flatMap((name) => users.map((user) => postFor(name, user, join))) : [];
  const statement = statementOf(posts, {
    with: `joined AS (
        INSERT INTO ${MEMBER_INSERT}
        SELECT ${memberValues("c.id", "$5::bigint", "$6::boolean", "CASE WHEN $7::boolean AND c.name <> $8 THEN 1 ELSE 0 END")} FROM channels c CROSS JOIN users u
        WHERE c.teamid = $2 AND c.name = ANY($3::text[]) AND c.type = 'O' AND c.deleteat = 0 AND u.id = ANY($4::text[])
          AND NOT (${IS_GUEST}) AND EXISTS
          (SELECT FROM teammembers t WHERE t.teamid = c.teamid AND t.userid = u.id AND t.deleteat = 0
            AND t.xmin = pg_current_xact_id()::xid)
        ON CONFLICT DO NOTHING RETURNING channelid, userid),
      history AS (${historyInsert("joined", "$5::bigint")}),`,
    channel: "c.teamid = $2 AND c.name = w.name",
    where: "EXISTS (SELECT FROM joined j WHERE j.channelid = c.id AND j.userid = w.subject)",
    select: "coalesce((SELECT json_agg(j) FROM joined j), '[]') AS joined",
    params: [
      teamId,
      names,
      users.map((user) => user.id),
      at,
      schemeAdmin,
      messages && join.actor !== undefined,
      DEFAULT_CHANNEL,
    ],
  });
  return { statement, announce: (rows) => announceJoins(rows, teamId) };
}

function postFor(
  name: string,
  user: DefaultJoin["users"][number],
  { actor, at }: DefaultJoin,
): SystemPostInput {
  const team = name === DEFAULT_CHANNEL;
  const common = { name, subject: user.id, at };
  if (!actor) {
    const type = team ? "system_join_team" : "system_join_channel";
    return {
      ...common,
      type,
      user: user.id,
      message: systemTexts[type](user.username),
      props: { username: user.username },
    };
  }
  const type = team ? "system_add_to_team" : "system_add_to_channel";
  const props = {
    userId: actor.id,
    username: actor.username,
    addedUserId: user.id,
    addedUsername: user.username,
  };
  return {
    ...common,
    type,
    user: actor.id,
    message: systemTexts[type](user.username, actor.username),
    props,
  };
}

/** One `user_added` to all of a channel (websocket 6.3), then the posts. */
function announceJoins(rows: Row[], teamId: string): Announcement[] {
  const joined = (rows[0]?.joined ?? []) as { channelid: string; userid: string }[];
  const posted = new Map(announceRows(rows).map((announced) => [announced.channelId, announced]));
  const channels = new Set(joined.map((row) => row.channelid));
  return [...channels].map((channelId) => {
    const users = joined.filter((row) => row.channelid === channelId).map((row) => row.userid);
    const announced = posted.get(channelId);
    return {
      topic: `channel:${channelId}`,
      events: [
        ...users.map((user) =>
          envelope("user_added", { user_id: user, team_id: teamId }, { channel_id: channelId }),
        ),
        ...(announced?.events ?? []),
      ],
      effects: [
        ...users.map((user): Effect => ({ kind: "channel_member", op: "add", channel: channelId, user })),
        ...(announced?.effects ?? []),
      ],
    };
  });
}
