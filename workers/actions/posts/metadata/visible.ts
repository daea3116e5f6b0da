import { channelsByIds } from "../../../access/channels.ts";
import type { Rights } from "../../../access/permissions.ts";
import type { Context } from "../../../context.ts";
import type { Post } from "../../../model/post.ts";
import { linkedChannels, withoutHidden } from "../linked-channels.ts";

/** Of the other channels that these posts link to or show, those that `rights` may read. Costs nothing while cached. */
export async function readableLinks(
  ctx: Context,
  rights: Rights,
  posts: Iterable<Post>,
): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const post of posts) for (const { id } of linkedChannels(post)) ids.add(id);
  if (ids.size === 0) return ids;
  const channels = await channelsByIds(ctx, ids);
  return new Set(channels.filter((channel) => rights.readChannel(channel)).map((channel) => channel.id));
}

/** The post without links to and previews of channels that are not in `readable` (semantics 1.23, 8.4). */
export function visibleTo(post: Post, readable: ReadonlySet<string>): Post {
  if (linkedChannels(post).every(({ id }) => readable.has(id))) return post;
  return withoutHidden(post, (id) => readable.has(id));
}

/** Several posts as the session's user may see them. */
export async function visiblePosts(ctx: Context, rights: Rights, posts: Post[]): Promise<Post[]> {
  const readable = await readableLinks(ctx, rights, posts);
  return posts.map((post) => visibleTo(post, readable));
}
