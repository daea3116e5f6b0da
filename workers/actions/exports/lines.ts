import type { Context } from "../../context.ts";
import { liveReplies } from "../../model/post.ts";

/** Rows of one query. */
const PAGE = 500;

interface Step {
  /** The step's share of the progress ends here, percent. */
  until: number;
  /** Gives `k` (text key, ascending from $1) and `line` (JSON of a line); $2: page size, $3: archived channels too. */
  sql: string;
}

const strip = (json: string) => `json_strip_nulls(${json})::text AS line`;
const username = (id: string) => `(SELECT username FROM users WHERE id = ${id})`;
/** Names without those of purged users. */
const ARCHIVED = "(c.deleteat = 0 OR $3::boolean)";

const reactions = (
  post: string,
) => `CASE WHEN ${post}.hasreactions THEN (SELECT json_agg(json_build_object('user', xu.username,
  'emoji_name', x.emojiname, 'create_at', x.createat) ORDER BY x.createat, xu.username)
  FROM reactions x JOIN users xu ON xu.id = x.userid WHERE x.postid = ${post}.id AND coalesce(x.deleteat, 0) = 0) END`;
const flagged = (post: string) => `(SELECT json_agg(fu.username ORDER BY fu.username) FROM preferences g
  JOIN users fu ON fu.id = g.userid WHERE g.category = 'flagged_post' AND g.name = ${post}.id AND g.value = 'true')`;
const attachments = (
  post: string,
) => `CASE WHEN ${post}.fileids LIKE '["%' THEN (SELECT json_agg(json_build_object('path', f.path)
  ORDER BY f.createat, f.id) FROM fileinfo f WHERE f.postid = ${post}.id AND f.deleteat = 0) END`;
const followers = (
  post: string,
) => `(SELECT json_agg(json_build_object('user', tu.username, 'last_viewed', tm.lastviewed,
  'unread_mentions', tm.unreadmentions) ORDER BY tu.username)
  FROM threadmemberships tm JOIN users tu ON tu.id = tm.userid WHERE tm.postid = ${post}.id AND tm.following)`;
const body = (
  post: string,
) => `'user', ${username(`${post}.userid`)}, 'type', ${post}.type, 'message', ${post}.message,
  'props', ${post}.props, 'create_at', ${post}.createat, 'edit_at', nullif(${post}.editat, 0),
  'is_pinned', nullif(${post}.ispinned, false), 'flagged_by', ${flagged(post)}, 'reactions', ${reactions(post)},
  'attachments', ${attachments(post)}`;
const replies = `(SELECT json_agg(json_build_object(${body("a")}) ORDER BY a.createat, a.id) FROM posts a
  WHERE ${liveReplies("a", "p.id")} AND a.originalid = '' AND a.type NOT LIKE 'system_%')`;
const POST_KEY = "lpad(p.createat::text, 15, '0') || p.id";

/** Root posts of the channels of `types`; `place`: how a line says where it is. Keyset by (createat, id), which an index has. */
const posts = (type: string, types: string, place: string, joins: string) =>
  `SELECT ${POST_KEY} AS k, ${strip(`json_build_object('type', '${type}', '${type}', json_build_object(${place},
    ${body("p")}, 'replies', ${replies}, 'thread_followers', ${followers("p")}))`)}
  FROM posts p JOIN channels c ON c.id = p.channelid ${joins}
  WHERE (p.createat, p.id) > (coalesce(nullif(left($1, 15), ''), '0')::bigint, substr($1, 16)) AND p.rootid = ''
    AND p.deleteat = 0 AND p.originalid = '' AND p.type NOT LIKE 'system_%' AND c.type IN (${types}) AND ${ARCHIVED}
  ORDER BY p.createat, p.id LIMIT $2::int`;

const members =
  "(SELECT json_agg(mu.username ORDER BY mu.username) FROM channelmembers m JOIN users mu ON mu.id = m.userid WHERE m.channelid = c.id)";

const memberRoles = (m: string, scope: string) =>
  `concat_ws(' ', nullif(${m}.roles, ''), CASE WHEN ${m}.schemeguest THEN '${scope}_guest' END, CASE WHEN ${m}.schemeuser THEN '${scope}_user' END,
    CASE WHEN ${m}.schemeadmin THEN '${scope}_admin' END)`;
const channelsOfUser = `(SELECT json_agg(json_build_object('name', c.name, 'roles', ${memberRoles("m", "channel")},
  'notify_props', m.notifyprops, 'favorite', EXISTS (SELECT 1 FROM preferences g WHERE g.userid = u.id
    AND g.category = 'favorite_channel' AND g.name = c.id AND g.value = 'true'),
  'mention_count', m.mentioncount, 'mention_count_root', m.mentioncountroot, 'msg_count', m.msgcount,
  'msg_count_root', m.msgcountroot, 'last_viewed_at', m.lastviewedat) ORDER BY c.name)
  FROM channelmembers m JOIN channels c ON c.id = m.channelid WHERE m.userid = u.id AND c.teamid = t.id AND ${ARCHIVED})`;
const teamsOfUser = `(SELECT json_agg(json_build_object('name', t.name, 'roles', ${memberRoles("tm", "team")},
  'theme', (SELECT value FROM preferences g WHERE g.userid = u.id AND g.category = 'theme' AND g.name = t.id),
  'channels', ${channelsOfUser}) ORDER BY t.name)
  FROM teammembers tm JOIN teams t ON t.id = tm.teamid WHERE tm.userid = u.id AND tm.deleteat = 0 AND t.deleteat = 0)`;
const notify = `json_build_object('desktop', u.notifyprops->>'desktop', 'desktop_sound', u.notifyprops->>'desktop_sound',
  'email', u.notifyprops->>'email', 'mobile', u.notifyprops->>'push', 'mobile_push_status', u.notifyprops->>'push_status',
  'channel', u.notifyprops->>'channel', 'comments', u.notifyprops->>'comments', 'mention_keys', u.notifyprops->>'mention_keys')`;

/** The lines after the first, in the order of semantics 25.1. */
const STEPS: Step[] = [
  {
    until: 2,
    sql: `SELECT t.id AS k, ${strip(`json_build_object('type', 'team', 'team', json_build_object('name', t.name, 'display_name', t.displayname,
        'type', t.type, 'description', t.description, 'allow_open_invite', t.allowopeninvite))`)}
      FROM teams t WHERE t.id > $1 AND t.deleteat = 0 AND $3::boolean IS NOT NULL ORDER BY t.id LIMIT $2::int`,
  },
  {
    until: 5,
    sql: `SELECT c.id AS k, ${strip(`json_build_object('type', 'channel', 'channel', json_build_object('team', t.name, 'name', c.name,
        'display_name', c.displayname, 'type', c.type, 'header', c.header, 'purpose', c.purpose, 'deleted_at', nullif(c.deleteat, 0)))`)}
      FROM channels c JOIN teams t ON t.id = c.teamid AND t.deleteat = 0
      WHERE c.id > $1 AND c.type IN ('O', 'P') AND ${ARCHIVED} ORDER BY c.id LIMIT $2::int`,
  },
  {
    until: 20,
    sql: `SELECT u.id AS k, ${strip(`json_build_object('type', 'user', 'user', json_build_object('username', u.username, 'email', u.email,
        'auth_service', u.authservice, 'auth_data', u.authdata, 'nickname', u.nickname, 'first_name', u.firstname,
        'last_name', u.lastname, 'position', u.position, 'roles', u.roles, 'locale', u.locale, 'delete_at', nullif(u.deleteat, 0),
        'notify_props', ${notify}, 'teams', ${teamsOfUser}))`)}
      FROM users u WHERE u.id > $1 AND NOT EXISTS (SELECT 1 FROM bots b WHERE b.userid = u.id) ORDER BY u.id LIMIT $2::int`,
  },
  {
    until: 22,
    sql: `SELECT b.userid AS k, ${strip(`json_build_object('type', 'bot', 'bot', json_build_object('username', u.username,
        'owner', coalesce(o.username, b.ownerid), 'display_name', u.firstname, 'description', b.description, 'delete_at', nullif(b.deleteat, 0)))`)}
      FROM bots b JOIN users u ON u.id = b.userid LEFT JOIN users o ON o.id = b.ownerid
      WHERE b.userid > $1 AND $3::boolean IS NOT NULL ORDER BY b.userid LIMIT $2::int`,
  },
  {
    until: 60,
    sql: posts(
      "post",
      "'O', 'P'",
      "'team', t.name, 'channel', c.name",
      "JOIN teams t ON t.id = c.teamid AND t.deleteat = 0",
    ),
  },
  {
    until: 62,
    sql: `SELECT e.id AS k, json_build_object('type', 'emoji', 'emoji', json_build_object('name', e.name,
        'image', 'emoji/' || e.id || '/image'))::text AS line
      FROM emoji e WHERE e.id > $1 AND e.deleteat = 0 AND $3::boolean IS NOT NULL ORDER BY e.id LIMIT $2::int`,
  },
  {
    until: 65,
    sql: `SELECT c.id AS k, ${strip(`json_build_object('type', 'direct_channel', 'direct_channel', json_build_object(
        'members', ${members}, 'header', c.header))`)}
      FROM channels c WHERE c.id > $1 AND c.type IN ('D', 'G') AND ${ARCHIVED} ORDER BY c.id LIMIT $2::int`,
  },
  { until: 90, sql: posts("direct_post", "'D', 'G'", `'channel_members', ${members}`, "") },
];

/** The export's lines after its first, page by page: each page is one query, and all that is in memory. */
export async function* exportLines(
  ctx: Context,
  archived: boolean,
): AsyncGenerator<{ text: string; percent: number }> {
  let percent = 0;
  for (const { sql, until } of STEPS) {
    for (let after = ""; ; ) {
      const rows = await ctx.sql.query<{ k: string; line: string }>(sql, [after, PAGE, archived]);
      if (rows.length > 0) yield { text: `${rows.map(({ line }) => line).join("\n")}\n`, percent };
      if (rows.length < PAGE) break;
      after = rows.at(-1)!.k;
    }
    percent = until;
  }
}

/** Paths in the store of what the lines name: attachments, then custom emoji; page by page. */
export async function* exportedPaths(ctx: Context, archived: boolean): AsyncGenerator<string[]> {
  const queries = [
    `SELECT f.id AS k, f.path FROM fileinfo f JOIN posts p ON p.id = f.postid JOIN channels c ON c.id = p.channelid
     LEFT JOIN teams t ON t.id = c.teamid WHERE f.id > $1 AND f.deleteat = 0 AND f.postid <> '' AND p.deleteat = 0
       AND p.originalid = '' AND p.type NOT LIKE 'system_%' AND coalesce(t.deleteat, 0) = 0 AND ${ARCHIVED} ORDER BY f.id LIMIT $2::int`,
    `SELECT e.id AS k, 'emoji/' || e.id || '/image' AS path FROM emoji e
     WHERE e.id > $1 AND e.deleteat = 0 AND $3::boolean IS NOT NULL ORDER BY e.id LIMIT $2::int`,
  ];
  for (const sql of queries) {
    for (let after = ""; ; ) {
      const rows = await ctx.sql.query<{ k: string; path: string }>(sql, [after, PAGE, archived]);
      if (rows.length > 0) yield rows.map(({ path }) => path);
      if (rows.length < PAGE) break;
      after = rows.at(-1)!.k;
    }
  }
}
