import type { FileInfo } from "../../model/file.ts";
import { FILE_JSON, POST_COLUMNS, POST_FROM, type PostRow } from "../../model/post.ts";
import type { Param } from "../../ports/sql/sql.ts";
import { type Missed, membersPart, mentionedParts } from "./create-parts/mentioned.ts";
import { type Follower, threadParts } from "./create-parts/thread.ts";

/** Whether threads are read collapsed: for everyone, for no one, or by each user's preference with this default (semantics 3.2). */
export type CollapsedMode = "on" | "off" | "default_on" | "default_off";

/** What decides the shape of the statement; each combination is one prepared statement. */
export interface CreateShape {
  reply: boolean;
  /** Users may be mentioned by name, keyword, channel-wide mention, comment, or by being in a direct or group channel. */
  mentions: boolean;
  /** @channel, @all (everyone) or @here (online members) may apply; in a group channel everyone is always mentioned. */
  wide: "" | "everyone" | "online" | "group";
  /** Tells who was named without being in the channel (semantics 2.12). */
  missed: boolean;
  /** Webhooks may mention their author (semantics 2.10). */
  self: boolean;
  files: boolean;
  priority: boolean;
  urgent: boolean;
  /** The channel is marked viewed for the author (semantics 1.20). */
  viewed: boolean;
  /** Join and leave messages do not count (semantics 1.17). */
  counted: boolean;
  /** Replies make people follow the thread (semantics 1.21). */
  follow: boolean;
  collapsed: CollapsedMode;
}

export interface CreateValues {
  id: string;
  at: number;
  userId: string;
  channelId: string;
  rootId: string;
  message: string;
  type: string;
  props: string;
  hashtags: string;
  fileIds: string[];
  teamId: string;
  priority: string;
  /** Lower-case usernames after "@". */
  usernames: string[];
  /** Users mentioned for another reason, members or not. */
  userIds: string[];
  /** Members whose threads follow themselves (channel_auto_follow_threads). */
  autoFollow: string[];
  maxWide: number;
}

/** What the statement answers: one row. Of a post that was there already it tells what it would have told then. */
export interface Created {
  /** False when the id was there already, or the root or channel would not take the post. */
  stored: boolean;
  total: number | null;
  total_root: number | null;
  last_post_at: number | null;
  last_root_post_at: number | null;
  /** All users mentioned, whatever for. */
  mentioned: string[] | null;
  /** Members, counted up to one more than `maxWide`; only where a channel-wide mention was tried. */
  member_count: number | null;
  /** Active people, not bots, who were named but are not in the channel. */
  missed: Missed[] | null;
  /** Usernames of a group channel's members, sorted and joined. */
  group_names: string | null;
  /** Whether the author had something unread before, and has not now. */
  was_unread: boolean | null;
  /** What could be claimed of `fileIds`, in that order. */
  files: FileInfo[] | null;
  /** The root as it was before, whatever its channel: check it before anyone sees it. */
  root: PostRow | null;
  thread: { replycount: number; lastreplyat: number; participants: string[] } | null;
  /** Members who follow the thread now and read it collapsed. */
  followers: Follower[] | null;
  /** Of `Follower.lastviewed`: the distinct times between which replies were counted, ascending. */
  marks: number[] | null;
  /** [how many of `marks` are before these replies, number of replies]. */
  buckets: [number, number][] | null;
  /** Live replies before this one. */
  replies_before: number | null;
}

export interface Parts {
  shape: CreateShape;
  values: CreateValues;
  id: string;
  at: string;
  user: string;
  channel: string;
  root: string;
  /** Adds a parameter; gives its place. */
  p(value: Param, type: string): string;
  /** Adds a common table expression. */
  with(text: string): void;
  /** Adds an output column. */
  out(expression: string, name: string): void;
  /** SQL that tells whether the user named by an expression reads threads collapsed. */
  collapsed(user: string): string;
}

/**
 * Everything a post writes, as one statement: one round trip, one transaction (semantics 1.15 to 1.21, 2.11, 3.1 to 3.5).
 *
 * Concurrency: the channel's row is the first that posts to one channel may contend for, and it is held to the end, so
 * they queue there and cannot deadlock further on; replies lock their root before it (see lockPost). Updates whose row
 * another statement has changed meanwhile are checked again by PostgreSQL, which cannot run data-modifying parts a second
 * time: such updates reach other parts by joins and plain EXISTS only, never by IN (SELECT ...) or correlated subqueries.
 */
export function createStatement(shape: CreateShape, v: CreateValues): { text: string; params: Param[] } {
  const params: Param[] = [];
  const parts: string[] = [];
  const outputs: string[] = [];
  const p = (value: Param, type: string) => `$${params.push(value)}::${type}`;
  const s: Parts = {
    shape,
    values: v,
    id: p(v.id, "varchar"),
    at: p(v.at, "bigint"),
    user: p(v.userId, "varchar"),
    channel: p(v.channelId, "varchar"),
    root: p(v.rootId, "varchar"),
    p,
    with: (text) => parts.push(text),
    out: (expression, name) => outputs.push(`${expression} AS ${name}`),
    collapsed: (user) => collapsedOf(shape.collapsed, user),
  };
  if (shape.reply) {
    // Locked, so that a root is not deleted under its reply: whoever comes second sees what the first has done (1.8, 5.8).
    s.with(
      `root AS MATERIALIZED (SELECT ${POST_COLUMNS} FROM ${POST_FROM} WHERE p.id = ${s.root} AND p.originalid = '' FOR UPDATE OF p)`,
    );
    s.out("(SELECT row_to_json(root) FROM root)", "root");
  } else s.out("NULL", "root");
  const takes = `EXISTS (SELECT 1 FROM channels WHERE id = ${s.channel} AND deleteat = 0)${
    shape.reply
      ? ` AND EXISTS (SELECT 1 FROM root WHERE delete_at = 0 AND root_id = '' AND channel_id = ${s.channel})`
      : ""
  }`;
  const fileIds = filesPart(s, takes);
  s.with(`post AS (INSERT INTO posts (id, createat, updateat, editat, deleteat, ispinned, userid, channelid, rootid, originalid,
      message, type, props, hashtags, filenames, fileids, hasreactions, remoteid)
    SELECT ${s.id}, ${s.at}, ${s.at}, 0, 0, false, ${s.user}, ${s.channel}, ${s.root}, '', ${p(v.message, "varchar")}, ${p(v.type, "varchar")},
      ${p(v.props, "jsonb")}, ${p(v.hashtags, "varchar")}, '[]', ${fileIds}, false, ''
    WHERE ${takes}
    ON CONFLICT (id) DO NOTHING RETURNING id)`);
  s.out("(SELECT count(*) > 0 FROM post)", "stored");
  countersPart(s);
  mentionedParts(s);
  membersPart(s);
  if (shape.priority) {
    s.with(`prio AS (INSERT INTO postspriority (postid, channelid, priority, requestedack, persistentnotifications)
      SELECT id, ${s.channel}, ${p(v.priority, "varchar")}, false, false FROM post)`);
  }
  threadParts(s);
  return { text: `WITH ${parts.join(",\n")}\nSELECT ${outputs.join(",\n")}`, params };
}

/** One conditional update claims each file; what cannot be claimed is dropped (semantics 1.19, 11.8). Gives the SQL of posts.fileids. */
function filesPart(s: Parts, takes: string): string {
  if (!s.shape.files) {
    s.out("NULL", "files");
    return "'[]'";
  }
  const ids = s.p(s.values.fileIds, "text[]");
  s.with(`claimed AS (UPDATE fileinfo f SET postid = ${s.id}, channelid = ${s.channel} WHERE f.id = ANY(${ids}) AND f.postid = ''
      AND f.deleteat = 0 AND f.creatorid IN (${s.user}, 'nouser') AND ${takes} AND NOT EXISTS (SELECT 1 FROM posts WHERE id = ${s.id})
    RETURNING f.id, ${FILE_JSON} AS info)`);
  const order = `ORDER BY array_position(${ids}, id::text)`;
  s.with(
    `files AS (SELECT coalesce(json_agg(id ${order}), '[]') AS ids, json_agg(info ${order}) AS infos FROM claimed)`,
  );
  s.out("(SELECT infos FROM files)", "files");
  return "(SELECT ids::text FROM files)";
}

/** The channel's counters (semantics 1.17); of a repeated post those that are. */
function countersPart(s: Parts): void {
  const { counted, reply } = s.shape;
  const add = counted ? 1 : 0;
  const addRoot = counted && !reply ? 1 : 0;
  s.with(`ch AS (UPDATE channels SET lastpostat = greatest(lastpostat, ${s.at}), totalmsgcount = totalmsgcount + ${add},
      totalmsgcountroot = coalesce(totalmsgcountroot, 0) + ${addRoot},
      lastrootpostat = ${reply ? "coalesce(lastrootpostat, 0)" : `greatest(lastrootpostat, ${s.at})`}
    WHERE id = ${s.channel} AND EXISTS (SELECT 1 FROM post) RETURNING totalmsgcount, totalmsgcountroot, lastpostat, lastrootpostat)`);
  for (const [column, name] of [
    ["totalmsgcount", "total"],
    ["totalmsgcountroot", "total_root"],
    ["lastpostat", "last_post_at"],
    ["lastrootpostat", "last_root_post_at"],
  ] as const) {
    s.out(
      `coalesce((SELECT ${column} FROM ch), (SELECT ${column} FROM channels WHERE id = ${s.channel}), 0)`,
      name,
    );
  }
}

function collapsedOf(mode: CollapsedMode, user: string): string {
  if (mode === "on" || mode === "off") return String(mode === "on");
  return `coalesce((SELECT f.value = 'on' FROM preferences f WHERE f.userid = ${user} AND f.category = 'display_settings'
    AND f.name = 'collapsed_reply_threads'), ${mode === "default_on"})`;
}
