import {
  POST_COLUMNS,
  type Post,
  type PostEmbed,
  type PostRow,
  postFrom,
  toPost,
} from "../../../model/post.ts";

/** One row of LINKED_POSTS. */
export interface LinkedRow extends PostRow {
  channel_type: string;
  channel_display_name: string;
  team_id: string;
  team_name: string;
}

/** Live posts by id, with the names of where they are. */
export const LINKED_POSTS = `SELECT ${POST_COLUMNS}, c.type AS channel_type, c.displayname AS channel_display_name, c.teamid AS team_id,
    coalesce(m.name, '') AS team_name
  FROM ${postFrom("posts")} JOIN channels c ON c.id = p.channelid LEFT JOIN teams m ON m.id = c.teamid
  WHERE p.id = ANY($1::text[]) AND p.deleteat = 0`;

/** A post as shown inside another one: one level only, and no links to further channels (semantics 8.4). */
export function previewOf({ channel_type, channel_display_name, team_id, team_name, ...row }: LinkedRow): {
  post: Post;
  embed: PostEmbed;
} {
  const post = toPost(row);
  const { channel_mentions: _, previewed_post: __, ...props } = post.props;
  post.props = props;
  const data = {
    post_id: post.id,
    post,
    team_name,
    team_id,
    channel_display_name,
    channel_type,
    channel_id: post.channel_id,
  };
  return { post, embed: { type: "permalink", url: "", data } };
}
