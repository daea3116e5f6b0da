import type { Rights } from "../../../access/permissions.ts";
import type { Context } from "../../../context.ts";
import type { Post } from "../../../model/post.ts";
import { listText, type PostListHead, splitTexts } from "../../../model/post-list.ts";
import { linkedChannels } from "../linked-channels.ts";
import { addMetadata, MAY_HAVE_MORE } from "../metadata/index.ts";
import { readableLinks, visibleTo } from "../metadata/visible.ts";
import type { ListRow } from "./list-sql.ts";
import { withUsers } from "./participants.ts";

/** One post of a list: its finished JSON, and the post itself where not everybody may see all of it. */
interface ListedPost {
  id: string;
  text: string;
  post?: Post;
}

/** A list as all its viewers share it; what differs per viewer is added by `renderPage`. */
export interface PostPage {
  head: PostListHead;
  /** Empty where `pieces` hold it all. */
  posts: ListedPost[];
  /** Greatest update_at of the channel. */
  newest: number;
  /** CRT: whether each post tells if the viewer follows it. */
  collapsed: boolean;
  /** Posts that anyone follows: only of these has the viewer to be asked. */
  followed: string[];
  /** The list's text with a gap after each of `gaps`; undefined where the posts themselves differ per viewer. */
  pieces: string[] | undefined;
  gaps: string[];
  /** Posts of other channels are shown in it, which may change without this channel changing. */
  foreign: boolean;
}

export interface PageOptions {
  collapsed: boolean;
  /** Participants of threads as whole users (collapsedThreadsExtended). */
  extended: boolean;
}

const PARTICIPANTS = '"participants":[';
/** Never in JSON as it is. */
const GAP = "\x1d";

const split = (ids: string | null) => (ids ? ids.split(",") : []);

/** Finishes what a list statement answered: metadata that only the text tells, and the list's text. */
export async function pageOf(
  ctx: Context,
  row: ListRow,
  options: PageOptions,
  hasNext?: boolean,
): Promise<PostPage> {
  const head: PostListHead = {
    order: split(row.ord),
    next: row.next ?? "",
    prev: row.prev ?? "",
    ...(hasNext === undefined ? {} : { hasNext }),
  };
  return finishPage(ctx, head, splitTexts(row.texts), options, {
    newest: row.newest ?? 0,
    followed: split(row.followed),
  });
}

/** The same for a list whose head is known. */
export async function finishPage(
  ctx: Context,
  head: PostListHead,
  posts: ListedPost[],
  { collapsed, extended }: PageOptions,
  { newest = 0, followed = [] as string[] } = {},
): Promise<PostPage> {
  const foreign = await finishPosts(ctx, posts, extended);
  const page: PostPage = { head, posts, newest, collapsed, followed, pieces: undefined, gaps: [], foreign };
  if (posts.every(({ post }) => post === undefined)) compose(page);
  return page;
}

/** Gives each post its final text. Returns whether posts of other channels are shown in any. */
async function finishPosts(ctx: Context, posts: ListedPost[], extended: boolean): Promise<boolean> {
  const parsed: { listed: ListedPost; post: Post }[] = [];
  for (const listed of posts) {
    if (MAY_HAVE_MORE.test(listed.text) || (extended && listed.text.includes(PARTICIPANTS)))
      parsed.push({ listed, post: JSON.parse(listed.text) });
  }
  if (parsed.length === 0) return false;
  const changed = await addMetadata(
    ctx,
    parsed.map(({ post }) => post),
  );
  if (extended)
    await withUsers(
      ctx,
      parsed.map(({ post }) => post),
    );
  let foreign = false;
  for (const { listed, post } of parsed) {
    if (extended || changed.has(post)) listed.text = JSON.stringify(post);
    if (linkedChannels(post).length > 0) listed.post = post;
    foreign ||= post.metadata.embeds?.some((embed) => embed.type === "permalink") ?? false;
  }
  return foreign;
}

/** Joins the shared text, with gaps where the viewer decides. */
function compose(page: PostPage): void {
  const open = new Set(page.collapsed ? page.followed : []);
  const posts = page.posts.map(({ id, text }) => ({
    id,
    text: page.collapsed ? withFollowing(text, open.has(id) ? GAP : "false") : text,
  }));
  page.gaps = page.posts.filter(({ id }) => open.has(id)).map(({ id }) => id);
  page.pieces = listText(page.head, posts).split(GAP);
  page.posts = [];
}

/** Where a post's text tells its root: before anything that its author wrote. */
const ROOT_WITHIN = 300;

/** Only root posts can be followed. */
function withFollowing(text: string, value: string): string {
  return text.slice(0, ROOT_WITHIN).includes('"root_id":""')
    ? `${text.slice(0, -1)},"is_following":${value}}`
    : text;
}

/** The page as one viewer gets it; `following` are the posts of `followed` that the viewer follows. */
export async function renderPage(
  ctx: Context,
  rights: Rights,
  page: PostPage,
  following: ReadonlySet<string>,
): Promise<string> {
  const { pieces, gaps } = page;
  if (pieces) {
    let text = pieces[0]!;
    for (let i = 0; i < gaps.length; i++) text += `${following.has(gaps[i]!)}${pieces[i + 1]}`;
    return text;
  }
  const readable = await readableLinks(
    ctx,
    rights,
    page.posts.flatMap(({ post }) => post ?? []),
  );
  const posts = page.posts.map(({ id, text, post }) => {
    const seen = post && visibleTo(post, readable);
    const own = seen && seen !== post ? JSON.stringify(seen) : text;
    return { id, text: page.collapsed ? withFollowing(own, String(following.has(id))) : own };
  });
  return listText(page.head, posts);
}

/** The posts among `ids` that the user follows. */
export async function followingOf(ctx: Context, userId: string, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const [row] = await ctx.sql.query<{ ids: string | null }>(
    "SELECT string_agg(postid, ',') AS ids FROM threadmemberships WHERE userid = $1 AND postid = ANY($2::text[]) AND following",
    [userId, ids],
  );
  return new Set(split(row?.ids ?? null));
}

export const followingIn = (row: ListRow) => new Set(split(row.following));
