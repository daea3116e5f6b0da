import { liveReplies } from "../../../model/post.ts";
import type { ExportOptions } from "../options.ts";
import { MEMBERS, WHOLE } from "./places.ts";
import { channelsOf, type Step } from "./step.ts";

const reactions = (
  post: string,
) => `CASE WHEN ${post}.hasreactions THEN (SELECT jsonb_agg(jsonb_build_object('user', xu.username,
  'emoji_name', x.emojiname, 'create_at', x.createat) ORDER BY x.createat, xu.username)
  FROM reactions x JOIN users xu ON xu.id = x.userid WHERE x.postid = ${post}.id AND coalesce(x.deleteat, 0) = 0) END`;
const flagged = (post: string) => `(SELECT jsonb_agg(fu.username ORDER BY fu.username) FROM preferences g
  JOIN users fu ON fu.id = g.userid WHERE g.category = 'flagged_post' AND g.name = ${post}.id AND g.value = 'true')`;
const files = (
  post: string,
) => `CASE WHEN ${post}.fileids LIKE '["%' THEN (SELECT jsonb_agg(jsonb_build_object('path', f.path)
  ORDER BY f.createat, f.id) FROM fileinfo f WHERE f.postid = ${post}.id AND f.deleteat = 0 AND f.createat <= $3::bigint) END`;
const followers = (
  post: string,
) => `(SELECT jsonb_agg(jsonb_build_object('user', tu.username, 'last_viewed', tm.lastviewed,
  'unread_mentions', tm.unreadmentions) ORDER BY tu.username)
  FROM threadmemberships tm JOIN users tu ON tu.id = tm.userid WHERE tm.postid = ${post}.id AND tm.following)`;

/** What is said, with its props as they are: only of the rest are nulls left out. */
const said = (post: string, author: string, more: string, { attachments }: ExportOptions) =>
  `jsonb_strip_nulls(jsonb_build_object(${more}'user', ${author}, 'type', ${post}.type, 'message', ${post}.message,
  'create_at', ${post}.createat, 'edit_at', nullif(${post}.editat, 0), 'is_pinned', nullif(${post}.ispinned, false),
  'flagged_by', ${flagged(post)}, 'reactions', ${reactions(post)}${attachments ? `, 'attachments', ${files(post)}` : ""}))
  || jsonb_build_object('props', coalesce(${post}.props, '{}'))`;
const replies = (options: ExportOptions) =>
  `coalesce((SELECT jsonb_build_object('replies', jsonb_agg(${said("a", "au.username", "", options)} ORDER BY a.createat, a.id))
  FROM posts a JOIN users au ON au.id = a.userid WHERE ${liveReplies("a", "p.id")} AND a.originalid = '' AND a.type NOT LIKE 'system_%'
    AND a.createat <= $3::bigint HAVING count(*) > 0), '{}')`;

type Place = "type" | "types" | "columns" | "place" | "joins" | "where";

/**
 * Root posts of the channels of `types`; `place`: how a line says where it is, of the `columns` of channel `c`. Keyset by
 * (createat, id), which an index has. What belongs to a post is only looked for once the page is known.
 */
const posts = (
  options: ExportOptions,
  until: number,
  { type, types, columns, place, joins, where }: Record<Place, string>,
): Step => ({
  until,
  sql: `SELECT lpad(p.createat::text, 15, '0') || p.id AS k, jsonb_build_object('type', '${type}', '${type}',
      ${said("p", "p.author", `${place}, 'thread_followers', ${followers("p")}, `, options)} || ${replies(options)})::text AS line
    FROM (SELECT p.*, pu.username AS author, ${columns} FROM posts p JOIN users pu ON pu.id = p.userid JOIN channels c ON c.id = p.channelid ${joins}
      WHERE (p.createat, p.id) > (coalesce(nullif(left($1, 15), ''), '0')::bigint, substr($1, 16)) AND p.rootid = ''
        AND p.deleteat = 0 AND p.originalid = '' AND p.type NOT LIKE 'system_%' AND p.createat <= $3::bigint
        AND c.type IN (${types}) AND ${channelsOf(options)} ${where}
      ORDER BY p.createat, p.id LIMIT $2::int) p
    ORDER BY p.createat, p.id`,
  params: [options.at],
});

export const channelPosts = (options: ExportOptions): Step =>
  posts(options, 60, {
    type: "post",
    types: "'O', 'P'",
    columns: "t.name AS team, c.name AS channel",
    place: "'team', p.team, 'channel', p.channel",
    joins: "JOIN teams t ON t.id = c.teamid AND t.deleteat = 0",
    where: "",
  });

export const directPosts = (options: ExportOptions): Step =>
  posts(options, 100, {
    type: "direct_post",
    types: "'D', 'G'",
    columns: `${MEMBERS} AS members`,
    place: "'channel_members', p.members",
    joins: "",
    where: `AND ${WHOLE}`,
  });
