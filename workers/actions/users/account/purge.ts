import type { Context } from "../../../context.ts";
import { publish } from "../../../events/publish.ts";
import { liveReplies } from "../../../model/post.ts";
import type { User } from "../../../model/user.ts";
import type { Row } from "../../../ports/sql/sql.ts";
import { removeFiles } from "../../posts/change/delete.ts";
import { doSetActive } from "../active.ts";

/** Own posts of one transaction: what waits for it waits a moment only. */
const CHUNK = 500;

/**
 * Removes some of the user's posts ($1), with the replies to them, their files' rows and all about them; other people's threads are
 * counted anew without the user's replies. $2 time. Answers how many there were, and where the files are stored.
 */
const POSTS = `WITH own AS (SELECT id FROM posts WHERE userid = $1 LIMIT ${CHUNK}),
  doomed AS (SELECT id FROM own UNION SELECT p.id FROM posts p JOIN own ON p.rootid = own.id
    UNION SELECT p.id FROM posts p JOIN own ON p.originalid = own.id),
  gone AS (DELETE FROM posts WHERE id IN (SELECT id FROM doomed) RETURNING id, rootid),
  threads_ AS (DELETE FROM threads WHERE postid IN (SELECT id FROM gone)),
  followers AS (DELETE FROM threadmemberships WHERE postid IN (SELECT id FROM gone)),
  reactions_ AS (DELETE FROM reactions WHERE postid IN (SELECT id FROM gone)),
  priority AS (DELETE FROM postspriority WHERE postid IN (SELECT id FROM gone)),
  reminders AS (DELETE FROM postreminders WHERE postid IN (SELECT id FROM gone)),
  acknowledged AS (DELETE FROM postacknowledgements WHERE postid IN (SELECT id FROM gone)),
  saved AS (DELETE FROM preferences WHERE category = 'flagged_post' AND name IN (SELECT id FROM gone)),
  files AS (DELETE FROM fileinfo WHERE postid IN (SELECT id FROM gone) RETURNING path, thumbnailpath, previewpath),
  touched AS (SELECT DISTINCT rootid AS id FROM gone WHERE rootid <> '' AND rootid NOT IN (SELECT id FROM gone)),
  rest AS (SELECT t.id, count(p.id) AS replies, coalesce(max(p.createat), 0) AS latest FROM touched t
    LEFT JOIN posts p ON ${liveReplies("p", "t.id")} AND p.id NOT IN (SELECT id FROM doomed) GROUP BY t.id),
  counted AS (UPDATE threads SET replycount = rest.replies, lastreplyat = rest.latest, participants = participants - $1::text
    FROM rest WHERE threads.postid = rest.id),
  roots AS (UPDATE posts SET updateat = greatest(posts.updateat + 1, $2::bigint) FROM touched WHERE posts.id = touched.id)
  SELECT (SELECT count(*) FROM own) AS posts,
    (SELECT json_agg(json_build_array(path, thumbnailpath, previewpath)) FROM files) AS paths`;

/** The user's reactions to others' posts; $1 user, $2 time. */
const REACTIONS = `WITH removed AS (DELETE FROM reactions WHERE userid = $1 RETURNING postid)
  UPDATE posts p SET updateat = greatest(p.updateat + 1, $2::bigint), hasreactions = EXISTS (SELECT FROM reactions r
    WHERE r.postid = p.id AND r.userid <> $1 AND coalesce(r.deleteat, 0) = 0)
  WHERE p.id IN (SELECT postid FROM removed)`;

/** What else names the user, by the column that does, in the order of schema-notes 7; the account itself is last. */
const OWNED = [
  [
    "userid",
    "sessions useraccesstokens oauthauthdata oauthaccessdata desktoptokens incomingwebhooks commandwebhooks",
  ],
  ["creatorid", "outgoingwebhooks commands"],
  [
    "userid",
    "preferences sidebarchannels sidebarcategories channelmembers channelmemberhistory groupmembers",
  ],
  [
    "userid",
    "threadmemberships postreminders postacknowledgements scheduledposts drafts bots uploadsessions status",
  ],
  [
    "userid",
    "productnoticeviewstate usertermsofservice sharedchannelusers recentsearches audits teammembers",
  ],
  ["id", "users"],
] as const;
const DELETES = OWNED.flatMap(([column, tables]) =>
  tables.split(" ").map((table) => `DELETE FROM ${table} WHERE ${column} = $1`),
);
const FILES = `WITH files AS (DELETE FROM fileinfo WHERE creatorid = $1 RETURNING path, thumbnailpath, previewpath)
  SELECT (SELECT json_agg(json_build_array(path, thumbnailpath, previewpath)) FROM files) AS paths`;

/**
 * Removes an account for good, with its posts and the replies to them (schema-notes 7). It is deactivated first, so that nothing new
 * comes; what it made for others (channels, emoji, OAuth apps) stays. Stopped midway, it is gone on with by asking again.
 */
export async function doPurgeUser(ctx: Context, user: User): Promise<void> {
  await doSetActive(ctx, user, false);
  const found: Row[] = [];
  for (let posts = CHUNK; posts === CHUNK; ) {
    const [row] = await ctx.sql.query<Row & { posts: number }>(POSTS, [user.id, Date.now()]);
    found.push(row!);
    posts = row!.posts;
  }
  const [files] = await ctx.sql.batch([
    { text: FILES, params: [user.id] },
    { text: REACTIONS, params: [user.id, Date.now()] },
    ...DELETES.map((text) => ({ text, params: [user.id] })),
  ]);
  // So much is gone that naming it all would cost more than loading afresh.
  await publish(ctx, `user:${user.id}`, [], [{ kind: "sessions", user: user.id }, { kind: "all" }]);
  const paths = [...found, files![0]!].flatMap((row) => (row.paths as string[][] | null) ?? []);
  ctx.background(removeFiles(ctx, [...paths, [`users/${user.id}/profile.png`]]));
}
