import type { Param, Statement } from "../../../ports/sql/sql.ts";

/** Posts of these types do not count as unread (semantics 1.17, 9.4). */
const UNCOUNTED = `('system_join_leave', 'system_add_remove', 'system_join_channel', 'system_leave_channel', 'system_join_team',
  'system_leave_team', 'system_add_to_channel', 'system_remove_from_channel', 'system_add_to_team', 'system_remove_from_team')`;

/** More posts than this are not looked through for mentions. */
const MAX_CANDIDATES = 2_000;

export interface UnreadBefore {
  mentioncount: number;
  mentioncountroot: number;
  urgentmentioncount: number;
  ignoring: boolean;
  collapsed: string | null;
  posts: Candidate[] | null;
}

/** A post that may mention the user. */
export interface Candidate {
  userid: string;
  rootid: string;
  type: string;
  message: string;
  attachments: unknown;
  added: string | null;
  from_webhook: boolean;
  urgent: boolean;
}

export interface UnreadScope {
  channelId: string;
  userId: string;
  /** The post from which on all is unread. */
  createAt: number;
  /** LIKE patterns, lower case, of which a message must match one to be a candidate; null: every post by others is one. */
  patterns: string[] | null;
}

/** The member's counts as they are, and what the new ones are made from. No row: not a member. */
export function unreadBefore({ channelId, userId, createAt, patterns }: UnreadScope): Statement {
  const params: Param[] = [channelId, userId, createAt];
  const text = `SELECT m.mentioncount, coalesce(m.mentioncountroot, 0) AS mentioncountroot, coalesce(m.urgentmentioncount, 0) AS urgentmentioncount,
      coalesce(m.notifyprops->>'ignore_channel_mentions', 'default') = 'on' OR (coalesce(m.notifyprops->>'ignore_channel_mentions', 'default') = 'default'
        AND m.notifyprops->>'mark_unread' = 'mention') AS ignoring,
      (SELECT value FROM preferences WHERE userid = $2 AND category = 'display_settings' AND name = 'collapsed_reply_threads') AS collapsed,
      (SELECT json_agg(x) FROM (SELECT p.userid, p.rootid, p.type, ${patterns ? "p.message" : "'' AS message"}, p.props->'attachments' AS attachments,
          p.props->>'addedUserId' AS added, coalesce(p.props->>'from_webhook' = 'true', false) AS from_webhook,
          coalesce(y.priority = 'urgent', false) AS urgent
        FROM posts p LEFT JOIN postspriority y ON y.postid = p.id
        WHERE p.channelid = $1 AND p.deleteat = 0 AND p.createat >= $3::bigint AND (p.userid <> $2 OR p.props->>'from_webhook' = 'true')
        ${patterns ? `AND (lower(p.message) LIKE ANY($${params.push(patterns)}::text[]) OR p.props ? 'attachments' OR p.type = 'system_add_to_channel')` : ""}
        ORDER BY p.createat DESC LIMIT ${MAX_CANDIDATES}) x) AS posts
    FROM channelmembers m WHERE m.channelid = $1 AND m.userid = $2`;
  return { text, params };
}

export interface UnreadValues extends Omit<UnreadScope, "patterns"> {
  now: number;
  mentions: number;
  mentionsRoot: number;
  mentionsUrgent: number;
  before: UnreadBefore;
  /** A reply, for someone who does not see threads: the root counts stay full, the thread is rewound (semantics 9.4). */
  rewind?: { rootId: string; mentions: number };
}

export interface UnreadAfter {
  msg_count: number;
  msg_count_root: number;
  mention_count: number;
  mention_count_root: number;
  urgent_mention_count: number;
  last_viewed_at: number;
}

/** Sets the read position to just before a post; mentions that arrived since `before` was read are kept. */
export function unreadStatements(v: UnreadValues): Statement[] {
  const params: Param[] = [];
  const p = (value: Param, type: string) => `$${params.push(value)}::${type}`;
  const channel = p(v.channelId, "varchar");
  const from = p(v.createAt, "bigint");
  const count = (column: string, value: number, read: number) =>
    `${column} = ${p(value, "bigint")} + greatest(coalesce(m.${column}, 0) - ${p(read, "bigint")}, 0)`;
  const rootCounts = v.rewind
    ? "msgcountroot = coalesce(c.totalmsgcountroot, 0), mentioncountroot = 0"
    : `msgcountroot = greatest(coalesce(c.totalmsgcountroot, 0) - u.roots, 0), ${count("mentioncountroot", v.mentionsRoot, v.before.mentioncountroot)}`;
  const update: Statement = {
    text: `UPDATE channelmembers m SET lastviewedat = ${from} - 1, lastupdateat = ${p(v.now, "bigint")}, msgcount = greatest(c.totalmsgcount - u.posts, 0),
        ${count("mentioncount", v.mentions, v.before.mentioncount)}, ${rootCounts}, ${count("urgentmentioncount", v.mentionsUrgent, v.before.urgentmentioncount)}
      FROM channels c, (SELECT count(*) AS posts, count(*) FILTER (WHERE rootid = '') AS roots FROM posts
        WHERE channelid = ${channel} AND deleteat = 0 AND createat >= ${from} AND type NOT IN ${UNCOUNTED}) u
      WHERE m.channelid = ${channel} AND m.userid = ${p(v.userId, "varchar")} AND c.id = ${channel}
      RETURNING m.msgcount AS msg_count, m.msgcountroot AS msg_count_root, m.mentioncount AS mention_count, m.mentioncountroot AS mention_count_root,
        m.urgentmentioncount AS urgent_mention_count, m.lastviewedat AS last_viewed_at`,
    params,
  };
  if (!v.rewind) return [update];
  return [
    update,
    {
      text: `INSERT INTO threadmemberships (postid, userid, following, lastviewed, lastupdated, unreadmentions)
        VALUES ($1, $2, true, $3::bigint - 1, $4, $5)
        ON CONFLICT (postid, userid) DO UPDATE SET following = true, lastviewed = excluded.lastviewed, lastupdated = excluded.lastupdated,
          unreadmentions = excluded.unreadmentions`,
      params: [v.rewind.rootId, v.userId, v.createAt, v.now, v.rewind.mentions],
    },
  ];
}
