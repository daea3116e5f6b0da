import type { ChannelType } from "../../model/channel.ts";
import { newId } from "../../model/id.ts";
import type { Param, Row, Statement } from "../../ports/sql/sql.ts";
import { mentionTokens } from "../../text/mentions.ts";
import { type Announced, announceRows } from "./announce.ts";

export type SystemPostType =
  | "system_join_channel"
  | "system_guest_join_channel"
  | "system_leave_channel"
  | "system_add_to_channel"
  | "system_add_guest_to_chan"
  | "system_remove_from_channel"
  | "system_join_team"
  | "system_add_to_team"
  | "system_leave_team"
  | "system_remove_from_team"
  | "system_header_change"
  | "system_purpose_change"
  | "system_displayname_change"
  | "system_change_chan_privacy"
  | "system_channel_deleted"
  | "system_channel_restored"
  | "system_move_channel"
  | "system_gm_to_channel";

/** These move the channel's times and leave its counts alone (semantics 1.17). */
const UNCOUNTED = `('system_join_leave', 'system_add_remove', 'system_join_channel', 'system_leave_channel', 'system_join_team',
  'system_leave_team', 'system_add_to_channel', 'system_remove_from_channel', 'system_add_to_team', 'system_remove_from_team')`;

/** A system post that is to be. */
export interface SystemPostInput {
  type: SystemPostType;
  /** Id of the channel; with `name` instead, `statementOf`'s `channel` finds it. */
  channel?: string;
  name?: string;
  /** Its author. */
  user: string;
  message: string;
  /** `username` and the like (semantics 6.1). */
  props?: Record<string, unknown>;
  /** ms */
  at: number;
  /** Whom it is about, for `where`. */
  subject?: string;
  /** In a direct or group channel, where every post mentions all others (semantics 2.7, 6.3). */
  direct?: boolean;
}

/** What may be added to the statement. Parameters of its own start at $2. */
export interface Surroundings {
  /** CTEs that come first, each ending with a comma. They must not write to posts and channels. */
  with?: string;
  /** Condition on `w` (the wanted post, with `subject`) and `c` (its channel). */
  where?: string;
  /** How `w` finds `c`, where not by id. */
  channel?: string;
  /** More columns of the one row. */
  select?: string;
  params?: Param[];
}

/** The one row that a statement of system posts answers. */
export interface PostsRow {
  posts: StoredSystemPost[];
  channels: PostedChannel[];
}

export interface StoredSystemPost {
  id: string;
  createat: number;
  userid: string;
  channelid: string;
  message: string;
  type: string;
  props: Record<string, unknown>;
  mentioned: string[] | null;
}

export interface PostedChannel {
  id: string;
  team_id: string;
  type: ChannelType;
  name: string;
  display_name: string;
  total_msg_count: number;
  total_msg_count_root: number;
  last_post_at: number;
  last_root_post_at: number;
}

/** Mention counts of members whom the texts name; rarely any, so that most statements do without. Each row is written once. */
const MENTIONED = `mentions AS (
      SELECT w.channelid, u.id AS userid, count(*) AS posts, max(w.at) AS at, array_agg(w.id) AS ids
      FROM wanted w CROSS JOIN LATERAL (
        SELECT id FROM users WHERE username = ANY(w.mentions) AND deleteat = 0
        UNION SELECT k.userid FROM channelmembers k WHERE w.direct AND k.channelid = w.channelid) u
      WHERE u.id <> w.userid GROUP BY 1, 2),
    mentioned AS (
      UPDATE channelmembers m SET mentioncount = m.mentioncount + x.posts,
        mentioncountroot = coalesce(m.mentioncountroot, 0) + x.posts, lastupdateat = x.at
      FROM mentions x WHERE m.channelid = x.channelid AND m.userid = x.userid
      RETURNING x.ids, m.userid),`;

/**
 * One statement that stores system posts and moves their channels' counters (semantics 1.17, 6.3). Archived channels get
 * none. Put it into the batch (or, by `with`, into the statement) of the writes that it tells of; give the row it
 * answers to `announceRows` after the commit.
 */
export function statementOf(posts: SystemPostInput[], around: Surroundings = {}): Statement {
  const wanted = posts.map(({ channel, user, props, type, ...rest }) => ({
    ...rest,
    id: newId(),
    type,
    channelid: channel,
    userid: user,
    props: props ?? {},
    mentions: usernamesIn(type, rest.message),
  }));
  const mentions = wanted.some((post) => post.mentions.length > 0 || post.direct);
  const text = `WITH ${around.with ?? ""}
    wanted AS (
      SELECT w.id, w.type, w.userid, w.message, w.props, w.at, w.mentions, w.direct, c.id AS channelid
      FROM jsonb_to_recordset($1::jsonb) AS w(id text, channelid text, name text, type text, userid text, message text,
        props jsonb, at bigint, subject text, mentions text[], direct boolean)
      JOIN channels c ON ${around.channel ?? "c.id = w.channelid"}
      WHERE c.deleteat = 0 ${around.where ? `AND (${around.where})` : ""}
      FOR NO KEY UPDATE OF c),
    stored AS (
      INSERT INTO posts (id, createat, updateat, editat, deleteat, ispinned, userid, channelid, rootid, originalid, message,
        type, props, hashtags, filenames, fileids, hasreactions, remoteid)
      SELECT id, at, at, 0, 0, false, userid, channelid, '', '', message, type, props, '', '[]', '[]', false, '' FROM wanted
      RETURNING id, createat, userid, channelid, message, type, props),
${mentions ? MENTIONED : ""}
    moved AS (
      UPDATE channels c SET lastpostat = greatest(c.lastpostat, x.at), lastrootpostat = greatest(c.lastrootpostat, x.at),
        totalmsgcount = c.totalmsgcount + x.counted, totalmsgcountroot = coalesce(c.totalmsgcountroot, 0) + x.counted
      FROM (SELECT channelid, max(createat) AS at, count(*) FILTER (WHERE type NOT IN ${UNCOUNTED}) AS counted
        FROM stored GROUP BY channelid) x
      WHERE c.id = x.channelid
      RETURNING c.id, c.teamid AS team_id, c.type, c.name, c.displayname AS display_name, c.totalmsgcount AS total_msg_count,
        c.totalmsgcountroot AS total_msg_count_root, c.lastpostat AS last_post_at, c.lastrootpostat AS last_root_post_at)
    SELECT coalesce((SELECT json_agg(json_build_object('id', s.id, 'createat', s.createat, 'userid', s.userid,
        'channelid', s.channelid, 'message', s.message, 'type', s.type, 'props', s.props,
        'mentioned', ${mentions ? "(SELECT json_agg(m.userid) FROM mentioned m WHERE s.id = ANY(m.ids))" : "NULL"}) ORDER BY s.createat, s.id)
        FROM stored s), '[]') AS posts,
      coalesce((SELECT json_agg(m) FROM moved m), '[]') AS channels ${around.select ? `, ${around.select}` : ""}`;
  return { text, params: [JSON.stringify(wanted), ...(around.params ?? [])] };
}

/** System posts mention by username like any post does (semantics 2.8); leave and remove texts name people who are gone. */
function usernamesIn(type: SystemPostType, message: string): string[] {
  if (!message.includes("@") || type === "system_leave_channel" || type === "system_remove_from_channel")
    return [];
  return mentionTokens([message]).usernames.slice(0, 50);
}

/** A system post on its way: `statement` for the batch, `announce` for the row that it answers. */
export interface SystemPost {
  statement: Statement;
  /** Events and effects by channel, for `publish`; nothing where the post was not stored. */
  announce(rows: Row[]): Announced[];
}

/** One system post in one channel, if `where` holds. Its author is `user`, and props get `username` unless they say otherwise. */
export function systemPost(
  type: SystemPostType,
  post: {
    channel: { id: string };
    user: { id: string; username: string };
    message: string;
    props?: Record<string, unknown>;
    at?: number;
  },
  where?: string,
): SystemPost {
  const { channel, user, message, props, at = Date.now() } = post;
  const input = {
    type,
    channel: channel.id,
    user: user.id,
    message,
    props: { username: user.username, ...props },
    at,
  };
  return { statement: statementOf([input], where ? { where } : {}), announce: announceRows };
}
