import { REACTION_JSON } from "../../model/post.ts";
import type { Reaction } from "../../model/reaction.ts";
import type { Statement } from "../../ports/sql/sql.ts";
import { lockPost } from "../posts/change/lock.ts";

export interface ReactionKey {
  userId: string;
  postId: string;
  emojiName: string;
}

export interface SavedRow {
  /** Whether there is such a live post. */
  found: boolean;
  /** Whether there is such an emoji. */
  emoji: boolean;
  /** Null where post or emoji is missing, or the post has too many different ones. */
  reaction: Reaction | null;
}

/**
 * Saves or revives a reaction (semantics 7.2, 7.3). $1 post, $2 user, $3 emoji, $4 now, $5 limit of distinct emoji,
 * $6 whether the emoji must be a custom one.
 */
const SAVE = `WITH post AS (SELECT id, channelid FROM posts WHERE id = $1::varchar AND deleteat = 0),
  known AS (SELECT 1 WHERE NOT $6::boolean OR EXISTS (SELECT 1 FROM emoji WHERE name = $3::varchar AND deleteat = 0)),
  live AS (SELECT DISTINCT emojiname FROM reactions WHERE postid = $1::varchar AND coalesce(deleteat, 0) = 0),
  saved AS (INSERT INTO reactions AS x (userid, postid, emojiname, createat, updateat, deleteat, remoteid, channelid)
    SELECT $2::varchar, post.id, $3::varchar, $4::bigint, $4::bigint, 0, '', post.channelid FROM post, known
    WHERE $3::varchar IN (SELECT emojiname FROM live) OR (SELECT count(*) FROM live) < $5::int
    ON CONFLICT (postid, userid, emojiname) DO UPDATE SET deleteat = 0, updateat = excluded.updateat,
      remoteid = excluded.remoteid, channelid = excluded.channelid
    RETURNING *),
  touched AS (UPDATE posts SET hasreactions = true, updateat = greatest(updateat, $4::bigint) WHERE id = (SELECT postid FROM saved))
  SELECT EXISTS (SELECT 1 FROM post) AS found, EXISTS (SELECT 1 FROM known) AS emoji, (SELECT ${REACTION_JSON} FROM saved x) AS reaction`;

/** The second statement answers a SavedRow. Of many at once each is counted against the limit. */
export function saveStatements(
  { userId, postId, emojiName }: ReactionKey,
  limit: number,
  custom: boolean,
): Statement[] {
  return [lockPost(postId), { text: SAVE, params: [postId, userId, emojiName, Date.now(), limit, custom] }];
}

const REMOVE = `WITH removed AS (UPDATE reactions AS x SET deleteat = $4::bigint, updateat = $4::bigint
    WHERE postid = $1::varchar AND userid = $2::varchar AND emojiname = $3::varchar AND coalesce(deleteat, 0) = 0 RETURNING *),
  touched AS (UPDATE posts SET updateat = greatest(updateat, $4::bigint), hasreactions = EXISTS (SELECT 1 FROM reactions o
      WHERE o.postid = $1::varchar AND coalesce(o.deleteat, 0) = 0 AND (o.userid, o.emojiname) <> ($2::varchar, $3::varchar))
    WHERE id = (SELECT postid FROM removed))
  SELECT ${REACTION_JSON} AS reaction FROM removed x`;

/** Removes a reaction (semantics 7.4); the second statement answers it, or no row where there was none. */
export function removeStatements({ userId, postId, emojiName }: ReactionKey): Statement[] {
  return [lockPost(postId), { text: REMOVE, params: [postId, userId, emojiName, Date.now()] }];
}

/** Live reactions of posts ($1), oldest first (semantics 7.6). */
export const REACTIONS_OF = `SELECT ${REACTION_JSON} AS reaction FROM reactions x WHERE x.postid = ANY($1::text[])
  AND coalesce(x.deleteat, 0) = 0 ORDER BY x.createat, x.userid, x.emojiname`;
