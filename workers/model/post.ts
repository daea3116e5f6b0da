import type { FileInfo } from "./file.ts";
import { clientProps, withoutIntegrations } from "./interactive.ts";
import type { Reaction } from "./reaction.ts";

export interface PostPriority {
  priority: string;
  requested_ack: boolean | null;
  persistent_notifications: boolean | null;
}

export interface PostEmbed {
  type: string;
  url?: string;
  data?: unknown;
}

/** Empty parts are left out (semantics 8.1). */
export interface PostMetadata {
  embeds?: PostEmbed[];
  emojis?: Record<string, unknown>[];
  files?: FileInfo[];
  images?: Record<string, unknown>;
  reactions?: Reaction[];
  priority?: PostPriority;
  acknowledgements?: unknown[];
}

/** A post as clients get it. */
export interface Post {
  id: string;
  create_at: number;
  update_at: number;
  edit_at: number;
  delete_at: number;
  is_pinned: boolean;
  user_id: string;
  channel_id: string;
  root_id: string;
  original_id: string;
  message: string;
  /** As it was written, where `message` leads images through this site (semantics 8.11). */
  message_source?: string;
  type: string;
  props: Record<string, unknown>;
  hashtags: string;
  file_ids?: string[];
  pending_post_id: string;
  remote_id: string;
  reply_count: number;
  last_reply_at: number;
  /** Ids, or whole users where the request asked for them. */
  participants: { id: string }[] | null;
  is_following?: boolean;
  has_reactions?: boolean;
  metadata: PostMetadata;
}

/** What one row of POST_COLUMNS gives. */
export interface PostRow
  extends Omit<Post, "file_ids" | "participants" | "metadata" | "pending_post_id" | "is_following"> {
  file_ids: string[];
  participants: string[] | null;
  files: FileInfo[] | null;
  reactions: Reaction[] | null;
  priority: PostPriority | null;
}

/** One row of `fileinfo f` as a FileInfo. */
export const FILE_JSON = `json_build_object('id', f.id, 'user_id', f.creatorid, 'post_id', f.postid, 'channel_id', f.channelid,
  'create_at', f.createat, 'update_at', f.updateat, 'delete_at', f.deleteat, 'name', f.name, 'extension', f.extension,
  'size', f.size, 'mime_type', f.mimetype, 'width', f.width, 'height', f.height, 'has_preview_image', f.haspreviewimage,
  'mini_preview', CASE WHEN f.minipreview IS NULL THEN NULL ELSE translate(encode(f.minipreview, 'base64'), E'\\n', '') END,
  'remote_id', coalesce(f.remoteid, ''), 'archived', f.archived)`;

/** One row of `reactions x` as a Reaction. */
export const REACTION_JSON = `json_build_object('user_id', x.userid, 'post_id', x.postid, 'emoji_name', x.emojiname,
  'create_at', x.createat, 'update_at', coalesce(x.updateat, 0), 'delete_at', coalesce(x.deleteat, 0),
  'remote_id', coalesce(x.remoteid, ''), 'channel_id', x.channelid)`;

/**
 * Select list of POST_FROM that gives a PostRow: the post with everything about it that its own row points to, so that
 * any list of posts costs one statement. Subqueries run only for posts that have files, reactions or a thread.
 * `reply_count` of a reply is its thread's (semantics 1.22, 4.8).
 */
export const POST_COLUMNS = `p.id, p.createat AS create_at, p.updateat AS update_at, p.editat AS edit_at, p.deleteat AS delete_at,
  coalesce(p.ispinned, false) AS is_pinned, p.userid AS user_id, p.channelid AS channel_id, p.rootid AS root_id,
  p.originalid AS original_id, p.message, p.type, coalesce(p.props, '{}') AS props, p.hashtags,
  coalesce(nullif(p.fileids, ''), '[]')::json AS file_ids, coalesce(p.hasreactions, false) AS has_reactions,
  coalesce(p.remoteid, '') AS remote_id, coalesce(t.replycount, 0) AS reply_count,
  CASE WHEN p.rootid = '' THEN coalesce(t.lastreplyat, 0) ELSE 0 END AS last_reply_at,
  CASE WHEN p.rootid = '' THEN t.participants END AS participants,
  CASE WHEN p.fileids <> '[]' AND p.fileids <> '' THEN (SELECT json_agg(${FILE_JSON} ORDER BY f.createat, f.id)
    FROM fileinfo f WHERE f.postid = p.id AND f.deleteat = 0) END AS files,
  CASE WHEN p.hasreactions THEN (SELECT json_agg(${REACTION_JSON} ORDER BY x.createat)
    FROM reactions x WHERE x.postid = p.id AND coalesce(x.deleteat, 0) = 0) END AS reactions,
  CASE WHEN y.postid IS NOT NULL THEN json_build_object('priority', y.priority, 'requested_ack', y.requestedack,
    'persistent_notifications', y.persistentnotifications) END AS priority`;

/** Lateral with a limit: looked up post by post, where a join of many posts would read these tables from end to end. */
const POST_JOINS = `LEFT JOIN LATERAL (SELECT * FROM threads t WHERE t.postid = CASE WHEN p.rootid = '' THEN p.id ELSE p.rootid END LIMIT 1) t ON true
  LEFT JOIN LATERAL (SELECT * FROM postspriority y WHERE y.postid = p.id LIMIT 1) y ON true`;

/** The FROM clause that POST_COLUMNS and POST_TEXT read from. */
export const POST_FROM = `posts p ${POST_JOINS}`;

/** The same for rows of `posts` that another clause has picked; the alias must be `p`. */
export const postFrom = (source: string) => `${source} p ${POST_JOINS}`;

/**
 * The JSON text that `JSON.stringify(toPost(row))` would give, made by the database: for lists, where rows on their way
 * through objects and back cost more than the query. Begins with `{"id":"`, ends with `}}`.
 */
export const POST_TEXT = `concat('{"id":"', p.id, '","create_at":', p.createat, ',"update_at":', p.updateat, ',"edit_at":', coalesce(p.editat, 0),
  ',"delete_at":', p.deleteat, ',"is_pinned":', CASE WHEN p.ispinned THEN 'true' ELSE 'false' END, ',"user_id":"', p.userid,
  '","channel_id":"', p.channelid, '","root_id":"', p.rootid, '","original_id":"', p.originalid, '","message":',
  CASE WHEN p.deleteat > 0 AND p.originalid = '' THEN '""' ELSE to_json(p.message)::text END,
  ',"type":', CASE WHEN p.type = '' THEN '""' ELSE to_json(p.type)::text END, ',"props":', ${clientProps("p.props")},
  ',"hashtags":', CASE WHEN p.hashtags = '' THEN '""' ELSE to_json(p.hashtags)::text END,
  CASE WHEN p.fileids <> '[]' AND p.fileids <> '' THEN ',"file_ids":' || p.fileids END,
  ',"pending_post_id":"","remote_id":"', p.remoteid, '","has_reactions":', CASE WHEN p.hasreactions THEN 'true' ELSE 'false' END,
  ',"reply_count":', coalesce(t.replycount, 0), ',"last_reply_at":', CASE WHEN p.rootid = '' THEN coalesce(t.lastreplyat, 0) ELSE 0 END,
  ',"participants":', CASE WHEN p.rootid = '' AND t.participants <> '[]' THEN (SELECT '[' || string_agg('{"id":' || x::text || '}', ',') || ']'
    FROM jsonb_array_elements(t.participants) x) ELSE 'null' END,
  ',"metadata":{', CASE WHEN p.deleteat = 0 OR p.originalid <> '' THEN concat_ws(',',
    CASE WHEN jsonb_typeof(p.props->'attachments') = 'array' AND p.props->'attachments' <> '[]' THEN '"embeds":[{"type":"message_attachment"}]' END,
    CASE WHEN p.fileids <> '[]' AND p.fileids <> '' THEN '"files":' || (SELECT json_agg(${FILE_JSON} ORDER BY f.createat, f.id)
      FROM fileinfo f WHERE f.postid = p.id AND f.deleteat = 0)::text END,
    CASE WHEN p.hasreactions THEN '"reactions":' || (SELECT json_agg(${REACTION_JSON} ORDER BY x.createat)
      FROM reactions x WHERE x.postid = p.id AND coalesce(x.deleteat, 0) = 0)::text END,
    CASE WHEN y.postid IS NOT NULL THEN concat('"priority":', json_build_object('priority', y.priority, 'requested_ack', y.requestedack,
      'persistent_notifications', y.persistentnotifications)) END) END, '}}')`;

/**
 * Condition for the live replies to `root` (SQL). Written as ranges: where few posts are replies, the statistics of
 * rootid make the planner expect most of the table behind an `=`, and read all of it.
 */
export const liveReplies = (alias: string, root: string) =>
  `${alias}.rootid >= ${root} AND ${alias}.rootid <= ${root} AND ${alias}.deleteat >= 0 AND ${alias}.deleteat <= 0`;

/** The post a client gets, before what only its text tells (embeds, custom emoji). A deleted post keeps no content (8.1). */
export function toPost(row: PostRow): Post {
  const { files, reactions, priority, participants, file_ids, ...rest } = row;
  const deleted = isGone(row);
  const metadata: PostMetadata = {};
  if (!deleted) {
    if (Array.isArray(row.props.attachments) && row.props.attachments.length > 0)
      metadata.embeds = [{ type: "message_attachment" }];
    if (files) metadata.files = files;
    if (reactions) metadata.reactions = reactions;
    if (priority) metadata.priority = priority;
  }
  return {
    ...rest,
    props: withoutIntegrations(rest.props),
    ...(deleted ? { message: "" } : {}),
    ...(file_ids.length > 0 ? { file_ids } : {}),
    pending_post_id: "",
    participants: participants && participants.length > 0 ? participants.map((id) => ({ id })) : null,
    metadata,
  };
}

/** Deleted, and not merely an earlier version of a post (history rows keep their content for the author). */
export const isGone = (post: Pick<Post, "delete_at" | "original_id">) =>
  post.delete_at > 0 && post.original_id === "";
