import type { Context } from "../../../context.ts";
import { isGone, type Post, type PostEmbed } from "../../../model/post.ts";
import type { Row, Statement } from "../../../ports/sql/sql.ts";
import { proxiesImages } from "../../../text/image-proxy.ts";
import { customEmojiNames, EMOJI_BY_NAMES } from "./emoji.ts";
import { absoluteUrl, type Links, linksOf } from "./links.ts";
import { LINKED_POSTS, type LinkedRow, previewOf } from "./permalinks.ts";
import { hourOf, imageSize, linkEmbed, STORED_LINKS, type StoredLink } from "./previews.ts";
import { leadThroughProxy } from "./proxied.ts";

/** Marks in a post's JSON text without which `addMetadata` has nothing to add and nothing to hide. */
export const MAY_HAVE_MORE =
  /:\/\/|www\.|:[\w+-]+:|!\[|"attachments"|"boards"|"reactions":\[|"channel_mentions"|"previewed_post"/i;

/** Whether `addMetadata` may find anything for a post. */
export function mayHaveMore(post: Post): boolean {
  const { attachments, boards } = post.props;
  return (
    MAY_HAVE_MORE.test(post.message) ||
    attachments !== undefined ||
    boards !== undefined ||
    post.metadata.reactions !== undefined
  );
}

interface Wanted {
  post: Post;
  emojis: string[];
  links: Links;
}

export interface MetadataOptions {
  /** Whether permalinks are followed; not from a post that is itself a preview. */
  permalinks?: boolean;
  /** What is known of its links already, instead of what is stored of them (a new post's: semantics 8.9). */
  known?: StoredLink[];
}

/**
 * Adds to each post's metadata what its text tells: custom emoji, the embed, image sizes (semantics 8). Posts of which
 * nothing has to be looked up cost nothing; all others together cost one batch, and one more where a permalink leads to
 * such a post. Returns the posts that were changed. What a viewer may not see is still in there: see `visibleTo`.
 */
export async function addMetadata(
  ctx: Context,
  posts: Iterable<Post>,
  { permalinks = true, known }: MetadataOptions = {},
): Promise<Set<Post>> {
  const wanted: Wanted[] = [];
  for (const post of posts) {
    if (isGone(post) || !mayHaveMore(post)) continue;
    const links = linksOf(ctx.config, post);
    if (links.permalink && !permalinks) links.link = links.permalink = undefined;
    wanted.push({
      post,
      links,
      emojis: ctx.config.ServiceSettings.EnableCustomEmoji ? customEmojiNames(post) : [],
    });
  }
  const changed = new Set<Post>();
  if (wanted.length === 0) return changed;
  const found = await lookUp(ctx, wanted, known);
  for (const { post, links, emojis } of wanted) {
    const custom = emojis.map((name) => found.emojis.get(name)).filter((emoji) => emoji !== undefined);
    if (custom.length > 0) post.metadata.emojis = custom;
    const embed = embedOf(post, links, found);
    if (embed) post.metadata.embeds = [embed];
    const images = sizesOf(ctx, post, links, found);
    if (images) post.metadata.images = images;
    if (custom.length > 0 || embed || images) changed.add(post);
    if (proxiesImages(ctx.config) && leadThroughProxy(ctx.config, post)) changed.add(post);
  }
  return changed;
}

interface Found {
  emojis: Map<string, Row>;
  previews: Map<string, PostEmbed>;
  /** By URL and hour. */
  stored: Map<string, StoredLink>;
}

const storedKey = (url: string, hour: number) => `${hour} ${url}`;

async function lookUp(ctx: Context, wanted: Wanted[], known: StoredLink[] | undefined): Promise<Found> {
  const names = new Set(wanted.flatMap(({ emojis }) => emojis));
  const targets = new Set(wanted.flatMap(({ links }) => links.permalink ?? []));
  const urls: string[] = [];
  const hours: number[] = [];
  for (const { post, links } of known ? [] : wanted) {
    for (const url of [...(links.link && !links.permalink ? [links.link] : []), ...links.images]) {
      urls.push(absoluteUrl(ctx.config, url));
      hours.push(hourOf(post));
    }
  }
  const statements: Statement[] = [];
  const plan = (needed: boolean, statement: () => Statement) =>
    needed ? statements.push(statement()) - 1 : -1;
  const emojiAt = plan(names.size > 0, () => ({ text: EMOJI_BY_NAMES, params: [[...names]] }));
  const postsAt = plan(targets.size > 0, () => ({ text: LINKED_POSTS, params: [[...targets]] }));
  const linksAt = plan(urls.length > 0, () => ({ text: STORED_LINKS, params: [urls, hours] }));
  const rows = statements.length > 0 ? await ctx.sql.batch(statements) : [];
  const linked = ((rows[postsAt] ?? []) as unknown as LinkedRow[]).map(previewOf);
  if (linked.length > 0)
    await addMetadata(
      ctx,
      linked.map(({ post }) => post),
      { permalinks: false },
    );
  return {
    emojis: new Map((rows[emojiAt] ?? []).map((row) => [row.name as string, row])),
    previews: new Map(linked.map(({ post, embed }) => [post.id, embed])),
    stored: new Map(
      (known ?? ((rows[linksAt] ?? []) as unknown as StoredLink[])).map((row) => [
        storedKey(row.url, row.hour),
        row,
      ]),
    ),
  };
}

function embedOf(post: Post, { link, permalink }: Links, found: Found): PostEmbed | undefined {
  if (permalink) {
    const preview = found.previews.get(permalink);
    return preview && { ...preview, url: link! };
  }
  if (link) return linkEmbed(link, found.stored.get(storedKey(link, hourOf(post))));
  return post.props.boards && !post.metadata.embeds ? { type: "boards", data: post.props.boards } : undefined;
}

function sizesOf(ctx: Context, post: Post, links: Links, found: Found): Record<string, unknown> | undefined {
  const sizes: Record<string, unknown> = {};
  const add = (url: string, data: unknown) => {
    const size = imageSize(data);
    if (size) sizes[url] = size;
  };
  for (const url of links.images)
    add(url, found.stored.get(storedKey(absoluteUrl(ctx.config, url), hourOf(post)))?.data);
  const preview =
    links.link === undefined ? undefined : found.stored.get(storedKey(links.link, hourOf(post)));
  if (preview?.type === "image") add(preview.url, preview.data);
  for (const [url, data] of Object.entries(preview?.images ?? {})) add(url, data);
  return Object.keys(sizes).length > 0 ? sizes : undefined;
}
