import { liveReplies } from "../../../../model/post.ts";
import type { Statement } from "../../../../ports/sql/sql.ts";
import { hashtagsOf } from "../../../../text/hashtags.ts";
import { UNCOUNTED } from "../../../posts/create.ts";
import { rowsOf } from "../work.ts";
import type { Flat } from "./flat.ts";

const UNCOUNTED_TYPES = [...UNCOUNTED];

/** Holds the channels, in an order that all batches keep, as posts hold theirs. */
export function lockChannels(ids: string[]): Statement {
  return {
    text: "SELECT id FROM channels WHERE id = ANY($1::text[]) ORDER BY id FOR NO KEY UPDATE",
    params: [ids],
  };
}

/**
 * New posts, all roots or all replies, and their channels' counters (semantics 1.17). One that was deleted here stays so, and
 * a reply needs a live root.
 */
export function insertPosts(posts: Flat[]): Statement {
  const rows = posts.map(({ id, userId, channelId, root, said, fileIds }) => ({
    id,
    user_id: userId,
    channel_id: channelId,
    root_id: root?.id ?? "",
    at: said.create_at,
    edit_at: said.edit_at ?? 0,
    message: said.message ?? "",
    type: said.type ?? "",
    props: said.props ?? {},
    hashtags: hashtagsOf(said.message ?? ""),
    file_ids: JSON.stringify(fileIds),
    pinned: said.is_pinned ?? false,
    reactions: (said.reactions?.length ?? 0) > 0,
  }));
  return {
    text: `WITH made AS (INSERT INTO posts (id, createat, updateat, editat, deleteat, ispinned, userid, channelid, rootid, originalid, message,
          type, props, hashtags, filenames, fileids, hasreactions, remoteid)
        SELECT r.id, r.at, greatest(r.at, r.edit_at), r.edit_at, 0, r.pinned, r.user_id, r.channel_id, r.root_id, '', r.message, r.type,
          r.props, r.hashtags, '[]', r.file_ids, r.reactions, ''
        FROM jsonb_to_recordset($1::jsonb) AS r(id varchar, user_id varchar, channel_id varchar, root_id varchar, at bigint, edit_at bigint,
          message varchar, type varchar, props jsonb, hashtags varchar, file_ids varchar, pinned boolean, reactions boolean)
        WHERE r.root_id = '' OR EXISTS (SELECT FROM posts p WHERE p.id = r.root_id AND p.deleteat = 0)
        ON CONFLICT (id) DO NOTHING RETURNING channelid, rootid, createat, type),
      sums AS (SELECT channelid, count(*) FILTER (WHERE type <> ALL($2::text[])) AS all, max(createat) AS last,
        count(*) FILTER (WHERE type <> ALL($2::text[]) AND rootid = '') AS roots, max(createat) FILTER (WHERE rootid = '') AS last_root
        FROM made GROUP BY channelid)
      UPDATE channels c SET totalmsgcount = c.totalmsgcount + s.all, totalmsgcountroot = coalesce(c.totalmsgcountroot, 0) + s.roots,
        lastpostat = greatest(c.lastpostat, s.last), lastrootpostat = greatest(c.lastrootpostat, s.last_root)
      FROM sums s WHERE c.id = s.channelid`,
    params: [rowsOf(rows), UNCOUNTED_TYPES],
  };
}

/** What has changed of posts that are here: pin, edit, props, further files. */
export function updatePosts(posts: Flat[], at: number): Statement {
  const rows = posts.map(({ id, said, known, fileIds }) => ({
    id,
    edit_at: said.edit_at,
    pinned: said.is_pinned,
    props: said.props,
    file_ids: fileIds.length > 0 ? JSON.stringify([...known!.file_ids, ...fileIds]) : undefined,
  }));
  return {
    text: `UPDATE posts p SET editat = n.editat, ispinned = n.ispinned, props = n.props, fileids = n.fileids,
        updateat = greatest($2::bigint, p.updateat + 1)
      FROM (SELECT x.id, coalesce(r.edit_at, x.editat) AS editat, coalesce(r.pinned, x.ispinned) AS ispinned,
          coalesce(r.props, x.props) AS props, coalesce(r.file_ids, x.fileids) AS fileids
        FROM jsonb_to_recordset($1::jsonb) AS r(id varchar, edit_at bigint, pinned boolean, props jsonb, file_ids varchar)
        JOIN posts x ON x.id = r.id) n
      WHERE p.id = n.id AND (p.editat, p.ispinned, p.props, p.fileids) IS DISTINCT FROM (n.editat, n.ispinned, n.props, n.fileids)`,
    params: [rowsOf(rows), at],
  };
}

export interface ReactionRow {
  post_id: string;
  user_id: string;
  emoji_name: string;
  at: number;
}

/** Reactions to live posts; one that was taken back here stays so (semantics 7). */
export function insertReactions(rows: ReactionRow[]): Statement {
  return {
    text: `WITH made AS (INSERT INTO reactions (userid, postid, emojiname, createat, updateat, deleteat, remoteid, channelid)
        SELECT r.user_id, p.id, r.emoji_name, r.at, r.at, 0, '', p.channelid
        FROM jsonb_to_recordset($1::jsonb) AS r(post_id varchar, user_id varchar, emoji_name varchar, at bigint)
          JOIN posts p ON p.id = r.post_id AND p.deleteat = 0 ON CONFLICT DO NOTHING RETURNING postid, createat)
      UPDATE posts p SET hasreactions = true, updateat = greatest(p.updateat, m.at)
      FROM (SELECT postid, max(createat) AS at FROM made GROUP BY postid) m WHERE p.id = m.postid`,
    params: [rowsOf(rows)],
  };
}

/** The rows of threads, counted anew from the posts (semantics 3.1). */
export function countThreads(rootIds: string[]): Statement {
  return {
    text: `WITH counted AS (SELECT p.id, p.channelid, c.teamid, s.n, s.last, (SELECT jsonb_agg(x.userid ORDER BY x.latest, x.userid)
          FROM (SELECT a.userid, max(a.createat) AS latest FROM posts a WHERE ${liveReplies("a", "p.id")} GROUP BY a.userid) x) AS people
        FROM posts p JOIN channels c ON c.id = p.channelid
          CROSS JOIN LATERAL (SELECT count(*) AS n, max(a.createat) AS last FROM posts a WHERE ${liveReplies("a", "p.id")}) s
        WHERE p.id = ANY($1::text[]) AND s.n > 0),
      bumped AS (UPDATE posts p SET updateat = c.last FROM counted c WHERE p.id = c.id AND p.updateat < c.last)
      INSERT INTO threads AS t (postid, replycount, lastreplyat, participants, channelid, threaddeleteat, threadteamid)
      SELECT id, n, last, people, channelid, NULL, teamid FROM counted ORDER BY id
      ON CONFLICT (postid) DO UPDATE SET replycount = excluded.replycount, lastreplyat = excluded.lastreplyat,
        participants = excluded.participants, threaddeleteat = NULL`,
    params: [rootIds],
  };
}

export interface FollowerRow {
  post_id: string;
  user_id: string;
  last_viewed: number | undefined;
  unread_mentions: number | undefined;
}

/** Who follows threads; what a follower here has read stays. Without a last view everything is read. */
export function insertFollowers(rows: FollowerRow[], at: number): Statement {
  return {
    text: `INSERT INTO threadmemberships (postid, userid, following, lastviewed, lastupdated, unreadmentions)
      SELECT r.post_id, r.user_id, true, coalesce(r.last_viewed, $2::bigint), $2::bigint, coalesce(r.unread_mentions, 0)
      FROM jsonb_to_recordset($1::jsonb) AS r(post_id varchar, user_id varchar, last_viewed bigint, unread_mentions bigint)
        JOIN posts p ON p.id = r.post_id AND p.deleteat = 0 ON CONFLICT DO NOTHING`,
    params: [rowsOf(rows), at],
  };
}
